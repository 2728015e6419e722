# What is undone in texts is chosen in training, kept in the model and shown.
for list in all=on fold=off all=off,canonical=on numbers=off,social=off fold=maybe folds=on fold ""; do
  narr-train --quiet data/tiny.csv -o tiny.narr --text "$list" > /dev/null 2> message && narr-classify -m tiny.narr --model-info --output jsonl | grep -o '"text":"[^"]*"'
  cat message
done
