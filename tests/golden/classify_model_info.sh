# What is known of a model.
. "$GOLDEN/support/model.sh"
narr-classify -m tiny.narr --model-info | sed '/^{/d'
narr-classify -m tiny.narr --model-info --output jsonl | python3 -c '
import json, sys
print(sorted(json.load(sys.stdin)))'
