# SIGINT ends the training; no file is written.
python3 - <<'PYTHON'
import random
random.seed(1)
words = ["word%d" % n for n in range(500)]
with open("big.csv", "w") as file:
    print("text,label", file=file)
    for row in range(1500):
        print(" ".join(random.sample(words, 30)) + "," + random.choice(["a", "b", "c", "none"]), file=file)
PYTHON
python3 "$GOLDEN/support/on_terminal.py" --interrupt-at learn narr-train big.csv -j1 --kernel rbf --folds 20 -o big.narr | tail -2 | sed 's/.*\\e\[K//'
ls
