# --report writes the figures as JSON.
narr-train --quiet data/tiny.csv --eval data/tiny_test.csv --report report.json -o tiny.narr >/dev/null
python3 -c '
import json
report = json.load(open("report.json"))
print(sorted(report))
print(report["model"]["corpus"]["rows"], report["out_of_fold"]["rows"], report["test"]["rows"])
for label in report["test"]["labels"]:
    print(label["name"], label["support"], label["predicted"])'
