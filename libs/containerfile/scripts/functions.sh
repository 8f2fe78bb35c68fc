# shellcheck shell=bash
# What the sub-stages of an exported Containerfile need to do the same as the stage runner does from outside the container.
# Sourced by each of them; needs bash, coreutils, findutils and, for archives, tar.
set -euo pipefail
shopt -s inherit_errexit
umask 022

# shellcheck source-path=SCRIPTDIR source=overrides.sh
source "${BASH_SOURCE[0]%/*}/overrides.sh"
# shellcheck source-path=SCRIPTDIR source=definitions.sh
source "${BASH_SOURCE[0]%/*}/definitions.sh"

QUADLETS=/usr/share/containers/systemd

fail() {
  printf 'error: %s\n' "$1" >&2
  exit 1
}

# check_root ARCHITECTURE: fails unless a bootable image can be made from the root filesystem.
check_root() {
  local kernels=(/usr/lib/modules/*/vmlinuz) program
  [[ "$(uname -m)" == "$1" ]] || fail "the parent image is for $(uname -m), not for $1"
  [[ -L /ostree && "$(readlink /ostree)" == sysroot/ostree ]] || fail 'the parent image has no link /ostree to sysroot/ostree'
  if ((${#kernels[@]} != 1)) || [[ ! -e "${kernels[0]}" ]]; then
    fail 'the parent image does not hold exactly one kernel below /usr/lib/modules'
  fi
  [[ -e "${kernels[0]%/*}/initramfs.img" ]] || fail "the parent image has no ${kernels[0]%/*}/initramfs.img"
  for program in dnf rpm bash systemctl; do
    [[ -e "/usr/bin/${program}" ]] || fail "the parent image has no /usr/bin/${program}"
  done
}

# make_parent PATH: makes the missing directories that lead to PATH, through links, root:root 0755.
make_parent() {
  local parent=${1%/*}
  [[ -d "${parent:-/}" ]] || mkdir --parents -- "$(realpath --canonicalize-missing -- "${parent}")"
}

# place SOURCE PATH MODE [UID [GID]]: puts a file in place; a link or a file with other hard links is replaced, not written through.
place() {
  local source=$1 path=$2 mode=$3 uid=${4:-0} gid=${5:-0}
  if [[ -d "${path}" && ! -L "${path}" ]]; then fail "${path} is a directory"; fi
  make_parent "${path}"
  rm --force -- "${path}"
  install --no-target-directory --owner="${uid}" --group="${gid}" --mode="${mode}" -- "${source}" "${path}"
}

# transaction ALLOWED COMMAND…: runs a transaction of the package manager; fails when a scriptlet has failed, with which rpm goes on, of
# a package whose name is not in ALLOWED, with blanks between the names.
transaction() {
  local allowed=$1 output line package
  local rpm='%[a-z]+\(([^ )]+)\) scriptlet failed,' lua='lua script failed: \[string "%[a-z]+\(([^ )]+)\)"\]:'
  local dnf='^Error in [^ ]+ scriptlet in rpm package ([^ ]+)' dnf5='^>>> (Non-critical error|Error) in %?[a-z]+ scriptlet: ([^ ]+)'
  output=$(mktemp)
  "${@:2}" 2>&1 | tee -- "${output}"
  while IFS= read -r line; do
    if [[ "${line}" =~ ${rpm} || "${line}" =~ ${lua} || "${line}" =~ ${dnf} || "${line}" =~ ${dnf5} ]]; then
      # Neither version nor release has a hyphen.
      package=${BASH_REMATCH[-1]%-*-*}
      [[ " ${allowed} " == *" ${package} "* ]] || fail "a scriptlet of ${package} failed: ${line}"
    fi
  done <"${output}"
  rm --force -- "${output}"
}

# download CACHE URL SHA256 PATH MODE [MEMBER]: places a pinned file, fetched where the cache has not got it.
download() {
  local cache=$1 url=$2 sha256=$3 path=$4 mode=$5 member=${6:-} file=$1/$3 directory
  if [[ ! -f "${file}" || "$(sha256sum <"${file}")" != "${sha256} "* ]]; then
    curl --fail --silent --show-error --location --retry 2 --output "${file}.part" -- "${url}"
    if [[ "$(sha256sum <"${file}.part")" != "${sha256} "* ]]; then
      rm --force -- "${file}.part"
      fail "what is at ${url} does not have the SHA-256 ${sha256}"
    fi
    mv --force -- "${file}.part" "${file}"
  fi
  if [[ -z "${member}" ]]; then
    place "${file}" "${path}" "${mode}"
    return
  fi
  directory=$(mktemp --directory "${cache}/member-XXXXXX")
  tar --extract --no-same-owner --file "${file}" --directory "${directory}" -- "${member}"
  [[ -f "${directory}/${member}" && ! -L "${directory}/${member}" ]] || fail "${member} of ${url} is not a regular file"
  place "${directory}/${member}" "${path}" "${mode}"
  rm --recursive --force -- "${directory}"
}

# enable_quadlets LIST: fails when one of the names in the file is not a quadlet of the image.
enable_quadlets() {
  local name
  while IFS= read -r name; do
    [[ -e "${QUADLETS}/${name}" ]] || fail "there is no quadlet ${name} in the image"
  done <"$1"
}

# require_enabled SCOPE UNIT…: fails for a unit without anything to be enabled by, of which systemctl gives advice and succeeds.
require_enabled() {
  local unit
  for unit in "${@:2}"; do
    if [[ "$(SYSTEMD_OFFLINE=1 systemctl "$1" is-enabled "${unit}")" == static ]]; then
      fail "${unit} cannot be enabled: no section [Install] says what starts it"
    fi
  done
}

# is_mounted PATH: whether the builder mounts something there, as it does for /etc/resolv.conf.
is_mounted() {
  local target
  while read -r _ _ _ _ target _; do
    if [[ "${target}" == "$1" ]]; then return 0; fi
  done </proc/self/mountinfo
  return 1
}

# remove_paths PATH…
remove_paths() {
  local path
  for path in "$@"; do
    if is_mounted "${path}"; then
      printf '%s cannot be removed while the builder mounts its own there\n' "${path}"
    elif [[ -e "${path}" || -L "${path}" ]]; then
      rm --recursive --force -- "${path}"
    else
      printf '%s is to be removed and was not there\n' "${path}"
    fi
  done
}
