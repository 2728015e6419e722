# What a stream tells: a quiet day, then the same text by four accounts within the hour.
. "$GOLDEN/support/model.sh"
python3 - > day.jsonl <<'EOF'
import json
def post(hour, minute, author, lang, text):
    print(json.dumps({"id": f"{hour}:{minute}", "created_at": f"2025-03-09T{hour:02}:{minute:02}:00Z",
                      "author": author, "lang": lang, "text": text}))
for hour in range(20):
    post(hour, 0, "baker", "en", "A recipe for bread with butter and honey.")
for minute in range(12):
    post(20, minute, "abcd"[minute % 4], "sq", "US troops are leaving Kosovo this spring, says a general!")
print('{"id":"bad"')
EOF
narr-classify -m tiny.narr --summary day.json --alert surge=3 --only-flagged day.jsonl | cut -c1-200
echo
sed 's/"drift":{[^}]*}/"drift":{...}/' day.json
echo
echo "-- what drift has"
python3 -c '
import json
day = json.load(open("day.json"))
print(sorted(day["drift"]), sorted(day["training"]))
print([window["drift"]["doubtful"] for window in day["windows"]][-2:])'
echo "-- a day as one window; nothing to say by whom"
narr-classify -m tiny.narr --summary day.json --window 1d --clusters 1 --sources 1 --author-field nobody day.jsonl >out
sed 's/.*"narratives"/"narratives"/;s/"drift":{[^}]*}/"drift":{...}/' day.json
head -1 out | cut -c1-60
echo "-- wrong"
for wrong in "--alert withdrawal" "--alert surge=0" "--alert nonsense:surge=3" "--window 1h" "--summary s.json --window 5" \
  "--summary s.json --window 1y" "--alert surge=3 --output csv" "--worker --alert surge=3" "--summary day.jsonl" \
  "--summary no/where.json" "--summary s.json --text x" "--sources 5"; do
  echo "$wrong"
  narr-classify -m tiny.narr $wrong day.jsonl 2>&1 >/dev/null | head -1
done
