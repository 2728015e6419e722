# An output that exists is replaced, through a link; a device is written to.
echo old >old.narr
ln -s old.narr link.narr
narr-train --quiet data/tiny.csv -o link.narr >/dev/null
test -L link.narr
narr-train --quiet data/tiny.csv -o new.narr >/dev/null
cmp old.narr new.narr
narr-train --quiet data/tiny.csv -o /dev/stdout >both
size=$(wc -c <new.narr)
head -c "$size" both | cmp - new.narr
tail -c +$((size + 1)) both | head -1
ls
