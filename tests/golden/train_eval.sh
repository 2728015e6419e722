# A test set of two files; a label that the model doesn't know is always missed.
{ head -1 data/tiny_test.csv; tail -2 data/tiny_test.csv; } >second.csv
head -5 data/tiny_test.csv >first.csv
narr-train --quiet data/tiny.csv --eval first.csv --eval=second.csv -o tiny.narr | sed -n '/Test set/,$p'
