# shellcheck shell=bash
# Sourced before every script of a sub-stage; it is never run by itself. Bash reads it because BASH_ENV names it.
#
#   build_options          the build options, one per line
#   is_option NAME         whether NAME is one of them
#   release                the Fedora release, 44 for example
#   architecture           x86_64 or aarch64
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

if [[ -f "${IMMUTABLUE_CONTEXT}/build/99-common.sh" ]]; then
  # The variant's own helpers.
  # shellcheck source=/dev/null
  source "${IMMUTABLUE_CONTEXT}/build/99-common.sh"
fi
