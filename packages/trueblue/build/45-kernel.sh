#!/usr/bin/env bash
# reads: /usr/lib/modules /usr/lib/firmware /usr/lib/dracut /etc/dracut.conf /etc/dracut.conf.d
# reads: /usr/lib/systemd /etc/systemd /usr/lib/udev /etc/udev /usr/lib/ostree /etc/ostree
# reads: /usr/lib/modprobe.d /etc/modprobe.d /usr/lib/modules-load.d /etc/modules-load.d /usr/lib/sysctl.d /etc/sysctl.d
# reads: /etc/vconsole.conf /etc/locale.conf /etc/zfs /etc/hostid
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
