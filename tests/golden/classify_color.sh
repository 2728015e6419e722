# --color always marks words in a table, wherever it goes.
. "$GOLDEN/support/model.sh"
narr-classify -m tiny.narr --text "The soldiers are leaving" --output table --explain=3 --color always
narr-classify -m tiny.narr --text "The soldiers are leaving" --output table --explain=3
NO_COLOR=1 narr-classify -m tiny.narr --text "x" --output table --color=always
