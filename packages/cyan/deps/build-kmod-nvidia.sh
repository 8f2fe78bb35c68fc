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

# akmods signs what it builds with the key that it finds here.
if [[ -e /run/secrets/mok-key ]]; then
  printf 'notice: the modules get the signature of mok-key\n'
  key=/etc/pki/akmods/private/private_key.priv
  install -D --mode=0640 /run/secrets/mok-key "${key}"
  # It builds as a user of its own.
  if getent group akmods > /dev/null; then
    chgrp akmods "${key}"
  fi
  install --directory /etc/pki/akmods/certs
  openssl x509 -in /run/secrets/mok-key -outform DER -out /etc/pki/akmods/certs/public_key.der
else
  printf 'notice: the modules get no signature: there is no secret mok-key\n'
fi

# It reports some failures by a log alone.
akmods --force --kernels "${kernel}" --kmod nvidia || printf 'akmods ended with exit code %s\n' "$?" >&2
built=(/var/cache/akmods/nvidia/kmod-nvidia-*"${kernel}"*.rpm)
if [[ ! -f "${built[0]}" ]]; then
  printf 'akmods made no RPM with the modules of nvidia for kernel %s\n' "${kernel}" >&2
  find /var/cache/akmods/nvidia -name '*.failed.log' -exec cat {} + >&2
  exit 1
fi
install -D --mode=0644 --target-directory="${out}" "${built[@]}"
