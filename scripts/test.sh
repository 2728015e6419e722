#!/usr/bin/env bash
# Installs what is missing, builds everything and runs every test.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/install_deps.sh test
log=$(mktemp)
trap 'rm -f "$log"' EXIT
cmake --preset release -DBUILD_TESTING=ON > "$log" 2>&1 || { cat "$log"; exit 1; }
cmake --build --preset release > "$log" 2>&1 || { cat "$log"; exit 1; }
ctest --preset release --parallel "$(nproc)"
