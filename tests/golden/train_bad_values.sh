# Each option checks its value.
try() {
  narr-train data/tiny.csv -o out.narr "$@" 2>&1 || echo "exit $?"
}
try --folds 1
try --folds 1000
try --folds five
try --folds ""
try --folds 5x
try --min-df 0
try --min-df 4294967296
try --seed 18446744073709551616
try --degree 0
try --jobs=-1
try -jx
try --C one
try --C nan
try --C 1e999
try --C 0x10
try --kernel rbff
try --solver ""
try --tf Raw
try --idf yes
try --delimiter ab
try --delimiter ""
try --delimiter č
try --label-separator '"'
ls
