# What a search found is printed as a command line, which gives the same model.
narr-train --tune --folds=3 data/tiny.csv -o tuned.narr --tune-seconds 600 >out.txt
grep -A 1 "^tuning" out.txt
sed -n 's/^ *\(narr-train.*\) -o tuned.narr/\1 -o again.narr/p' out.txt | sh >/dev/null 2>&1
cmp tuned.narr again.narr && echo "the same model"

# A part of it; a name that a shell must not take apart.
cp data/tiny.csv "it's.csv"
narr-train --tune=C --quiet "it's.csv" -o tuned.narr | grep -A 1 "^tuning"
narr-train --tune=C --quiet -o tuned.narr -- data/tiny.csv | grep -A 1 "^tuning"
narr-train --tune-seconds=0.000001 data/tiny.csv -o tuned.narr | grep "^tuning" || true
narr-train --tune=gamma data/tiny.csv -o tuned.narr || echo $?
narr-train --tune --tune-seconds -3 data/tiny.csv -o tuned.narr || echo $?
