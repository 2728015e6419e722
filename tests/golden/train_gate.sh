# First whether a text has any label, then which; what every output says of it.
python3 - > posts.csv <<'END'
import itertools
posts = [("troops leave", "withdrawal"), ("referendum now", "secession"), ("false troops leave", "none"),
         ("false rumour", "none"), ("cat sleeps", "none"), ("troops leave base", "withdrawal"),
         ("referendum day", "secession")]
fillers = "today people say news we all now again the about in on".split()
print("text,label")
for i, (one, two) in enumerate(itertools.permutations(fillers, 2)):
    print(f"{posts[i % 7][0]} {one} {two},{posts[i % 7][1]}")
END
narr-train posts.csv -o m.narr --features word=1 --gate on --quiet | grep -E '^(rows|labels|gate)' | sed 's/0\.[0-9]*/0.?/'
for text in "referendum people" "false referendum people"; do
  narr-classify -m m.narr --output jsonl --text "$text" | sed 's/,"scores.*//;s/\(any":0\.[0-9]\)[0-9]*/\1/'
done
echo "referendum people" | narr-classify -m m.narr --quiet --output csv | sed 's/\(0\.[0-9]\)[0-9]*/\1/g'
echo "false troops leave" | narr-classify -m m.narr --quiet --output csv --threshold withdrawal=0.01 |
  tail -1 | cut -d, -f1,2
narr-classify -m m.narr --model-info --top 2 | sed -n '/^nothing/,$p' | sed 's/0\.[0-9]*/0.?/;s/  [-+].*%//'
narr-classify -m m.narr --model-info --top 1 --output jsonl | grep -o '"any":{"threshold":0\.[0-9]' | sed 's/.$/?/'
grep -v none posts.csv > labelled.csv
narr-train labelled.csv -o n.narr --gate on 2>&1 || echo "exit $?"
narr-train posts.csv -o n.narr --gate maybe 2>&1 || echo "exit $?"
