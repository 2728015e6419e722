# Packed files and pipes are read as what is in them.
. "$GOLDEN/support/model.sh"
narr-classify -m tiny.narr --quiet data/posts.jsonl >plain
python3 - <<'END'
import gzip
posts = open("data/posts.jsonl", "rb").read()
half = posts.index(b"\n", len(posts) // 2) + 1
# two files, one behind the other
open("posts.jsonl.gz", "wb").write(gzip.compress(posts[:half]) + gzip.compress(posts[half:]))
open("cut.jsonl.gz", "wb").write(gzip.compress(posts)[:-9])
END
narr-classify -m tiny.narr --quiet posts.jsonl.gz | cmp - plain
narr-classify -m tiny.narr --quiet <posts.jsonl.gz | cmp - plain
narr-classify -m tiny.narr --quiet cut.jsonl.gz 2>&1 >cut || echo "exit $?"
head -n "$(wc -l <cut)" plain | cmp - cut
