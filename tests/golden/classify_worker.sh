# A worker for other engines: one line out for one in, whatever the line is.
. "$GOLDEN/support/model.sh"
work() { narr-classify -m tiny.narr --worker --quiet "$@"; }
short() { cut -c1-48; }
# Spark's pipe: lines to the program, lines back, as many.
printf 'the last soldiers left the base\n\nhello\n' | work --format lines | short
# Hadoop streaming: key TAB value, both ways.
printf 'k1\tthe last soldiers left\\nthe base\nk2\t\n' | work --format tsv --output tsv | cut -f1,2
# JSON lines, some of them bad.
printf '{"id":"a","text":"soldiers"}\n{"id":"b"}\nnonsense\n' | work | short
# Columns that a shell pipe makes: kcat -C -f "%k\\t%s\\n" | narr-classify | kcat -P -K "\\t"
printf 'k\tvotes were stolen\n' | work --format tsv --output tsv | cut -f1,2
# ClickHouse: the number of rows, the rows; it waits for as many before it sends more.
python3 - <<'END'
import subprocess
p = subprocess.Popen("narr-classify -m tiny.narr --worker --chunk-header --format tsv --output tsv --quiet".split(),
                     stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
answers = []
for rows in (1, 3, 0, 500):
    p.stdin.write(f"{rows}\n" + "".join(f"{rows}-{i}\tsoldiers left the base\n" for i in range(rows)))
    p.stdin.flush()
    answers += [p.stdout.readline() for _ in range(rows)]
p.stdin.close()
print(len(answers), [a.split("\t")[0] for a in answers[:4]], answers[-1].split("\t")[:2],
      repr(p.stdout.read()), "exit", p.wait())
END
# SIGTERM: what was read is answered, exit code 0.
python3 - <<'END'
import signal, subprocess
p = subprocess.Popen("narr-classify -m tiny.narr --worker --format lines --flush line --quiet".split(),
                     stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
p.stdin.write("one\ntwo\nthree\n")
p.stdin.flush()
first = p.stdout.readline()
p.send_signal(signal.SIGTERM)
print(1 + len(p.stdout.readlines()), "answers, exit", p.wait())
END
for wrong in "--only-flagged" "--strict" "--output csv" "--output table" "--format csv" "posts.csv" "--text x" \
  "--delimiter tab"; do
  work $wrong </dev/null 2>&1 || echo "exit $?"
done
narr-classify -m tiny.narr --chunk-header </dev/null 2>&1 || echo "exit $?"
printf '1\na\nb\n' | work --chunk-header --format lines 2>&1 | short
