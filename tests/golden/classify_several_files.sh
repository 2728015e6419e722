# Several files, each in its format, with one header; - is one of them.
. "$GOLDEN/support/model.sh"
narr-classify -m tiny.narr --output tsv data/posts.txt - data/posts.csv data/posts.jsonl <data/posts.jsonl
