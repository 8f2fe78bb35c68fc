#!/usr/bin/env bash
# Sourced by the programs of the runtime, never run.

# Where the root filesystem is: empty on a machine, a scratch tree where the runtime is tested.
root=${IMMUTABLUE_ROOT-}
# shellcheck disable=SC2034 # those that source this use it
libexec="${root}/usr/libexec/immutablue"

# Says that something went wrong, with its severity where the journal listens (sd-daemon(3)).
report_error() {
  local severity=''
  if [[ -n ${JOURNAL_STREAM-} && ! -t 2 ]]; then
    severity='<3>'
  fi
  printf '%serror: %s\n' "${severity}" "$1" >&2
  if [[ -n ${2-} ]]; then
    printf '%s  hint: %s\n' "${severity}" "$2" >&2
  fi
}

# Ends the program: what is wrong, and what to do about it.
fail() {
  report_error "$@"
  exit 1
}

# Ends a program that was called the wrong way.
fail_usage() {
  report_error "$@"
  exit 2
}

require_root() {
  if [[ $(id -u) != 0 ]]; then
    fail "\`immutablue $1\` changes the system and needs root" "sudo immutablue $1"
  fi
}

# Prints the program that manages this machine's deployments.
deployment_program() {
  local program
  for program in bootc rpm-ostree; do
    if command -v "${program}" > /dev/null; then
      printf '%s\n' "${program}"
      return
    fi
  done
  fail 'neither bootc nor rpm-ostree is installed' 'only a machine that was installed from an image has deployments'
}

# Prints the file in which the build described this image.
image_description() {
  printf '%s\n' "${root}/usr/immutablue/image.json"
}

# Prints a value of the image's description: variant, reference, tags, release, architecture.
image_value() {
  jq --raw-output --exit-status --arg key "$1" '.[$key] | strings' "$(image_description)" ||
    fail "the description of this image has no \`$1\`" "it is in $(image_description), written by the build"
}

# Prints the occasions on which scripts of a scope are run, one a line.
occasions() {
  case "$1" in
    system) printf '%s\n' first_boot on_boot on_shutdown hourly daily weekly monthly ;;
    user) printf '%s\n' first_login on_boot on_shutdown hourly daily weekly monthly ;;
    *) fail_usage "unknown scope \`$1\`" 'it is system or user' ;;
  esac
}

# Prints the directory of the results of a scope: they last until the machine is switched off, or the user is logged out.
results_directory() {
  case "$1" in
    system) printf '%s\n' "${root}/run/immutablue/results/system" ;;
    user) printf '%s\n' "${XDG_RUNTIME_DIR:?}/immutablue/results/user" ;;
    *) fail_usage "unknown scope \`$1\`" 'it is system or user' ;;
  esac
}

# Prints the file whose presence says that the first boot, or a user's first login, is done. It holds the results.
done_marker() {
  case "$1" in
    system) printf '%s\n' "${root}/var/lib/immutablue/first-boot-done" ;;
    user) printf '%s\n' "${XDG_STATE_HOME:-${HOME:?}/.local/state}/immutablue/first-login-done" ;;
    *) fail_usage "unknown scope \`$1\`" 'it is system or user' ;;
  esac
}

# Prints the help of the command that sources this and ends it, when that is what was asked for.
answer_help() {
  if [[ ${1-} == -h || ${1-} == --help ]]; then
    help_text
    exit 0
  fi
}

# Ends a command that does not know an argument.
unknown_argument() {
  fail_usage "\`immutablue $1\` does not know \`$2\`" "immutablue help $1"
}
