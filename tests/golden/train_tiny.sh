# A model and what it is worth; nothing but the model is written.
narr-train data/tiny.csv -o tiny.narr
ls
