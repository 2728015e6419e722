# A confusion table too wide for a screen has numbers for heads.
{
  echo text,label
  for i in 1 2 3 4 5; do
    for label in one two three four; do
      echo "text number $i about $label $label,a-label-with-a-long-name-about-$label"
    done
  done
} >long.csv
narr-train --quiet long.csv -o long.narr | sed -n '/^confusion/,$p'
