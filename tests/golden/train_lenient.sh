# --lenient skips bad rows, shows ten of them and counts all.
cp data/tiny.csv bad.csv
for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
  echo "$i,a comma, too many,none,en" >>bad.csv
done
narr-train --lenient bad.csv -o tiny.narr | head -2
narr-train --lenient --quiet data/tiny.csv bad.csv -o tiny.narr | head -1
narr-train bad.csv -o never.narr || echo "exit $?"
ls
