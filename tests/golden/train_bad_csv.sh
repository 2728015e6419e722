# What is wrong with a CSV is said with file, line and row.
try() {
  printf "$1" >bad.csv
  shift
  narr-train bad.csv -o out.narr "$@" 2>&1 || echo "exit $?"
}
try ''
try 'text,label\n'
try '\377\376t\0'
try 'body,label\nx,a\n'
try 'text,topic\nx,a\n'
try 'text;label\nx;a\n'
try 'text\tlabel\nx\ta\n'
try 'text,label,text\nx,a,b\n'
try 'text,label\nx,a\n' --lang-column language
try 'text,label\nx,a\nhere, there,a\n'
try 'text,label\nx,a\nx\n'
try 'text,label\n"never closed,a\nx,b\n'
try 'text,label\nx,a\nsaid "x" there,a\n'
try 'text,label\nx,a\n"said "x" there",a\n'
try 'text,label\ncaf\351,a\n'
try 'text,label\nx\0y,a\n'
try 'text,label\nx,a\ny,\n'
try 'text,label\nx,a\ny,a;none\n'
try 'text,label\nx,a\ny,a;;b\n'
try 'text,label\nx,a\n  ,a\n'
try 'text,label,w\nx,a,1\ny,a,-1\n' --weight-column w
try 'text,label,w\nx,a,heavy\n' --weight-column w
try 'text,label\nx,none\ny,none\n'
try 'text,label\nx,a\ny,none\nz,none\n'
try 'text,label\nx,a\ny,a\nz,a\n' --multi-label
try 'text,label\nx,a\nx,a\nz,none\nw,none\n'
try 'text,label\nx,a\ny,a\nz,none\nw,b\nv,b\n' --exclusive
ls
