#!/usr/bin/env bash
# A machine that was another variant before has a link to a file of systemd-resolved, which is masked here: without this
# it would have no name servers. tmpfiles.d makes the link on fresh machines and cannot tell such a link from an
# administrator's.
set -euo pipefail

resolv_conf="${IMMUTABLUE_ROOT:-}/etc/resolv.conf"

if [[ -L "${resolv_conf}" && "$(readlink "${resolv_conf}")" == *run/systemd/resolve/* ]]; then
  ln -sfn ../run/NetworkManager/resolv.conf "${resolv_conf}"
  printf '/etc/resolv.conf is now what NetworkManager writes\n'
fi
