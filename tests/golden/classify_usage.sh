# What is wrong with a command line is said in one line, with exit code 2.
. "$GOLDEN/support/model.sh"
try() {
  narr-classify "$@" 2>&1 || echo "exit $?"
}
try -m
try -m tiny.narr --text
try -m tiny.narr --colour always --text x
try -m tiny.narr --text x data/posts.txt
try -m tiny.narr --text x --evaluate
try -m tiny.narr --model-info data/posts.txt
try -m tiny.narr --report out.json data/posts.txt
try -m tiny.narr --evaluate --threshold 0.5 data/tiny.csv
try -m tiny.narr --explain=many --text x
try -m tiny.narr --output xml --text x
try -m tiny.narr --format xml --text x
try -m tiny.narr --max-record-bytes 0 --text x
try -m tiny.narr --max-record-bytes 1X --text x
try -m tiny.narr --threshold 2 --text x
try -m tiny.narr --threshold high --text x
try -m tiny.narr --threshold troop-withdrawal= --text x
try -m tiny.narr --threshold unknown=0.5 --text x
try -m tiny.narr --delimiter '"' data/posts.csv
