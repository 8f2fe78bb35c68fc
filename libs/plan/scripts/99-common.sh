# shellcheck shell=bash
# Sourced before every script of a sub-stage; it is never run by itself. Bash reads it because BASH_ENV names it.
#
#   build_options          the build options, one per line
#   is_option NAME         whether NAME is one of them
#   release                the Fedora release, 44 for example
#   architecture           x86_64 or aarch64
#   image_kernel           the release of the image's kernel; fails unless there is exactly one
#   require_modules K N…   fails unless each kernel module N is there for the kernel K, and was built for it
#   IMMUTABLUE_VARIANT     the variant whose image is built
#   IMMUTABLUE_CONTEXT     the folder of the variant that the script belongs to, read-only
set -Eeuo pipefail

# What a script starts is not a script of a sub-stage.
unset BASH_ENV

# The stage runner reads this line to name the script, the line and the command.
immutablue_report_failure() {
  printf 'immutablue-failure\t%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "$4" >&2
}
trap 'immutablue_report_failure "$?" "${BASH_SOURCE[0]}" "${LINENO}" "${BASH_COMMAND}"' ERR

build_options() {
  local IFS=,
  # Splitting at the commas is the point.
  # shellcheck disable=SC2086
  printf '%s\n' ${IMMUTABLUE_BUILD_OPTIONS}
}

is_option() {
  [[ ",${IMMUTABLUE_BUILD_OPTIONS}," == *",$1,"* ]]
}

release() {
  printf '%s\n' "${IMMUTABLUE_RELEASE}"
}

architecture() {
  printf '%s\n' "${IMMUTABLUE_ARCHITECTURE}"
}

image_kernel() {
  local images=(/usr/lib/modules/*/vmlinuz)
  if ((${#images[@]} != 1)) || [[ ! -f "${images[0]}" ]]; then
    printf 'expected exactly one kernel in /usr/lib/modules, found: %s\n' "${images[*]}" >&2
    return 1
  fi
  basename "$(dirname "${images[0]}")"
}

require_modules() {
  local kernel=$1 name module vermagic
  for name in "${@:2}"; do
    # It may be compressed: `.ko.xz`, `.ko.zst`.
    module=$(find "/usr/lib/modules/${kernel}" '(' -name "${name}.ko" -o -name "${name}.ko.*" ')' -print -quit)
    if [[ -z "${module}" ]]; then
      printf 'there is no kernel module %s.ko for kernel %s in the image\n' "${name}" "${kernel}" >&2
      return 1
    fi
    vermagic=$(modinfo --field vermagic "${module}")
    if [[ "${vermagic%% *}" != "${kernel}" ]]; then
      printf '%s was built for kernel %s, the kernel of the image is %s\n' "${module}" "${vermagic%% *}" "${kernel}" >&2
      return 1
    fi
  done
}

if [[ -f "${IMMUTABLUE_CONTEXT}/build/99-common.sh" ]]; then
  # The variant's own helpers.
  # shellcheck source=/dev/null
  source "${IMMUTABLUE_CONTEXT}/build/99-common.sh"
fi
