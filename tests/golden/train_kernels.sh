# Every kernel and both solvers give a model that works.
for options in "--kernel linear --solver libsvm" "--kernel linear --solver linear" "--kernel rbf" \
  "--kernel poly --coef0 1" "--kernel sigmoid --gamma 0.1"; do
  narr-train --quiet data/tiny.csv -o tiny.narr $options >/dev/null
  printf '%s: ' "$options"
  narr-classify -m tiny.narr data/posts.txt | python3 -c '
import json, sys
print([json.loads(line)["labels"] for line in sys.stdin])'
done
