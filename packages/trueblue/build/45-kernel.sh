#!/usr/bin/env bash
# reads: /usr/bin /usr/sbin /usr/lib /usr/lib64 /usr/libexec /usr/local /var/usrlocal /usr/share/terminfo /etc/terminfo
# reads: /etc/systemd /etc/udev /etc/ostree /etc/modprobe.d /etc/modules-load.d /etc/sysctl.d /etc/vconsole.conf /etc/locale.conf
# reads: /etc/zfs /etc/hostid /etc/e2fsck.conf /etc/fstab.sys /etc/initramfs /etc/ndctl /usr/share/crypto-policies
# reads: /boot /var/roothome
# dracut puts programs and libraries of the image into the initramfs, wherever they are from: most of /usr decides what is in it.
# The dep-builder's kernel has taken the place of the one that base has: makes sure that it is the only one and that ZFS
# is there for it, and makes its initramfs.
kernel=$(image_kernel)

# Removing the packages of base's kernel leaves what no package owns.
for directory in /usr/lib/modules/*/; do
  if [[ "${directory}" != "/usr/lib/modules/${kernel}/" ]]; then
    rm --recursive "${directory}"
  fi
done

require_modules "${kernel}" spl zfs
depmod --all "${kernel}"

# dracut looks into root's home, a link into /var, which is empty in an image.
home=$(readlink --canonicalize-missing /root)
if [[ ! -d "${home}" ]]; then
  mkdir "${home}"
  trap 'rmdir "${home}"' EXIT
fi

# For any machine, found through ostree. Security labels of this machine have no place in it.
initramfs=/usr/lib/modules/${kernel}/initramfs.img
DRACUT_NO_XATTR=1 dracut --force --no-hostonly --reproducible --add 'ostree zfs' --compress 'zstd -9 -T0 -q' \
  --kver "${kernel}" "${initramfs}"
chmod 0600 "${initramfs}"

# Hosts get the kernel from /usr/lib/modules; what packages put here is a second copy.
find /boot -mindepth 1 -delete
