# --evaluate prints what the model is worth on labelled files.
. "$GOLDEN/support/model.sh"
narr-classify -m tiny.narr --evaluate data/tiny_test.csv --report report.json
python3 -c '
import json
report = json.load(open("report.json"))
print(report["out_of_fold"], report["test"]["rows"], report["model"]["tool"])'
narr-classify -m tiny.narr --evaluate <data/tiny_test.csv | head -1
printf 'body|topic\nsoldiers are leaving|troop-withdrawal\nsun|\n' >other.csv
narr-classify -m tiny.narr --evaluate --text-column body --label-column topic --delimiter pipe --empty-is-none other.csv | head -6
narr-classify -m tiny.narr --evaluate data/posts.csv || echo "exit $?"
printf 'text,label\nx,a\nx\n' >bad.csv
narr-classify -m tiny.narr --evaluate --lenient bad.csv | head -1
