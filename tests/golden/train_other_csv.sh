# Standard input, tabs, semicolons, other names for no narrative and other separators.
digest() {
  narr-classify -m "$1" --model-info --output jsonl | python3 -c '
import json, sys
print(json.load(sys.stdin)["out_of_fold"]["rows"])'
}
narr-train --quiet - -o stdin.narr <data/tiny.csv >/dev/null
digest stdin.narr
python3 - <<'PYTHON'
import csv
rows = list(csv.reader(open("data/tiny.csv", encoding="utf-8")))
def write(path, delimiter, change):
    with open(path, "w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(map(change, rows))
write("tiny.tsv", "\t", lambda row: row)
write("tiny.txt", ";", lambda row: [row[0], row[1], row[2].replace(";", "|").replace("none", ""), row[3]])
PYTHON
narr-train --quiet tiny.tsv -o tsv.narr >/dev/null
digest tsv.narr
narr-train --quiet tiny.tsv --delimiter tab -o tsv.narr >/dev/null
narr-train --quiet tiny.tsv --delimiter '\t' -o tsv2.narr >/dev/null
cmp tsv.narr tsv2.narr
cmp tsv.narr stdin.narr
narr-train --quiet tiny.txt --delimiter semicolon --label-separator '|' --empty-is-none -o semicolon.narr >/dev/null
cmp semicolon.narr stdin.narr
sed 's/,none,/,-,/' data/tiny.csv >dash.csv
narr-train --quiet dash.csv --none-label - -o dash.narr >/dev/null
cmp dash.narr stdin.narr
