# Rows can weigh more, with the linear solver.
{
  echo text,label,w
  for i in 1 2 3 4 5; do
    echo "soldiers leave the base $i,out,2.5"
    echo "rain on day $i,none,1e0"
  done
} >weights.csv
narr-train --quiet weights.csv --weight-column w --solver linear -o a.narr >/dev/null
narr-train --quiet weights.csv --solver linear -o b.narr >/dev/null
cmp -s a.narr b.narr || echo "another model"
narr-train --quiet weights.csv --weight-column w --solver libsvm -o c.narr || echo "exit $?"
ls
