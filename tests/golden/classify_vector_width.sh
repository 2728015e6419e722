# The same bytes, of models and of records, whatever vectors the processor has.
. "$GOLDEN/support/model.sh"
narr-classify -m tiny.narr data/posts.jsonl --explain > widest.jsonl
for width in portable baseline avx2; do
  NARR_CPU=$width narr-train --quiet data/tiny.csv -o narrow.narr --solver linear > /dev/null
  cmp narrow.narr tiny.narr
  NARR_CPU=$width narr-classify -m tiny.narr data/posts.jsonl --explain | cmp - widest.jsonl && echo "$width"
done
