#!/usr/bin/env bash
# Says at login which image this is: what motd.d of the image cannot know before the image is built.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../../lib/common.sh
source "${IMMUTABLUE_ROOT-}/usr/libexec/immutablue/lib/common.sh"

# shellcheck source=/dev/null
source "${root}/usr/lib/os-release"
mkdir --parents "${root}/run/motd.d"
{
  printf '%s' "${PRETTY_NAME:?}"
  if [[ -n ${IMAGE_VERSION-} ]]; then
    printf ', image %s' "${IMAGE_VERSION}"
  fi
  printf '\n'
} > "${root}/run/motd.d/05-immutablue"
