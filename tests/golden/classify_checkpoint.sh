# A run that is killed, again and again, and goes on with the same command: each record once.
. "$GOLDEN/support/model.sh"
python3 - > posts.jsonl <<'EOF'
for i in range(30000):
    bad = ['{"id":', "\xff".encode("latin-1").decode("latin-1"), ""][i % 3] if i % 50 == 7 else None
    print(bad if bad is not None else '{"id":%d,"text":"US troops are leaving Kosovo, number %d, %s"}' % (i, i, "x" * (i % 300)))
EOF
gzip -k posts.jsonl
(echo id,text; sed 's/^/"/;s/$/"/;s/.*number/&/' posts.jsonl | tr -d '{}:' | awk '{print NR "," $0}') >posts.csv
killed() { # SECONDS COMMAND...
  python3 -c '
import subprocess, sys
try:
    subprocess.run(sys.argv[2:], timeout=float(sys.argv[1]), stderr=subprocess.DEVNULL)
except subprocess.TimeoutExpired:
    pass  # it was killed' "$@"
}
run() { # FILE OUTPUT-FORMAT
  rm -f place.json out
  narr-classify -m tiny.narr --quiet --output "$2" "$1" >plain
  for delay in 0.02 0.05 0.1 0.15 0.2 0.25 0.3; do
    killed $delay narr-classify -m tiny.narr --quiet --output "$2" --checkpoint place.json "$1" >>out
  done
  narr-classify -m tiny.narr --quiet --output "$2" --checkpoint place.json --jobs 3 "$1" >>out
  cmp plain out && echo "$1 $2: the same"
  narr-classify -m tiny.narr --quiet --output "$2" --checkpoint place.json "$1" >>out # there is nothing more to do
  cmp plain out
}
run posts.jsonl jsonl
run posts.jsonl.gz tsv
run posts.csv csv
echo "-- a file that has grown since"
rm -f place.json out
head -100 posts.jsonl >grows.jsonl
narr-classify -m tiny.narr --quiet --checkpoint place.json grows.jsonl >>out
sed -n 101,250p posts.jsonl >>grows.jsonl
narr-classify -m tiny.narr --checkpoint place.json grows.jsonl >>out
narr-classify -m tiny.narr --quiet grows.jsonl | cmp - out
echo "-- several files"
rm -f place.json out
narr-classify -m tiny.narr --quiet --output csv grows.jsonl posts.csv >plain
for i in 1 2 3; do
  killed 0.1 narr-classify -m tiny.narr --quiet --output csv --checkpoint place.json grows.jsonl posts.csv >>out
done
narr-classify -m tiny.narr --quiet --output csv --checkpoint place.json grows.jsonl posts.csv >>out
cmp plain out
echo "-- what can't go on"
say() { "$@" 2>&1 >>out | sed 's/ (--help.*//'; }
say narr-classify -m tiny.narr --quiet --checkpoint place.json grows.jsonl
head -100 posts.jsonl >grows.jsonl
cp place.json place2.json
rm place.json
: >out
say narr-classify -m tiny.narr --quiet --checkpoint place.json grows.jsonl
sed 's/number/numbers/' grows.jsonl >other
cp other grows.jsonl
say narr-classify -m tiny.narr --quiet --checkpoint place.json grows.jsonl
head -5 posts.jsonl >grows.jsonl
say narr-classify -m tiny.narr --quiet --checkpoint place.json grows.jsonl
: >out
say narr-classify -m tiny.narr --quiet --checkpoint place.json grows.jsonl
rm place.json
narr-classify -m tiny.narr --quiet --threshold troop-withdrawal=0.9 --checkpoint place.json grows.jsonl >>out
say narr-classify -m tiny.narr --quiet --threshold troop-withdrawal=0.1 --checkpoint place.json grows.jsonl
echo '{"checkpoint":2}' >place.json
say narr-classify -m tiny.narr --quiet --checkpoint place.json grows.jsonl
narr-classify -m tiny.narr --checkpoint new.json grows.jsonl 2>&1 >overwritten | head -1
narr-classify -m tiny.narr --checkpoint new.json grows.jsonl 2>&1 | head -1
say narr-classify -m tiny.narr --checkpoint new.json --summary s.json grows.jsonl
say narr-classify -m tiny.narr --checkpoint grows.jsonl grows.jsonl
say narr-classify -m tiny.narr --checkpoint new.json --text x
ls new.json 2>/dev/null || true
