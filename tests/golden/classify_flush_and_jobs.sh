# --flush and --jobs change nothing in the output.
. "$GOLDEN/support/model.sh"
for i in 1 2 3 4 5 6 7 8; do
  cat data/posts.jsonl
  echo nonsense
done >many.jsonl
narr-classify -m tiny.narr --quiet --jobs 1 many.jsonl >one
for options in "--jobs 2" "-j4 --flush line" "--jobs=1 --flush=line" "--flush batch"; do
  narr-classify -m tiny.narr --quiet $options many.jsonl | cmp - one
done
wc -l <one
