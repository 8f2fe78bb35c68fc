#!/usr/bin/env bash
# Bad sectors are found while another copy can still mend them.
set -euo pipefail

exec "$(dirname "${BASH_SOURCE[0]}")/../../trueblue/scrub-pools"
