# A summary that can't be written is an error.
narr-train --quiet data/tiny.csv -o tiny.narr >/dev/full || echo "exit $?"
ls
