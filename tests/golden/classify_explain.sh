# Terms with their contributions and where they are in the text.
. "$GOLDEN/support/model.sh"
text='The soldiers — "vojnici" — are leaving, leaving now'
narr-classify -m tiny.narr --text "$text" --explain=4 --with-text
narr-classify -m tiny.narr --text "$text" --explain=4 --output csv
narr-classify -m tiny.narr --text "$text" --explain=4 --output table
narr-classify -m tiny.narr --text "$text" --explain | grep -o '"term"' | wc -l
narr-classify -m tiny.narr --text "$text" --explain=0 | grep -o '"term"' | wc -l
narr-classify -m tiny.narr --text "Sunny weekend" --explain=3
narr-classify -m tiny.narr --text "Sunny weekend" --explain=3 --output table
