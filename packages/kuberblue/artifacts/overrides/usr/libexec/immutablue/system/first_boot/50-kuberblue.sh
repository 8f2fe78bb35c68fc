#!/usr/bin/env bash
# A fresh machine becomes a node, as /etc/kuberblue/cluster.yaml says.
set -euo pipefail

exec "$(dirname "${BASH_SOURCE[0]}")/../../kuberblue/initialize"
