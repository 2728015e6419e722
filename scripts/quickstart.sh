#!/usr/bin/env bash
# From a clone to flagged, explained posts: installs what is missing, builds,
# learns a model from the corpus and runs it.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '\n== %s\n' "$*"; }

say "Install what is missing (Debian packages)"
scripts/install_deps.sh build

say "Build"
cmake --preset release -DBUILD_TESTING=OFF > build.log 2>&1 || { cat build.log; exit 1; }
cmake --build --preset release --target narr-train narr-classify > build.log 2>&1 || { cat build.log; exit 1; }
rm -f build.log
bin=build/release
model=$bin/western_balkans.narr

say "Learn the narratives of corpus/western_balkans.csv"
"$bin/narr-train" corpus/western_balkans.csv --group-column group -o "$model"

say "Posts of corpus/sample_stream.jsonl that push a narrative"
"$bin/narr-classify" -m "$model" --only-flagged --output table corpus/sample_stream.jsonl

say "One post, and why"
"$bin/narr-classify" -m "$model" --output table --explain=6 \
  --text "They won't tell you on TV: the Americans are packing up in Kosovo, the last troops leave by spring 🤫"

cat <<END

The model is $model. Go on with your own posts:
  $bin/narr-classify -m $model --explain --text "..."
  $bin/narr-classify -m $model posts.jsonl > flagged.jsonl
  $bin/narr-train my_posts.csv -o my_model.narr
END
