# Thresholds of the command line; the last that fits a label counts.
. "$GOLDEN/support/model.sh"
labels() {
  narr-classify -m tiny.narr --output csv "$@" data/posts.txt | cut -d, -f2 | tail -3 | tr '\n' ','
  echo
}
labels
labels --threshold 1
labels --threshold 0
labels --threshold troop-withdrawal=0
labels --threshold=0 --threshold rigged-elections=1
labels --threshold rigged-elections=1 --threshold 0
