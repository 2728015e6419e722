# A file that grows, is replaced, and is cut off: each record is answered, as soon as it is whole.
. "$GOLDEN/support/model.sh"
cat > follow.py <<'EOF'
import os, signal, subprocess, sys, time

def start(*options):
    out = open("out", "ab")
    return subprocess.Popen(["narr-classify", "-m", "tiny.narr", "--follow", *options, "live.csv"], stdout=out,
                            stderr=subprocess.PIPE, text=True)

def append(text, path="live.csv"):
    with open(path, "a", encoding="utf-8") as live:
        live.write(text)

def answers(count):
    """Waits for so many lines."""
    for _ in range(3000):
        lines = open("out", encoding="utf-8").read().splitlines()
        if len(lines) >= count:
            break
        time.sleep(0.01)
    return [line.split('"labels":')[0] for line in lines]

def finish(process, how=signal.SIGTERM):
    process.send_signal(how)
    notes = process.communicate()[1]
    print("exit", process.returncode, *notes.splitlines(), sep="\n  ")

append("id,text\na,US troops are leaving Kosovo\n")
process = start("--jobs", sys.argv[1])
print(answers(1))
append("b,The river is hi")
time.sleep(0.3)
print(answers(1))
append("gh\nc,\"two\nlines\"\n")
print(answers(3))
append("id,text\nd,from another file\n", "new.csv")
append("last,\"of the old one\"")
os.rename("new.csv", "live.csv")
print(answers(5))
with open("live.csv", "w", encoding="utf-8") as live:
    live.write("id,text\n")
time.sleep(0.7)
append("e,\"cut off, and begun again\"\nhalf a rec")
print(answers(6))
time.sleep(0.3)
finish(process)
print(answers(6)[6:])
EOF
for jobs in 1 3; do
  rm -f live.csv out
  python3 follow.py $jobs
done
echo "-- killed and gone on with"
cat > killed.py <<'EOF'
import sys
sys.argv[1] = "1"
exec(open("follow.py").read().split("append(\"id,text")[0])
append("id,text\n" + "".join(f"{i},US troops are leaving Kosovo {i}\n" for i in range(50)))
for round in range(4):
    process = start("--checkpoint", "place.json", "--quiet")
    append("".join(f"{i},US troops are leaving Kosovo {i}\n" for i in range(50 + 10 * round, 60 + 10 * round)))
    got = answers(60 + 10 * round)
    process.send_signal(signal.SIGKILL if round < 3 else signal.SIGTERM)
    print(len(got), len(set(got)), process.wait())
EOF
rm -f live.csv out
python3 killed.py x
echo "-- wrong"
printf 'id,text\na,b\n' | gzip >packed.csv.gz
for wrong in "packed.csv.gz" "-" "live.csv out" "--worker"; do
  narr-classify -m tiny.narr --follow $wrong 2>&1 </dev/null | tail -1
done
