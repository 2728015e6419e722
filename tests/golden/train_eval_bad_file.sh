# A bad test set is found before the training.
printf 'text,label\nx\n' >bad.csv
narr-train data/tiny.csv --eval bad.csv -o tiny.narr || echo "exit $?"
ls
