# --exit-status: 1 if nothing was flagged.
. "$GOLDEN/support/model.sh"
try() {
  narr-classify -m tiny.narr --exit-status "$@" >/dev/null && echo flagged || echo "exit $?"
}
try --text "American soldiers are leaving Kosovo"
try --text "Sunny weekend"
try data/posts.txt
try --threshold 1 data/posts.txt
tail -1 data/posts.txt | try
try --evaluate data/tiny_test.csv
narr-classify -m tiny.narr --text "Sunny weekend" >/dev/null && echo "exit 0 without it"
