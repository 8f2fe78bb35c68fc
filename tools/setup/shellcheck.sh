#!/usr/bin/env bash
# Checks every shell script that git knows of, by its name or its first line.
set -euo pipefail
shopt -s inherit_errexit

is_shell_script() {
  local first=''
  [[ "$1" == *.sh ]] && return 0
  [[ -f "$1" ]] || return 1
  # A file without a line break has a first line too.
  IFS= read -r first < "$1" || [[ -n "${first}" ]] || return 1
  [[ "${first}" =~ ^'#!'.*[/[:space:]](ba)?sh([[:space:]]|$) ]]
}

scripts=()
while IFS= read -r -d '' file; do
  if is_shell_script "${file}"; then
    scripts+=("${file}")
  fi
done < <(git ls-files -z --cached --others --exclude-standard)

if ((${#scripts[@]} == 0)); then
  printf 'no shell scripts found: is this a git work tree?\n' >&2
  exit 1
fi
shellcheck --external-sources "${scripts[@]}"
printf 'shellcheck: %d scripts are clean\n' "${#scripts[@]}"
