# Nothing in, nothing out.
. "$GOLDEN/support/model.sh"
narr-classify -m tiny.narr </dev/null
: >empty.jsonl
narr-classify -m tiny.narr empty.jsonl
narr-classify -m tiny.narr --output csv empty.jsonl
