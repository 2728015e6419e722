# A small model: as large as was asked for, no names of terms, explanations all the same.
narr-train --quiet data/tiny.csv -o small.narr --compact=24K > /dev/null
test "$(stat -c %s small.narr)" -le 24576 && echo small
narr-classify -m small.narr --model-info | grep -E 'compact|vocabulary'
narr-classify -m small.narr --text 'American soldiers are leaving Kosovo' --explain --output jsonl | python3 -c '
import json, sys
record = json.loads(sys.stdin.readline())
print(record["labels"], record["terms"][0]["term"])'
narr-train --quiet data/tiny.csv -o all.narr --compact > /dev/null
narr-classify -m all.narr --model-info | grep -E 'compact |vocabulary'
narr-train --quiet data/tiny.csv -o tiny.narr > /dev/null
narr-classify -m tiny.narr --quiet data/posts.csv > full.jsonl
narr-classify -m all.narr --quiet data/posts.csv | cmp - full.jsonl && echo "all terms, all the same"
narr-train --quiet data/tiny.csv -o none.narr --compact=10K || echo "exit $?"
narr-train --quiet data/tiny.csv -o none.narr --compact=1X || echo "exit $?"
narr-train --quiet data/tiny.csv -o none.narr --compact --kernel rbf || echo "exit $?"
