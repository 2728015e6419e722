#!/usr/bin/env bash
# Installs the build given as argument into a fresh folder, builds the example
# against what was installed - by CMake (shared and static) and by pkg-config
# - and runs it. Also checks that nothing but the public API is exported.
set -euo pipefail
build=$1
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cmake --install "$build" --prefix "$work/prefix" > "$work/install.log"
cmake -G Ninja -S "$here" -B "$work/build" -DCMAKE_PREFIX_PATH="$work/prefix" > "$work/configure.log"
cmake --build "$work/build" > "$work/build.log" || { cat "$work/build.log"; exit 1; }
cd "$work"
./build/example_shared
./build/example_static > static.txt

# The install prefix is the build's; pkg-config is told where it went.
libdir=$(dirname "$(find "$work/prefix" -name narr.pc)")
flags=$(PKG_CONFIG_PATH=$libdir pkg-config --define-variable=prefix="$work/prefix" --cflags --libs narr)
# shellcheck disable=SC2086  # flags are words
${CC:-cc} "$here/example.c" -o example_pkg $flags -Wl,-rpath,"$(dirname "$libdir")"
./example_pkg > pkg.txt
cmp static.txt pkg.txt

library=$(find "$work/prefix" -name 'libnarr.so')
declared=$(grep -rhoE '\bnarr_[a-z_]+\(' "$work/prefix/include/narr" | tr -d '(' | sort -u)
# Data symbols of libstdc++ templates may be weak; functions of ours may not.
nm -D --defined-only "$library" | awk '$2 == "T" {print $3}' | grep -v '^_' | sort -u |
  while read -r name; do
    grep -qx "$name" <<< "$declared" || { echo "exported but not public: $name"; exit 1; }
  done
"$work/prefix/bin/narr-classify" --version
test -s "$work/prefix/share/narr/models/western_balkans.narr"
echo "installed library: fine"
