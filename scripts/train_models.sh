#!/usr/bin/env bash
# Makes models/western_balkans.narr from the corpus, byte for byte. With
# --check: says whether the one that is there is what the corpus gives.
#   NARR_BIN=DIR   where narr-train is (default: build/release)
set -euo pipefail
cd "$(dirname "$0")/.."
bin=${NARR_BIN:-build/release}
model=models/western_balkans.narr

train() {
  "$bin/narr-train" corpus/western_balkans.csv --group-column group --ratios off --C 0.8 \
    --objective false-flags=0.068 --quiet -o "$1"
}

if [ "${1:-}" = --check ]; then
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  train "$work/fresh.narr" > /dev/null
  cmp "$work/fresh.narr" "$model" && echo "$model is what the corpus gives"
else
  train "$model"
fi
