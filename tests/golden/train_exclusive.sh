# Where every row has exactly one label, a text gets exactly one.
narr-train data/exclusive.csv --label-column topic -o topics.narr
narr-classify -m topics.narr --text "a river of snow" | python3 -c '
import json, sys
print(json.load(sys.stdin)["labels"])'
narr-classify -m topics.narr --model-info --top 0
