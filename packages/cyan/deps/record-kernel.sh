#!/usr/bin/env bash
# Records which kernel the dep-builder builds for, below the folder $1.
set -euo pipefail

out=$1
kernels=(/usr/lib/modules/*/vmlinuz)
if ((${#kernels[@]} != 1)); then
  printf 'expected one kernel, found: %s\n' "${kernels[*]}" >&2
  exit 1
fi
kernel=$(basename "$(dirname "${kernels[0]}")")

install -d "${out}/usr/share/immutablue/cyan"
printf '%s\n' "${kernel}" > "${out}/usr/share/immutablue/cyan/kernel"
