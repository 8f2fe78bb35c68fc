#!/bin/bash
# Turns a Debian root filesystem into what a bootable base looks like: ostree's links, one kernel with its initramfs
# below /usr, nothing but directories below /var, users and those directories declared for the first boot.
# The rules and their names are those of `bootc container lint`.
#
# Called by mmdebstrap as a customize hook with the root filesystem as its argument, /proc, /sys and /dev mounted in it.
# LAB_OUTPUT is the directory on the host that receives the root filesystem as a tar and what later steps must know of it.
set -euo pipefail

root=$1
output=${LAB_OUTPUT:?}
here=$(dirname "$(readlink -f "$0")")

in_root() {
  chroot "$root" "$@"
}

# Later steps resolve packages against this; the image itself is managed with rpm alone.
keep_package_state() {
  cp "$root/var/lib/dpkg/status" "$output/dpkg-status"
  # The configuration names this machine's archive and proxy, which are nobody else's business.
  rm -rf "$root/var/lib/dpkg" "$root/var/lib/apt" "$root/etc/apt"
}

# The rpm database belongs to the deployed image, not to the machine's state. A file in macros.d is what rpm,
# rpmbuild and dnf all read.
move_rpm_database() {
  mkdir -p "$root/usr/lib/sysimage/rpm" "$root/usr/lib/rpm/macros.d"
  rm -rf "$root/var/lib/rpm"
  echo '%_dbpath %{_usr}/lib/sysimage/rpm' >"$root/usr/lib/rpm/macros.d/macros.immutablue-lab"
  # Fedora's images are without this plugin of rpm. It mounts file systems before each scriptlet, which no build may do.
  rm -f "$root/usr/lib/rpm/macros.d/macros.transaction_unshare"
  in_root rpm --initdb
  rm -f "$root"/usr/lib/sysimage/rpm/{.rpm.lock,rpmdb.sqlite-shm,rpmdb.sqlite-wal}
}

# Debian's dnf dies of a group that no repository has: its loops let go of a list of libcomps that they still read. On Fedora it
# says that there is no such group.
mend_groups() {
  local comps=$root/usr/lib/python3/dist-packages/dnf/comps.py
  sed --in-place --regexp-extended 's/ in (self\._i\.(categories|environments|groups))\)$/ in list(\1))/' "$comps"
  if [[ $(grep --count ' in list(self\._i\.' "$comps") != 3 ]]; then
    echo "dnf has other loops than expected in ${comps#"$root"}" >&2
    return 1
  fi
}

place_kernel() {
  local kernels=("$root"/boot/vmlinuz-*)
  if [[ ${#kernels[@]} -ne 1 || ! -f ${kernels[0]} ]]; then
    echo "expected exactly one kernel in /boot, found: ${kernels[*]}" >&2
    return 1
  fi
  local version=${kernels[0]##*/vmlinuz-}
  local modules=/usr/lib/modules/$version
  mv "${kernels[0]}" "$root$modules/vmlinuz"
  echo "making the initramfs of $version"
  # The image is for any machine (no-hostonly) and is found through ostree. It is compressed outside of the root
  # filesystem, which under emulation takes seconds instead of minutes; that asks for a plain archive, without a part
  # for microcode in front.
  in_root dracut --quiet --no-hostonly --no-early-microcode --reproducible --no-compress --add ostree \
    --kver "$version" "$modules/initramfs.img"
  zstd -9 --quiet --threads=0 --rm "$root$modules/initramfs.img" -o "$root$modules/initramfs.img.zst"
  mv "$root$modules/initramfs.img.zst" "$root$modules/initramfs.img"
  chmod 0600 "$root$modules/initramfs.img"
  rm -rf "${root:?}/boot" "$root/vmlinuz" "$root/vmlinuz.old" "$root/initrd.img" "$root/initrd.img.old"
  mkdir "$root/boot"
}

link_directories() {
  mkdir -p "$root/sysroot/ostree"
  ln -sfn sysroot/ostree "$root/ostree"
  local name
  for name in home srv mnt root opt media usr/local; do
    rm -rf "${root:?}/$name"
  done
  ln -s var/home "$root/home"
  ln -s var/srv "$root/srv"
  ln -s var/mnt "$root/mnt"
  ln -s var/roothome "$root/root"
  ln -s var/opt "$root/opt"
  ln -s run/media "$root/media"
  ln -s ../var/usrlocal "$root/usr/local"
}

configure() {
  # Settings of the lab (composefs, aliases, tmpfiles of the links' targets): plain files beside this script.
  cp -a --no-preserve=ownership "$here/files/." "$root/"
  # Fedora's name of the unit; Debian's own unit file calls itself ssh.service and has sshd.service as an alias
  # in [Install] only. Host keys are made at the first start, which Fedora has units of their own for.
  sed -e '/^Alias=/d' -e '/^\[Service\]/a ExecStartPre=/usr/bin/ssh-keygen -A' "$root/usr/lib/systemd/system/ssh.service" >"$root/usr/lib/systemd/system/sshd.service"
  rm -f "$root"/etc/systemd/system/sshd.service "$root"/etc/systemd/system/multi-user.target.wants/ssh.service
  # Host keys belong to a machine, never to an image.
  rm -f "$root"/etc/ssh/ssh_host_*
  # dnf looks for keys and repositories where Fedora has them.
  mkdir -p "$root/etc/pki/rpm-gpg" "$root/etc/yum.repos.d"
  rm -f "$root/etc/hostname" "$root/etc/resolv.conf"
  : >"$root/etc/machine-id"
  # What keeps Debian's package manager and SysV init going.
  rm -rf "$root"/etc/{cron.d,cron.daily,dpkg,init.d,rcS.d} "$root"/etc/rc?.d "$root"/etc/{group,gshadow,passwd,shadow}-
  rm -f "$root"/{etc,usr/lib}/systemd/system/{.,timers.target.wants}/{apt-daily*,dpkg-db-backup*}
}

# Only what Debian's own files there leave out: systemd-sysusers warns of lines that say something twice.
declare_users() {
  local declared
  declared=$(awk '$1 ~ /^[gu]/ { print substr($1, 1, 1), $2; if ($1 ~ /^u/) print "g", $2 }' "$root"/usr/lib/sysusers.d/*.conf)
  {
    awk -F: '{ printf "g %s %s\n", $1, $3 }' "$root/etc/group"
    awk -F: '{ printf "u %s %s:%s \"%s\" %s %s\n", $1, $3, $4, $5, $6, $7 }' "$root/etc/passwd"
  } | awk -v declared="$declared" '
      BEGIN { split(declared, lines, "\n"); for (i in lines) known[lines[i]] = 1 }
      !(($1 " " $2) in known)' >"$root/usr/lib/sysusers.d/immutablue-lab.conf"
}

# /var is unpacked at the first installation only: what is in it must come from tmpfiles.d, so no file may stay.
empty_var() {
  find "$root/var" -xdev ! -type d ! -type l -delete
  # Debian's bookkeeping, and places that the links of the root filesystem replace.
  rm -rf "$root"/var/{backups,cache,local,log,mail,opt,tmp} "$root"/var/spool/mail \
    "$root"/var/lib/{dracut,misc,pam,python,ucf,wtmpdb} "$root"/var/lib/systemd/deb-systemd-*
  mkdir -p "$root"/var/{cache,lib,log}
  mkdir -m 1777 "$root/var/tmp"
  # systemd-tmpfiles warns of paths that are declared twice.
  local declared
  declared=$(awk '$1 !~ /^#/ { print $2 }' "$root"/usr/lib/tmpfiles.d/*.conf)
  {
    find "$root/var" -mindepth 1 -xdev -type d -printf 'd /var/%P %#m %U %G - -\n' | LC_ALL=C sort
    find "$root/var" -mindepth 1 -xdev -type l -printf 'L /var/%P - - - - %l\n' | LC_ALL=C sort
  } | awk -v declared="$declared" '
      BEGIN { split(declared, lines, "\n"); for (i in lines) known[lines[i]] = 1 }
      !($2 in known)' >"$root/usr/lib/tmpfiles.d/immutablue-lab-var.conf"
}

empty_run_and_tmp() {
  find "$root/run" "$root/tmp" -xdev -mindepth 1 -delete
}

# Which units a variant can enable without any package of its own, and which directories a package need not own.
report_content() {
  (
    cd "$root"
    find usr/lib/systemd/system usr/lib/systemd/user etc/systemd/system etc/systemd/user -maxdepth 1 \
      \( -type f -o -type l \) -printf '/%p\n' | LC_ALL=C sort
  ) >"$output/units"
  (
    cd "$root"
    find usr etc var -xdev -type d -printf '/%p\n' | LC_ALL=C sort
  ) >"$output/directories"
}

# What the kernel provides at run time is mounted here while this script runs: the directories for it come from elsewhere,
# since a change in /sys at the wrong moment would make tar fail.
pack() {
  local mount_points=$output/mount-points
  mkdir "$mount_points"
  mkdir --mode=0755 "$mount_points/dev"
  mkdir --mode=0555 "$mount_points"/{proc,sys}
  tar --create --file "$output/layer.tar" \
    --format=posix --pax-option=delete=atime,delete=ctime --sort=name --numeric-owner \
    --xattrs --xattrs-include=security.capability \
    --anchored --exclude=./dev --exclude=./proc --exclude=./sys \
    --directory "$root" . --directory "$mount_points" dev proc sys
  rm -r "$mount_points"
}

keep_package_state
move_rpm_database
mend_groups
# Before the initramfs, which takes ostree's settings along.
configure
place_kernel
link_directories
declare_users
empty_var
empty_run_and_tmp
report_content
pack
