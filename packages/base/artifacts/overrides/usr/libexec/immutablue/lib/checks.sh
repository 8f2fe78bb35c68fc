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
    record deployments problem 'neither bootc nor rpm-ostree is installed: this machine cannot be updated'
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
  local scope=$1 flags=() units names
  if [[ ${scope} == user ]]; then
    flags=(--user)
  fi
  if ! units=$(systemctl "${flags[@]}" list-units --failed --plain --no-legend --full 2>&1); then
    record "${scope} units" problem "systemctl cannot list them: ${units}"
  elif [[ -z ${units} ]]; then
    record "${scope} units" ok 'none failed'
  else
    names=$(awk '{ printf "%s%s", separator, $1; separator = " " }' <<< "${units}")
    record "${scope} units" problem "failed: ${names}" "systemctl ${flags[*]:+--user }status ${names}"
  fi
}

check_first_boot() {
  if [[ -e $(done_marker system) ]]; then
    record 'first boot' ok 'done'
  else
    record 'first boot' notice 'not done: its scripts are running, or run at the next boot' \
      'systemctl status immutablue-first-boot.service'
  fi
}

# The scripts of every occasion since the boot (for a user: since the login), of which one must have come.
check_scripts() {
  local scope=$1 required=$2 directory file failed healthy=yes
  directory=$(results_directory "${scope}")
  if [[ ! -e ${directory}/${required}.json ]]; then
    check_missing_results "${scope}" "${required}"
    healthy=no
  fi
  for file in "${directory}"/*.json; do
    if [[ ! -e ${file} ]]; then
      continue
    fi
    if ! failed=$(jq --raw-output '
      [.scripts[] | select(.exitCode != 0) | "\(.path) (exit code \(.exitCode))"] | join(", ")' "${file}" 2>&1); then
      record "${scope} scripts" problem "${file} cannot be read: ${failed}"
      healthy=no
    elif [[ -n ${failed} ]]; then
      record "${scope} scripts" problem "failed: ${failed}" "$(journal_of "${scope}" "$(basename "${file}" .json)")"
      healthy=no
    fi
  done
  if [[ ${healthy} == yes ]]; then
    record "${scope} scripts" ok 'none failed'
  fi
}

check_missing_results() {
  local scope=$1 occasion=$2 unit flags=() state
  unit=$(unit_of "${occasion}")
  if [[ ${scope} == user ]]; then
    flags=(--user)
  fi
  state=$(systemctl "${flags[@]}" show --property=ActiveState --value "${unit}" 2>&1) || state="unknown (${state})"
  case "${state}" in
    activating) record "${scope} scripts" notice "those of ${occasion} are running" ;;
    *) record "${scope} scripts" problem "those of ${occasion} have not run: ${unit} is ${state}" \
      "systemctl ${flags[*]:+--user }enable ${unit}" ;;
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
