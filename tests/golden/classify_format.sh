# How the format of an input is found.
. "$GOLDEN/support/model.sh"
ids() {
  narr-classify -m tiny.narr --output csv "$@" | cut -d, -f1 | tr '\n' ' '
  echo
}
for name in x.json x.ndjson x.JSONL plain; do
  cp data/posts.jsonl $name
  ids $name
done
printf '\n  \n' | cat - data/posts.jsonl >blank
ids blank
printf '\357\273\277' | cat - data/posts.jsonl >bom
ids bom
ids <data/posts.jsonl
ids - <data/posts.jsonl
cp data/posts.csv x.CSV
ids x.CSV
cp data/posts.csv csv
ids csv
ids --id-column id csv
ids --text-column text csv
ids --format csv csv
ids --format lines data/posts.jsonl
cat data/posts.jsonl | ids
cat data/posts.jsonl | ids --id-field id
cat data/posts.jsonl | ids --format jsonl
cat data/posts.csv | ids --id-column id
sed 's/,/;/; s/,/;/' data/posts.csv | cat - >semicolon.csv
ids --delimiter semicolon semicolon.csv
printf 'id\ttext\nt1\tsoldiers\n' >x.tsv
ids x.tsv
