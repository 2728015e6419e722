# Disguised words are read as what they stand for, and --explain says so,
# whatever the output and whether or not anything is flagged.
. "$GOLDEN/support/model.sh"
plain='The soldiers are leaving now'
disguised='The sоldiers are l e a v i n g nooow'
scores() { narr-classify -m tiny.narr --text "$1" | grep -o '"margin":[-0-9.]*' | tr '\n' ' '; echo; }
scores "$plain"
scores 'The soldiers are l e a v i n g now'
scores 'The sоldiers аre leaving now'
scores 'The sol​diers are leav­ing now'
narr-classify -m tiny.narr --text "$disguised" --explain=1 | grep -o '"disguised".*'
narr-classify -m tiny.narr --text "$disguised" --explain=1 --output csv
narr-classify -m tiny.narr --text "$disguised" --explain=1 --output table
narr-classify -m tiny.narr --text "Sunny w33kend" --explain=1 | grep -o '"disguised".*'
