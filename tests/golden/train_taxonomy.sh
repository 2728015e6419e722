# Labels that are paths, labels of which nothing is known, labels that are too rare.
python3 - > posts.csv <<'EOF'
import itertools
texts = {"war/nuclear": "troops atom", "war/opened": "troops front", "war": "troops", "none": "cat",
         "peace": "dove", "none;?peace": "dove cat"}
fillers = "today people say news we all now again the about".split()
print("text,label")
for i, (one, two) in enumerate(itertools.permutations(fillers, 2)):
    label = list(texts)[i % 6]
    print(f"{texts[label]} {one} {two},{label}")
print("cheese from the moon,moon")
EOF
narr-train posts.csv -o m.narr --features word=1 && exit 9 || echo "exit $?"
narr-train posts.csv -o m.narr --features word=1 --rare-labels keep --report m.json |
  sed -n '/^label /,$p' | sed 's/  *[-0-9.]*$//;/^accuracy/d'
python3 -c '
import json
for l in json.load(open("m.json"))["out_of_fold"]["labels"]:
    print(l["name"], l["level"], l["support"], l.get("untrainable", False))'
narr-classify -m m.narr --output jsonl --text "troops atom today" | sed 's/,"scores.*//'
printf 'text,label\ntroops atom,war/nuclear\ndove,?peace\n' > test.csv
narr-classify -m m.narr --evaluate test.csv | sed -n '/^label /,/^$/p' | sed 's/  *[-0-9.]*$//'
for label in /war war/ war//x '?' '??x' '?none' none/x 'war;?war'; do
  printf 'text,label\nok,war\nbad,%s\n' "$label" > bad.csv
  narr-train bad.csv -o n.narr 2>&1 || echo "exit $?"
done
narr-train posts.csv -o m.narr --exclusive --rare-labels keep 2>&1 || echo "exit $?"
