# What is wrong with a command line is said in one line, with exit code 2.
try() {
  narr-train "$@" 2>&1 || echo "exit $?"
}
try
try data/tiny.csv
try -o
try data/tiny.csv -o out.narr --fodls 3
try -label text
try --quiet=yes
try --nothing-like-it
try -x
try data/tiny.csv -o out.narr --report out.narr
try data/tiny.csv -o data/tiny.csv
try data/tiny.csv -o out.narr --eval data/tiny_test.csv --report data/tiny_test.csv
try data/tiny.csv -o out.narr --solver linear --kernel rbf
try data/tiny.csv -o out.narr --features words=1-2
try data/tiny.csv -o out.narr --C=-1
ls
