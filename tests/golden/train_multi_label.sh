# --multi-label wins over what the corpus looks like.
narr-train data/exclusive.csv --label-column topic --multi-label --solver linear -o topics.narr | sed -n '/^label /,/^$/p'
