#!/usr/bin/env bash
# What the dep-builder made must be for the kernel of this very image.
built_for=$(< /usr/share/immutablue/cyan/kernel)
if [[ ! -e "/usr/lib/modules/${built_for}/vmlinuz" ]]; then
  printf 'the dep-builder built for kernel %s, which is not in this image\n' "${built_for}" >&2
  exit 1
fi
printf 'the dep-builder built for kernel %s\n' "${built_for}"
