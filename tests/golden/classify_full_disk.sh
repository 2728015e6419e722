# Output that can't be written is an error.
. "$GOLDEN/support/model.sh"
narr-classify -m tiny.narr data/posts.txt >/dev/full || echo "exit $?"
narr-classify -m tiny.narr --model-info >/dev/full || echo "exit $?"
narr-classify -m tiny.narr --evaluate data/tiny_test.csv >/dev/full || echo "exit $?"
