# What is known of a model. Margins may differ in their last digits between machines.
. "$GOLDEN/support/model.sh"
narr-classify -m tiny.narr --model-info --top 2 | sed -E 's/[+-]0\.[0-9]{3} +[0-9.]+%/(some)/'
narr-classify -m tiny.narr --model-info --output jsonl --top 3 | python3 -c '
import json, sys
info = json.load(sys.stdin)
print(sorted(info))
model = info["model"]
print(model["mode"], model["linear"], model["scripts"])
for label in model["labels"]:
    print(label["name"], label["support"], len(label["for"]), len(label["against"]), sorted(label["for"][0]))'
narr-train --quiet data/tiny.csv --kernel rbf -o rbf.narr > /dev/null
narr-classify -m rbf.narr --model-info | tail -1
narr-classify -m rbf.narr --model-info --output jsonl | python3 -c '
import json, sys
model = json.load(sys.stdin)["model"]
print(model["linear"], sorted(model["labels"][0]))'
