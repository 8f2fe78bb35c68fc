#!/usr/bin/env bash
# Starts the services of the quadlets that the image and the administrator list. Waits for none of them: a container may
# have to be fetched first, and its unit says how that went.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../../lib/common.sh
source "${IMMUTABLUE_ROOT-}/usr/libexec/immutablue/lib/common.sh"

# Prints the quadlets of all lists, one a line. A line that begins with # is a comment.
listed_quadlets() {
  shopt -s nullglob
  local lists=("${root}/usr/immutablue/quadlets.d"/*.list "${root}/etc/immutablue/quadlets.d"/*.list)
  if ((${#lists[@]} != 0)); then
    sed --separate --expression='s/[[:space:]]*$//' --expression='/^[[:space:]]*#/d' --expression='/^$/d' "${lists[@]}"
  fi
}

# Prints the service that podman's generator makes of a quadlet (podman-systemd.unit(5), "ServiceName=").
service_of() {
  case "$1" in
    *.container | *.kube) printf '%s.service\n' "${1%.*}" ;;
    *.pod | *.volume | *.network | *.image | *.build) printf '%s-%s.service\n' "${1%.*}" "${1##*.}" ;;
    *) return 1 ;;
  esac
}

start_quadlet() {
  local quadlet=$1 service state
  if ! service=$(service_of "${quadlet}"); then
    report_error "\`${quadlet}\` is not the name of a quadlet" 'it ends with .container, .pod, .kube, .volume, …'
    return 1
  fi
  state=$(systemctl show --property=LoadState --value "${service}")
  case "${state}" in
    loaded) systemctl start --no-block "${service}" ;;
    masked) printf '%s is masked: not started\n' "${service}" ;;
    *)
      report_error "${quadlet} has no usable unit: ${service} is ${state}" \
        'what is wrong with it: /usr/lib/systemd/system-generators/podman-system-generator --dryrun'
      return 1
      ;;
  esac
}

failed=0
quadlets=$(listed_quadlets)
while IFS= read -r quadlet; do
  if [[ -n ${quadlet} ]] && ! start_quadlet "${quadlet}"; then
    failed=$((failed + 1))
  fi
done <<< "${quadlets}"
((failed == 0))
