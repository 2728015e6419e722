# --strict ends at the first bad record, with exit code 3.
. "$GOLDEN/support/model.sh"
{ head -1 data/posts.jsonl; echo nonsense; tail -1 data/posts.jsonl; } >posts.jsonl
narr-classify -m tiny.narr --output csv --strict posts.jsonl data/posts.txt || echo "exit $?"
narr-classify -m tiny.narr --output csv --strict data/posts.txt
