# What platforms and their archives give, as they give it: told apart by themselves, and by name.
. "$GOLDEN/support/model.sh"
show() { sed 's/,"labels":/ &/;s/ ,"labels":\(\[[^]]*\]\).*/ \1/'; }
for file in mastodon.jsonl bluesky.jsonl x_v1.jsonl x_v2.jsonl x_page.json telegram.json crowdtangle.csv 4cat.csv \
  4cat.ndjson mcl.csv mcl.jsonl array.json cut.json; do
  echo "== $file"
  narr-classify -m tiny.narr --with-text "data/platforms/$file" 2>notes | show
  cat notes
  # through a pipe, in any pieces and on any number of threads: the same
  narr-classify -m tiny.narr --with-text "data/platforms/$file" 2>/dev/null >plain
  format=$(echo "$file" | sed 's/_.*//;s/\..*//;s/array/jsonl/;s/cut/telegram/')
  for jobs in 1 3; do
    python3 -c '
import sys, time
bytes = open(sys.argv[1], "rb").read()
for at in range(0, len(bytes), 97):
    sys.stdout.buffer.write(bytes[at:at + 97]); sys.stdout.flush()' "data/platforms/$file" |
      narr-classify -m tiny.narr --with-text --format "$format" --jobs $jobs 2>/dev/null | cmp - plain
  done
done
echo "== packed, and with small records only"
gzip -c data/platforms/telegram.json | narr-classify -m tiny.narr --quiet --max-record-bytes 300 | show
echo "== lines that begin like JSON are lines"
printf '[NEWS] soldiers left the base\n' | narr-classify -m tiny.narr --quiet | show
echo "== no such columns"
printf 'a,b\n1,2\n' | narr-classify -m tiny.narr --format 4cat 2>&1 || echo "exit $?"
