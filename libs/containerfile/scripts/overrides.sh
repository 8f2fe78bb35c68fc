# shellcheck shell=bash
# Overrides in an exported Containerfile; sourced by functions.sh. A list of overrides has one a line, its columns separated by
# tabs: TYPE MODE OWNER GROUP PATH VALUE SOURCE, where VALUE is the SHA-256 of a file, the target of a symlink and, of a
# directory, `meant` or `leads`.

# Where the overrides of the context are mounted.
OVERRIDES=/run/immutablue/overrides

# number_of passwd|group NAME: sets `number` to that of a user or group; what is in /etc counts before what is in /usr/lib.
number_of() {
  local database=$1 name=$2 file entry found
  number=''
  if [[ "${name}" == root ]]; then number=0; elif [[ "${name}" =~ ^[0-9]+$ ]]; then number=${name}; fi
  for file in "/etc/${database}" "/usr/lib/${database}"; do
    [[ -z "${number}" && -f "${file}" ]] || continue
    while IFS=: read -r entry _ found _; do
      if [[ "${entry}" == "${name}" ]]; then number=${found}; fi
    done <"${file}"
  done
  [[ -n "${number}" ]] || fail "${name} is not in the ${database} of the image"
}

# put_override TYPE MODE OWNER GROUP PATH VALUE SOURCE, the columns of a list of overrides.
put_override() {
  local type=$1 mode=$2 path=$5 value=$6 source=${7:-} uid gid number
  number_of passwd "$3"
  uid=${number}
  number_of group "$4"
  gid=${number}
  if [[ "${type}" != directory && -d "${path}" && ! -L "${path}" ]]; then fail "${path} is a directory"; fi
  case "${type}" in
    file)
      if [[ -L "${path}" && -d "${path}" ]]; then fail "${path} is a link to a directory"; fi
      place "${OVERRIDES}/${source}" "${path}" "${mode}" "${uid}" "${gid}"
      ;;
    symlink)
      make_parent "${path}"
      ln --symbolic --force --no-target-directory -- "${value}" "${path}"
      chown --no-dereference "${uid}:${gid}" -- "${path}"
      ;;
    directory)
      # One that is there keeps its mode and owner, unless the override is about the directory itself.
      if [[ -d "${path}" && "${value}" == leads ]]; then return; fi
      if [[ -e "${path}" && ! -d "${path}" ]]; then fail "${path} is not a directory"; fi
      [[ -d "${path}" ]] || mkdir --parents -- "$(realpath --canonicalize-missing -- "${path}")"
      chown "${uid}:${gid}" -- "${path}"
      chmod "${mode}" -- "${path}"
      ;;
  esac
}

# differing_overrides LIST: the paths of those that are not in the root filesystem as the list says, one a line.
differing_overrides() {
  local type mode owner group path value _ found number
  local -A facts=()
  local -a files=() links=() directories=()
  while IFS=$'\t' read -r type _ _ _ path _; do
    if [[ "${type}" == directory ]]; then
      if [[ -d "${path}" ]]; then directories+=("${path}"); fi
    elif [[ -L "${path}" ]]; then
      links+=("${path}")
    elif [[ -f "${path}" ]]; then
      files+=("${path}")
    fi
  done <"$1"
  while IFS= read -r -d '' path && IFS= read -r -d '' found; do
    facts[${path}]=${found}
  done < <(facts_of_files "${files[@]}" && facts_of_links "${links[@]}" && facts_of_directories "${directories[@]}")
  while IFS=$'\t' read -r type mode owner group path value _; do
    number_of passwd "${owner}"
    found=${number}
    number_of group "${group}"
    found+=" ${number}"
    case "${type}" in
      file) found="file ${mode} ${found} ${value}" ;;
      symlink) found="symlink ${found} ${value}" ;;
      directory) found="directory ${mode} ${found}" ;;
    esac
    if [[ "${type}" == directory && "${value}" == leads && -d "${path}" ]]; then continue; fi
    if [[ "${facts[${path}]:-}" != "${found}" ]]; then printf '%s\n' "${path}"; fi
  done <"$1"
}

# The facts of many paths at once, each as PATH NUL FACTS NUL.
facts_of_files() {
  if (($# == 0)); then return; fi
  local path stat sum
  while IFS= read -r -d '' path && IFS= read -r -d '' stat && IFS= read -r -d '' sum <&3; do
    printf '%s\0file %s %s\0' "${path}" "${stat}" "${sum%% *}"
  done < <(printf '%s\0' "$@" | xargs --null --no-run-if-empty stat --printf '%n\0%a %u %g\0' --) \
    3< <(printf '%s\0' "$@" | xargs --null --no-run-if-empty sha256sum --zero --)
}

facts_of_links() {
  if (($# == 0)); then return; fi
  local path stat target
  while IFS= read -r -d '' path && IFS= read -r -d '' stat && IFS= read -r -d '' target <&3; do
    printf '%s\0symlink %s %s\0' "${path}" "${stat}" "${target}"
  done < <(printf '%s\0' "$@" | xargs --null --no-run-if-empty stat --printf '%n\0%u %g\0' --) \
    3< <(printf '%s\0' "$@" | xargs --null --no-run-if-empty readlink --zero --)
}

facts_of_directories() {
  if (($# == 0)); then return; fi
  printf '%s\0' "$@" | xargs --null --no-run-if-empty stat --dereference --printf '%n\0directory %a %u %g\0' --
}

# apply_overrides LIST: puts all of them in place; what is already as it should be is not touched.
apply_overrides() {
  local wanted
  local -a columns
  wanted=$(differing_overrides "$1")
  while IFS=$'\t' read -r -a columns; do
    if is_line "${columns[4]}" "${wanted}"; then put_override "${columns[@]}"; fi
  done <"$1"
}

# keep_overrides LIST COMMAND…: runs the command, then puts back what it changed of the overrides.
keep_overrides() {
  local list=$1 path before after
  local -a columns
  before=$(differing_overrides "${list}")
  "${@:2}"
  after=$(differing_overrides "${list}")
  while IFS=$'\t' read -r -a columns; do
    path=${columns[4]}
    # What was changed on purpose before, by a script, stays as it is.
    if is_line "${path}" "${after}" && ! is_line "${path}" "${before}"; then
      printf 'a package changed an override, which was put back: %s\n' "${path}"
      put_override "${columns[@]}"
    fi
  done <"${list}"
}

# is_line LINE TEXT
is_line() {
  [[ $'\n'"$2"$'\n' == *$'\n'"$1"$'\n'* ]]
}
