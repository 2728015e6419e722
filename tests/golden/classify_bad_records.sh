# A bad record becomes an error record; the stream goes on.
. "$GOLDEN/support/model.sh"
cat >bad.jsonl <<'JSON'
{"id": 1, "text": "soldiers are leaving"}
{"id": 2, "text": "soldiers are leav
{"id": 3, "body": "no text"}
{"id": 4, "text": 5}
{"id": 5, "text": null}

[1, 2]
plain text
{"id": 9, "text": "soldiers are leaving"} {"id": 10}
{"id": 11, "text": ""}
{"id": 12, "text": "last, without a line end"}
JSON
for output in jsonl csv tsv table; do
  narr-classify -m tiny.narr --output $output bad.jsonl
done
printf 'id,text\n1,fine\n2,one,two\n\n3,"x" y\n4,fine\n5,"never closed\n' >bad.csv
narr-classify -m tiny.narr --output csv bad.csv
narr-classify -m tiny.narr --output csv --quiet bad.csv
