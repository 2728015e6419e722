# --objective chooses what thresholds are for; what can't be reached is said.
train() {
  narr-train data/tiny.csv -o tiny.narr --objective "$@" 2>&1 >out.txt || echo "exit $?"
  grep -E '^(label|rigged|troop)' out.txt | head -3 | cut -c1-40
}
train recall=1
train precision=0.8
train review-budget=250
train false-flags=0.1
train best
train precision=2
narr-train data/exclusive.csv --label-column topic --objective recall=0.5 -o x.narr || echo "exit $?"
