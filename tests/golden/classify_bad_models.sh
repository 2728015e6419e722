# A file that is no model, or a damaged one, is an error in one line, with exit code 4.
. "$GOLDEN/support/model.sh"
try() {
  narr-classify -m "$1" --text "soldiers are leaving" 2>&1 || echo "exit $?"
}
: >empty.narr
try empty.narr
echo hello >short.narr
try short.narr
try data/tiny.csv
head -c 100 tiny.narr >header.narr
try header.narr
head -c -1 tiny.narr >cut.narr
try cut.narr
{ cat tiny.narr; echo; } >longer.narr
try longer.narr
{ head -c 4 tiny.narr; printf '\377\377'; tail -c +7 tiny.narr; } >magic.narr
try magic.narr
{ head -c 30000 tiny.narr; printf '\252\125'; tail -c +30003 tiny.narr; } >damaged.narr
try damaged.narr
try data
try nothing.narr
