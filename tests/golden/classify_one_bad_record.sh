# The plural is right.
. "$GOLDEN/support/model.sh"
printf '{' | narr-classify -m tiny.narr --format jsonl
