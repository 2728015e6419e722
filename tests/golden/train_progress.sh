# On a terminal a line says how far it is, and is erased; --quiet has none.
python3 "$GOLDEN/support/on_terminal.py" narr-train -j1 data/tiny.csv -o tiny.narr >out
grep -c 'learn [0-9]*/12 ' out >/dev/null && echo "the line was there"
grep -c '\\r\\e\[Knarr-train: solver: linear, loss: hinge$' out
tail -1 out
python3 "$GOLDEN/support/on_terminal.py" narr-train --quiet data/tiny.csv -o tiny.narr | grep -c '\\e' || true
