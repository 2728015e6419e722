# With a terminal for input and nothing to read, there is a hint; one text gives a table, in colour.
. "$GOLDEN/support/model.sh"
on_terminal() {
  python3 "$GOLDEN/support/on_terminal.py" "$@"
}
on_terminal narr-classify -m tiny.narr
on_terminal narr-classify -m tiny.narr --text "The soldiers are leaving"
on_terminal narr-classify -m tiny.narr --text "The soldiers are leaving" --explain=3
on_terminal narr-classify -m tiny.narr --text "The soldiers are leaving" --output csv
on_terminal env NO_COLOR=1 narr-classify -m tiny.narr --text "The soldiers are leaving"
on_terminal env TERM=dumb narr-classify -m tiny.narr --text "The soldiers are leaving"
