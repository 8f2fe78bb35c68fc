#!/usr/bin/env bash
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

# For any machine, found through ostree. Security labels of this machine have no place in it.
initramfs=/usr/lib/modules/${kernel}/initramfs.img
DRACUT_NO_XATTR=1 dracut --force --no-hostonly --reproducible --add 'ostree zfs' --compress 'zstd -9 -T0 -q' \
  --kver "${kernel}" "${initramfs}"
chmod 0600 "${initramfs}"

# Hosts get the kernel from /usr/lib/modules; what packages put here is a second copy.
find /boot -mindepth 1 -delete
