# The same records from lines, CSV and JSON lines.
. "$GOLDEN/support/model.sh"
narr-classify -m tiny.narr data/posts.txt
narr-classify -m tiny.narr data/posts.csv
narr-classify -m tiny.narr data/posts.jsonl
