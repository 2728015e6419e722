# --only-flagged leaves out the rest, but not errors.
. "$GOLDEN/support/model.sh"
{ cat data/posts.jsonl; echo nonsense; } >posts.jsonl
narr-classify -m tiny.narr --only-flagged --output csv posts.jsonl
