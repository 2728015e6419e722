# The same model, byte by byte, whatever the number of threads.
narr-train --quiet --jobs 1 data/tiny.csv -o one.narr >/dev/null
narr-train --quiet --jobs 4 data/tiny.csv -o four.narr >/dev/null
narr-train --quiet -j3 data/tiny.csv -o three.narr >/dev/null
narr-train --quiet --seed 2 data/tiny.csv -o other.narr >/dev/null
cmp one.narr four.narr
cmp one.narr three.narr
cmp -s one.narr other.narr || echo "another seed, another model"
