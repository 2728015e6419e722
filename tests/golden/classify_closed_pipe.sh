# A reader that has seen enough ends the stream: no message, exit code 0.
. "$GOLDEN/support/model.sh"
i=0
while [ $i -lt 2000 ]; do
  cat data/posts.txt
  i=$((i + 1))
done >many.txt
{ narr-classify -m tiny.narr many.txt many.txt; echo "exit $?" >&2; } | head -1 | cut -c1-30
