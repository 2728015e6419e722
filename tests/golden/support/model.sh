# Sourced by the cases that need a model.
narr-train --quiet data/tiny.csv -o tiny.narr >/dev/null
