# Texts that the model had better not judge: reported always, undecided with --abstain.
. "$GOLDEN/support/model.sh"
cat > posts.txt <<'END'
The troops are leaving the base tonight
ok
Γεια σου κόσμε, τι κάνεις
zzyzx quux plugh xyzzy
END
show() {
  python3 -c '
import json, sys
for line in sys.stdin:
    record = json.loads(line)
    print(record["id"], record["status"], record.get("reason", "-"), record["known"], len(record["labels"]))'
}
for level in off low medium high 1; do
  echo "$level"
  narr-classify -m tiny.narr --threshold 0 --abstain "$level" posts.txt | show
done
narr-classify -m tiny.narr --output csv --abstain medium posts.txt | cut -d, -f1,2,5-
narr-classify -m tiny.narr --output table --abstain medium posts.txt
narr-classify -m tiny.narr --output table --abstain medium --text ok | head -2
narr-classify -m tiny.narr --evaluate data/tiny_test.csv --abstain 0.9 | grep abstained
narr-classify -m tiny.narr --abstain 2 posts.txt || echo "exit $?"
narr-classify -m tiny.narr --abstain some posts.txt || echo "exit $?"
