# A stream in the other output formats.
. "$GOLDEN/support/model.sh"
for output in csv tsv table; do
  narr-classify -m tiny.narr --output $output data/posts.csv
  narr-classify -m tiny.narr --output $output --with-text --explain=1 data/posts.jsonl
done
