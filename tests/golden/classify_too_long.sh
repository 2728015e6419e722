# A record over the limit is an error; what is behind it is read.
. "$GOLDEN/support/model.sh"
{
  echo "soldiers are leaving"
  head -c 5000 /dev/zero | tr '\0' x
  echo
  echo "soldiers are leaving"
} >long.txt
narr-classify -m tiny.narr --max-record-bytes 4K --output csv long.txt
narr-classify -m tiny.narr --max-record-bytes 5000 --output csv long.txt
