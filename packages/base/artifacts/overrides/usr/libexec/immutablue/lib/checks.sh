#!/usr/bin/env bash
# The checks of `immutablue doctor`, sourced by it. Each calls `record` with its name, ok, notice or problem, what it found
# and what to do about it.
: "${root?}" "${libexec:?}"

check_image() {
  local reference
  if reference=$(jq --raw-output --exit-status '.reference | strings' "$(image_description)" 2>&1); then
    record image ok "${reference}"
  else
    record image problem "the description of the image cannot be read: ${reference}" \
      "$(image_description) is written by the build: \`immutablue update\`, or \`immutablue rollback\`"
  fi
}

check_deployments() {
  if ! command -v bootc > /dev/null && ! command -v rpm-ostree > /dev/null; then
    record deployments notice 'neither bootc nor rpm-ostree is installed: only a new image brings updates'
  elif [[ -e ${root}/run/ostree/staged-deployment ]]; then
    record deployments notice 'a new deployment waits for the next boot' 'systemctl reboot'
  else
    record deployments ok 'none waits for the next boot'
  fi
}

check_settings() {
  local message
  if message=$("${libexec}/commands/settings" list 2>&1 > /dev/null); then
    record settings ok 'all levels can be read'
  else
    record settings problem "${message#error: }" 'correct the file'
  fi
}

check_units() {
  local scope=$1 systemctl units names
  read -ra systemctl <<< "$(systemctl_of "${scope}")"
  if ! units=$("${systemctl[@]}" list-units --failed --plain --no-legend --full 2>&1); then
    record "${scope} units" problem "they cannot be listed: ${units}"
  elif [[ -z ${units} ]]; then
    record "${scope} units" ok 'none failed'
  else
    names=$(awk '{ printf "%s%s", separator, $1; separator = " " }' <<< "${units}")
    record "${scope} units" problem "failed: ${names}" "${systemctl[*]} status ${names}"
  fi
}

# What was done once is not repeated when a script failed, and is reported until it went well.
check_once() {
  local scope=$1 occasion=$2 name=${2/_/ } marker failed
  marker=$(done_marker "${scope}")
  if [[ ! -e ${marker} ]]; then
    record "${name}" notice 'not done: its scripts are running, or run the next time' \
      "$(systemctl_of "${scope}") status $(unit_of "${occasion}")"
  elif ! failed=$(failed_scripts "${marker}"); then
    record "${name}" problem "${marker} cannot be read: ${failed}"
  elif [[ -n ${failed} ]]; then
    record "${name}" problem "failed: ${failed}" "$(once_again "${scope}")"
  else
    record "${name}" ok 'done'
  fi
}

once_again() {
  case "$1" in
    system) printf 'correct them, then: immutablue run first_boot\n' ;;
    user) printf 'correct them, then: immutablue run --user first_login\n' ;;
  esac
}

# Prints which scripts of a file of results failed; fails when it cannot be read, and prints why.
failed_scripts() {
  jq --raw-output '[.scripts[] | select(.exitCode != 0) | "\(.path) (exit code \(.exitCode))"] | join(", ")' "$1" 2>&1
}

# The scripts of the occasions that come again, since the boot (for a user: since the login). Those on boot must have run.
check_scripts() {
  local scope=$1 directory file occasion failed healthy=yes
  directory=$(results_directory "${scope}")
  if [[ ! -e ${directory}/on_boot.json ]]; then
    check_missing_results "${scope}" on_boot
    healthy=no
  fi
  for file in "${directory}"/*.json; do
    occasion=$(basename "${file}" .json)
    if [[ ! -e ${file} || ${occasion} == first_* ]]; then
      continue
    fi
    if ! failed=$(failed_scripts "${file}"); then
      record "${scope} scripts" problem "${file} cannot be read: ${failed}"
      healthy=no
    elif [[ -n ${failed} ]]; then
      record "${scope} scripts" problem "failed: ${failed}" "$(journal_of "${scope}" "${occasion}")"
      healthy=no
    fi
  done
  if [[ ${healthy} == yes ]]; then
    record "${scope} scripts" ok 'none failed'
  fi
}

check_missing_results() {
  local scope=$1 occasion=$2 unit systemctl state
  unit=$(unit_of "${occasion}")
  read -ra systemctl <<< "$(systemctl_of "${scope}")"
  state=$("${systemctl[@]}" show --property=ActiveState --value "${unit}" 2>&1) || state="unknown (${state})"
  if [[ ${state} == activating ]]; then
    record "${scope} scripts" notice "those of ${occasion} are running"
  else
    record "${scope} scripts" problem "those of ${occasion} have not run: ${unit} is ${state}" \
      "${systemctl[*]} status ${unit}"
  fi
}

# Prints how the service manager of a scope is called.
systemctl_of() {
  case "$1" in
    system) printf 'systemctl\n' ;;
    user) printf 'systemctl --user\n' ;;
  esac
}

# Prints the unit that runs the scripts of an occasion.
unit_of() {
  printf 'immutablue-%s.service\n' "${1//_/-}"
}

journal_of() {
  local unit
  unit=$(unit_of "$2")
  case "$1" in
    system) printf 'journalctl --boot --unit=%s\n' "${unit}" ;;
    user) printf 'journalctl --boot --user-unit=%s\n' "${unit}" ;;
  esac
}

# The image itself is read-only, and looks full: what counts is where the machine writes.
check_disks() {
  local minimum paths=() path device used free target seen=' '
  # What is wrong with the settings, `check_settings` says.
  minimum=$("${libexec}/commands/settings" get doctor.minimum_free_percent --default 10 2> /dev/null) || minimum=10
  if [[ ! ${minimum} =~ ^[0-9]+$ ]]; then
    record disks problem "the setting \`doctor.minimum_free_percent\` is \`${minimum}\`, no number" \
      'immutablue settings set doctor.minimum_free_percent 10'
    return
  fi
  for path in /sysroot /var /boot; do
    if [[ -d ${root}${path} ]]; then
      paths+=("${root}${path}")
    fi
  done
  while read -r device used target; do
    used=${used%'%'}
    if [[ ! ${used} =~ ^[0-9]+$ || ${seen} == *" ${device} "* ]]; then
      continue
    fi
    seen+="${device} "
    free=$((100 - used))
    if ((free < minimum)); then
      record disks problem "${free} % of ${target} are free, less than ${minimum} %" \
        'remove what is not needed: podman system prune, flatpak uninstall --unused'
    else
      record disks ok "${free} % of ${target} are free"
    fi
  done < <(df --output=source,pcent,target -- "${paths[@]}" | tail --lines=+2)
}
