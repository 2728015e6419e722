# Of an option given twice the last counts; -- ends the options.
cp data/tiny.csv -- --quiet
narr-train --quiet --kernel rbf --seed 5 --seed=6 --kernel=linear -o other.narr -o out.narr -- --quiet >/dev/null
ls
narr-classify -m out.narr --model-info --output jsonl | python3 -c '
import json, sys
options = json.load(sys.stdin)["options"]
print(options["kernel"], options["seed"])'
