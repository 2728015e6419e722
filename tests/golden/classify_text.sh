# One text in every format.
. "$GOLDEN/support/model.sh"
text="American soldiers are leaving Kosovo, and the election was stolen"
for output in jsonl csv tsv table; do
  narr-classify -m tiny.narr --text "$text" --output $output
done
narr-classify -m tiny.narr --text "$text"
narr-classify -m tiny.narr --text="$text" --output csv --with-text
narr-classify -m tiny.narr --text="" --output csv
