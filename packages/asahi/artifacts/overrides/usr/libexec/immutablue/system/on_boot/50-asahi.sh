#!/usr/bin/env bash
# What the hardware forgets when the machine is off.
set -euo pipefail

exec "$(dirname "${BASH_SOURCE[0]}")/../../asahi/apply-settings"
