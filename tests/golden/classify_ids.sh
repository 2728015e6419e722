# An id comes out as it went in; without one it is the line number.
. "$GOLDEN/support/model.sh"
cat >ids.jsonl <<'JSON'
{"id": "text", "text": "a"}
{"id": 7, "text": "a"}
{"id": 1234567890123456789, "text": "a"}
{"id": -1.50e3, "text": "a"}
{"id": null, "text": "a"}
{"text": "a"}
{"id": "\u0107 \"q\" , \\ \n", "text": "a"}
{"id": true, "text": "a"}
{"id": {"a": 1}, "text": "a"}
{"post": {"key": "deep", "body": "soldiers are leaving"}, "id": "not this"}
JSON
narr-classify -m tiny.narr --threshold 1 ids.jsonl | cut -d, -f1
narr-classify -m tiny.narr --output csv ids.jsonl | cut -d, -f1
tail -1 ids.jsonl | narr-classify -m tiny.narr --text-field post.body --id-field post.key --output csv
