# On a terminal a stream ends with its figures.
. "$GOLDEN/support/model.sh"
python3 "$GOLDEN/support/on_terminal.py" narr-classify -m tiny.narr --output csv data/posts.txt | tail -3
python3 "$GOLDEN/support/on_terminal.py" narr-classify -m tiny.narr --output csv --quiet data/posts.txt | tail -2
