# Options reach the model.
narr-train --quiet data/tiny.csv -o tiny.narr --features word=1,char_wb=3-4 --min-df 3 --max-features 100 \
  --tf raw --idf off --kernel poly --gamma 0.5 --coef0 1 --degree 2 --C 2.5 --class-weight none \
  --folds 3 --seed 7 --lang-column lang --group-column id --text-column text >/dev/null
narr-classify -m tiny.narr --model-info --output jsonl | python3 -c '
import json, sys
metadata = json.load(sys.stdin)
print(json.dumps(metadata["options"], indent=1))
print(metadata["terms"])'
