# Tables are aligned by what letters take on a screen: none for marks, two for wide ones.
{
  echo text,label
  for i in 1 2 3; do
    for label in повлачење 撤軍 rëtërheqje сепарати́зам; do
      echo "text $i $label $label,$label"
    done
  done
} >wide.csv
narr-train --quiet wide.csv --folds 3 -o wide.narr | sed -n '/^label  /,/^$/p'
