# shellcheck shell=bash
# Files that an exported Containerfile rewrites; sourced by functions.sh.

# A line of a repository definition that lets whoever reads it in: a user name or a password before a host, a value of such a
# key, a parameter of an address that is named like a token.
readonly SECRETS='://[^/?#[:space:]]*@|^[[:blank:]]*(proxy_)?(username|password)[[:blank:]]*[=:][[:blank:]]*[^[:space:]]|[?&#;]([a-z0-9_.%-]*[_.-])?((access|api|private|secret|auth)?(token|key)|auth|authorization|signature|sig|password|passwd|passphrase|pwd|secret|credentials?|jwt|sas)=[^&[:space:]]'

# require_signatures FILE: sets gpgcheck=1 in each section of a repository definition that does not check signatures, and
# refuses one that holds a secret.
require_signatures() {
  local file=$1 line name='' sections=0 changed=()
  local -a lines=() result=() section=()
  # Without saying which: what a build prints is kept.
  if grep --quiet --extended-regexp --ignore-case -- "${SECRETS}" "${file}"; then
    fail "${file} holds a user name, a password or a token, which would be in the image"
  fi
  mapfile lines <"${file}"
  lines+=('[')
  for line in "${lines[@]}"; do
    if [[ "${line}" =~ ^[[:blank:]]*\[ ]]; then
      if [[ -n "${name}" ]] && ! checks_signatures "${section[@]}"; then
        changed+=("${name}")
        sign_section "${section[@]}"
      fi
      result+=("${section[@]}")
      section=()
      name=''
      if [[ "${line}" =~ ^[[:blank:]]*\[([^]]+)\] ]]; then
        name=${BASH_REMATCH[1]}
        sections=$((sections + 1))
      fi
      if [[ "${line}" == '[' ]]; then continue; fi
    fi
    section+=("${line}")
  done
  ((sections > 0)) || fail "${file} is not a repository definition"
  if ((${#changed[@]} == 0)); then return; fi
  printf '%s did not check the signatures of %s: gpgcheck=1 is set now\n' "${file}" "${changed[*]}"
  printf '%s' "${result[@]}" >"${file}.immutablue"
  rm --force -- "${file}"
  mv -- "${file}.immutablue" "${file}"
}

checks_signatures() {
  local line pattern='^[[:blank:]]*gpgcheck[[:blank:]]*[=:][[:blank:]]*(1|true|yes|on)[[:blank:]]*$'
  for line in "$@"; do
    line=${line%$'\n'}
    line=${line%$'\r'}
    if [[ "${line,,}" =~ ${pattern} ]]; then return 0; fi
  done
  return 1
}

# Changes `section` of its caller.
sign_section() {
  local line pattern='^[[:blank:]]*gpgcheck[[:blank:]]*[=:]'
  section=("${1%$'\n'}"$'\n' $'gpgcheck=1\n')
  for line in "${@:2}"; do
    if [[ ! "${line,,}" =~ ${pattern} ]]; then section+=("${line%$'\n'}"$'\n'); fi
  done
}

# ask_for_signatures FILE REGISTRY KEY: a policy by which a host takes images of the registry only when the key has signed them; what
# it says of others stays.
ask_for_signatures() {
  mkdir --parents -- "$(dirname -- "$1")"
  python3 - "$@" <<'PYTHON'
import json, os, sys

path, registry, key = sys.argv[1:]
accept = [{"type": "insecureAcceptAnything"}]
policy = {"default": accept}
if os.path.exists(path):
    with open(path, encoding="utf-8") as file:
        policy = json.load(file)
transports = policy.pop("transports", {})
if policy["default"] == accept:
    policy["default"] = [{"type": "reject"}]
    names = "atomic containers-storage dir docker docker-archive docker-daemon oci oci-archive ostree sif tarball"
    for name in names.split():
        transports[name] = {"": accept, **transports.get(name, {})}
signed = {"type": "sigstoreSigned", "keyPath": key, "signedIdentity": {"type": "matchRepository"}}
transports["docker"] = {**transports.get("docker", {}), registry: [signed]}
policy["transports"] = transports
with open(path + ".immutablue", "w", encoding="utf-8") as file:
    file.write(json.dumps(policy, indent=4, ensure_ascii=False) + "\n")
PYTHON
  chmod 0644 -- "$1.immutablue"
  mv --force --no-target-directory -- "$1.immutablue" "$1"
}

# write_os_release FILE NAME ID VARIANT IMAGE RELEASE EPOCH: says in os-release(5) which image it is; other fields stay.
write_os_release() {
  local file=$1 name=$2 id=$3 variant=$4 image=$5 release=$6 date line key like='' word
  local -a keys=()
  local -A fields=()
  date=$(date --utc --date "@$7" +%Y%m%d)
  if [[ -e "${file}" ]]; then
    while IFS= read -r line || [[ -n "${line}" ]]; do
      line=${line#"${line%%[![:space:]]*}"}
      line=${line%"${line##*[![:space:]]}"}
      if [[ "${line}" =~ ^([A-Z0-9_]+)=(.*)$ ]]; then set_field "${BASH_REMATCH[1]}" "$(unquoted "${BASH_REMATCH[2]}")"; fi
    done <"${file}"
  fi
  for word in ${fields[ID]:-} ${fields[ID_LIKE]:-}; do
    if [[ "${word}" != "${id}" && " ${like} " != *" ${word} "* ]]; then like="${like:+${like} }${word}"; fi
  done
  set_field NAME "${name}"
  set_field PRETTY_NAME "${name} ${release} (${variant})"
  set_field ID "${id}"
  set_field ID_LIKE "${like}"
  set_field VERSION "${release} (${variant})"
  set_field VERSION_ID "${release}"
  set_field VARIANT "${variant}"
  set_field VARIANT_ID "${variant}"
  set_field IMAGE_ID "${image}"
  set_field IMAGE_VERSION "${release}.${date}"
  set_field BUILD_ID "${date}"
  if [[ -n "${fields[OSTREE_VERSION]+there}" ]]; then set_field OSTREE_VERSION "${release}.${date}"; fi
  for key in "${keys[@]}"; do printf '%s=%s\n' "${key}" "$(quoted "${fields[${key}]}")"; done >"${file}.immutablue"
  chmod 0644 -- "${file}.immutablue"
  mv --force --no-target-directory -- "${file}.immutablue" "${file}"
}

# Adds to `keys` and `fields` of its caller.
set_field() {
  if [[ -z "${fields[$1]+there}" ]]; then keys+=("$1"); fi
  fields[$1]=$2
}

unquoted() {
  local value=$1
  if [[ "${value}" =~ ^\'(.*)\'$ ]]; then
    printf '%s\n' "${BASH_REMATCH[1]}"
    return
  fi
  if [[ "${value}" =~ ^\"(.*)\"$ ]]; then value=${BASH_REMATCH[1]}; fi
  sed --regexp-extended 's/\\(["$`\\])/\1/g' <<<"${value}"
}

quoted() {
  if [[ "$1" =~ ^[A-Za-z0-9._-]+$ ]]; then printf '%s\n' "$1"; else sed --regexp-extended 's/["$`\\]/\\&/g; s/.*/"&"/' <<<"$1"; fi
}
