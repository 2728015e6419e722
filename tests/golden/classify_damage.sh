# Whatever bytes of a model are damaged: an error with exit code 4, and never a crash.
. "$GOLDEN/support/model.sh"
python3 - <<'PYTHON'
import subprocess
model = open("tiny.narr", "rb").read()
outcomes = set()
for at in list(range(0, 400, 7)) + list(range(400, len(model), len(model) // 60)):
    for damage in (model[:at] + bytes([model[at] ^ 0xFF]) + model[at + 1:], model[:at]):
        open("damaged.narr", "wb").write(damage)
        done = subprocess.run(["narr-classify", "-m", "damaged.narr", "--text", "soldiers"],
                              capture_output=True)
        outcomes.add((done.returncode, done.stdout, done.stderr.count(b"\n")))
print(outcomes)
PYTHON
