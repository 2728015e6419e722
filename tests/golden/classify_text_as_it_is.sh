# Line ends, quotes, tabs, control characters and bad UTF-8 in a text.
. "$GOLDEN/support/model.sh"
text=$(printf 'The "soldiers"\nare\tleaving, \033[31mred \377')
for output in jsonl csv tsv table; do
  narr-classify -m tiny.narr --text "$text" --output $output --with-text
done
