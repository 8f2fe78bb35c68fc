#!/usr/bin/env bash
# Builds NVIDIA's kernel modules for the kernel of this root filesystem and leaves their RPM below the folder $1, where
# the sub-stage 30-install-packages looks for it.
set -euo pipefail

out=$1/run/immutablue/rpms

kernels=(/usr/lib/modules/*/vmlinuz)
if ((${#kernels[@]} != 1)) || [[ ! -f "${kernels[0]}" ]]; then
  printf 'expected one kernel, found: %s\n' "${kernels[*]}" >&2
  exit 1
fi
kernel=$(basename "$(dirname "${kernels[0]}")")

# Headers of this very kernel: modules that were built with others do not load.
dnf --assumeyes --releasever="${RELEASE:?}" --refresh --setopt=install_weak_deps=False \
  install "kernel-devel-${kernel}" akmods akmod-nvidia

# It reports some failures by a log alone.
akmods --force --kernels "${kernel}" --kmod nvidia || printf 'akmods ended with exit code %s\n' "$?" >&2
built=(/var/cache/akmods/nvidia/kmod-nvidia-*"${kernel}"*.rpm)
if [[ ! -f "${built[0]}" ]]; then
  printf 'akmods made no RPM with the modules of nvidia for kernel %s\n' "${kernel}" >&2
  find /var/cache/akmods/nvidia -name '*.failed.log' -exec cat {} + >&2
  exit 1
fi
install -D --mode=0644 --target-directory="${out}" "${built[@]}"
