# SIGTERM ends a stream as its end would: what was read is written, exit code 0.
. "$GOLDEN/support/model.sh"
mkfifo input
narr-classify -m tiny.narr --output csv input >out &
program=$!
exec 3>input
cat data/posts.txt >&3
tries=0
while [ "$(wc -l <out)" -lt 4 ] && [ $tries -lt 200 ]; do
  sleep 0.05
  tries=$((tries + 1))
done
kill -TERM $program
wait $program && echo "exit 0"
wc -l <out
