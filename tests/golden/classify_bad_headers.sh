# A CSV without the columns that are needed.
. "$GOLDEN/support/model.sh"
try() {
  printf "$1" >bad.csv
  shift
  narr-classify -m tiny.narr bad.csv "$@" 2>&1 || echo "exit $?"
}
try ''
try 'id,body\n1,x\n'
try 'key,text\n1,x\n' --id-column id
try '\n'
try 'id,"text\n'
try 'text\n' --output csv
