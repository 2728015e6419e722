# Files that are not there are found before any is read.
. "$GOLDEN/support/model.sh"
narr-classify -m tiny.narr data/posts.txt nothing.txt || echo "exit $?"
narr-classify -m tiny.narr data || echo "exit $?"
