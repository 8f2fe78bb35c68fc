#!/bin/bash
# Runs inside the machine that `nx boot` has started: waits until the system is up, runs the checks of this boot, says
# what it found, and powers the machine off. It says it in lines of words, the last of which is base64 where text can hold
# anything; agent/message.ts reads them.
#
# IMMUTABLUE_BOOT_CHANNEL is where it writes: a file that the host has bound there, or a port of the virtual machine.
# IMMUTABLUE_BOOT_TIMEOUT is how many seconds the system may take to start.
set -euo pipefail

here=$(dirname "$(readlink -f "$0")")
channel=${IMMUTABLUE_BOOT_CHANNEL:?}
start_timeout=${IMMUTABLUE_BOOT_TIMEOUT:?}
output_limit=65536

# Whatever happens here, the machine must end: the host waits for it.
trap 'systemctl poweroff --no-block' EXIT

# The port of a virtual machine is there once its driver is loaded.
for ((attempt = 0; attempt < 600; attempt++)); do
  [[ -e $channel ]] && break
  sleep 0.1
done
exec 3>"$channel"

say() {
  printf '%s\n' "$*" >&3
}

encoded() {
  base64 --wrap=0
}

# Counts the boots of this machine: /etc keeps it, as /var would.
boot=1
[[ -e $here/boot ]] && boot=$(($(<"$here/boot") + 1))
echo "$boot" >"$here/boot"
say boot "$boot"

# It ends with another exit code than 0 unless the system is running, and prints nothing when the time is up.
state=$(timeout "$start_timeout" systemctl is-system-running --wait) || [[ -n $state ]] || state=timeout
analysis=''
if [[ $state == timeout ]]; then
  analysis=$(systemctl list-jobs --no-pager --no-legend)
else
  # "Startup finished in 415ms (userspace)", or why it cannot say that.
  analysis=$(systemd-analyze time 2>&1 | head -n 1) || analysis='systemd-analyze failed'
fi
say state "$state" "$(printf %s "$analysis" | encoded)"

report_failed_units() {
  local unit
  while read -r unit _; do
    say unit "$unit" "$(journalctl --boot --unit "$unit" --lines 10 --no-pager --output cat | encoded)"
  done < <(systemctl list-units --failed --plain --no-legend --no-pager)
}

# Of the scripts that a boot runs. Those of timers may run at the same time, or not.
report_results() {
  local occasion file
  for occasion in first_boot on_boot; do
    file=/run/immutablue/results/system/$occasion.json
    if [[ -e $file ]]; then
      say results "$occasion" "$(encoded <"$file")"
    fi
  done
}

# A check is a script beside this one; its file is named after its number.
run_check() {
  local number=$1 seconds=$2 started finished code=0 output
  output=$(mktemp --directory)
  say started "$number"
  started=$(date +%s%3N)
  timeout --kill-after=5 "$seconds" bash "$here/checks/$number.sh" \
    </dev/null >"$output/stdout" 2>"$output/stderr" 3>&- || code=$?
  finished=$(date +%s%3N)
  say check "$number" "$code" "$((finished - started))" \
    "$(head --bytes "$output_limit" "$output/stdout" | encoded)" \
    "$(tail --bytes "$output_limit" "$output/stderr" | encoded)"
  rm -r "$output"
}

while read -r number selection seconds; do
  if [[ $selection == every || $selection == first && $boot == 1 || $selection == second && $boot == 2 ]]; then
    run_check "$number" "$seconds"
  fi
done <"$here/plan"

# After the checks: those wait, too, for what the system starts without waiting for it.
report_failed_units
report_results
say end
