#!/usr/bin/env bash
# Installs what is missing of the Debian packages that narr needs.
#   scripts/install_deps.sh build    to build and run it
#   scripts/install_deps.sh test     and to test it
#   scripts/install_deps.sh ci       and for the developer checks
set -euo pipefail

build=(gcc g++ libc6-dev cmake ninja-build pkg-config libsvm-dev libutf8proc-dev libcsv-dev libsimdjson-dev
  zlib1g-dev libzstd-dev librdkafka-dev)
tests=("${build[@]}" libcmocka-dev python3 binutils liblinear-dev libunistring-dev unicode-data bzip2)
ci=("${tests[@]}" clang clang-format libclang-rt-14-dev shellcheck)

case "${1:-build}" in
  build) wanted=("${build[@]}") ;;
  test) wanted=("${tests[@]}") ;;
  ci) wanted=("${ci[@]}") ;;
  *) echo "usage: $0 build|test|ci" >&2; exit 2 ;;
esac

missing=()
for package in "${wanted[@]}"; do
  status=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
  [ "$status" = "install ok installed" ] || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

echo "installing: ${missing[*]}" >&2
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo > /dev/null || { echo "$0: as root, run: apt-get install ${missing[*]}" >&2; exit 5; }
  as_root=(sudo)
fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
{
  "${as_root[@]}" apt-get update -q &&
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
} > "$log" 2>&1 || { cat "$log" >&2; exit 5; }
