# Files that are not there, or are no files.
try() {
  narr-train "$@" 2>&1 || echo "exit $?"
}
try nothing.csv -o out.narr
try data/tiny.csv nothing.csv -o out.narr
try data -o out.narr
try data/tiny.csv -o nowhere/out.narr
try data/tiny.csv -o data
try data/tiny.csv -o out.narr --report nowhere/report.json
try data/tiny.csv -o out.narr --eval nothing.csv
ls
