#!/usr/bin/env python3
"""Whether training time grows linearly with the number of posts: the whole
narr-train, from CSV to model, on 20,000 to 2,000,000 posts.

    scripts/bench_scale.py [DATA]   DATA or $NARR_DATA: a folder that holds
                                    russian_troll_tweets/
    --bin DIR     where narr-train is (default: build/release)
    --sizes A,B   posts (default: 20000,63246,200000,632456,2000000)
    --features F  n-grams (default: narr-train's)
    --rival       instead: the set itself, narr-train side by side with
                  scikit-learn's vectorising and fitting once
    --runs N      of the rival's comparison, in turn (default: 1)

Beyond the set's own posts, a post is the first half of one and the second
half of another of the same label, so that texts differ and the vocabulary
goes on growing. Debian package for --rival: python3-sklearn."""

import argparse
import csv
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

csv.field_size_limit(1 << 30)
SIZES = "20000,63246,200000,632456,2000000"

SKLEARN = r"""
import csv, sys
csv.field_size_limit(1 << 30)
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_union
from sklearn.svm import LinearSVC
with open(sys.argv[1], newline="", encoding="utf-8") as file:
    rows = list(csv.DictReader(file))
matrix = make_union(
    TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2),
    TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True,
                    min_df=2)).fit_transform([row["text"] for row in rows])
LinearSVC(C=1).fit(matrix, [row["label"] for row in rows])
"""


def posts(rows, count, seed=1):
    """`count` posts: the set's own in random order, then mixed ones."""
    prng = random.Random(seed)
    rows = prng.sample(rows, len(rows))
    by_label = {}
    for text, label in rows:
        by_label.setdefault(label, []).append(text.split(" "))
    yield from rows[:count]
    for _ in range(count - len(rows)):
        label = prng.choice(rows)[1]
        head, tail = prng.choice(by_label[label]), prng.choice(by_label[label])
        yield " ".join(head[:(len(head) + 1) // 2] + tail[len(tail) // 2:]), label


def write(path, rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "label"])
        writer.writerows(rows)


def measure(command):
    """Wall seconds, processor seconds and peak megabytes of a command, and what it printed."""
    start = time.time()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(command, stdout=out, stderr=errors)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.time() - start
        errors.seek(0)
        if os.waitstatus_to_exitcode(status) != 0:
            sys.exit(f"{command[0]} failed: {errors.read()[-500:].decode('utf-8', 'replace')}")
        out.seek(0)
        text = out.read().decode("utf-8")
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, text


def narr_command(options, corpus, work):
    features = ["--features", options.features] if options.features else []
    return [str(options.bin / "narr-train"), str(corpus), "-o", str(Path(work) / "model.narr"),
            "--quiet", *features]


def terms_of(report):
    return int(next(line for line in report.splitlines() if line.startswith("vocabulary")).split()[1])


def curve(options, rows, work):
    print("    posts      terms   seconds  a million  processor s  a million   peak MB")
    for count in map(int, options.sizes.split(",")):
        corpus = Path(work) / "posts.csv"
        write(corpus, posts(rows, count))
        seconds, processor, megabytes, report = measure(narr_command(options, corpus, work))
        million = count / 1e6
        print(f"{count:9} {terms_of(report):10} {seconds:9.1f} {seconds / million:10.1f} "
              f"{processor:12.1f} {processor / million:10.1f} {megabytes:9.0f}", flush=True)


def side_by_side(options, train, work):
    python = "/usr/bin/python3" if Path("/usr/bin/python3").exists() else sys.executable
    if subprocess.run([python, "-c", "import sklearn"], capture_output=True).returncode != 0:
        print("skipped: no scikit-learn (Debian package python3-sklearn)")
        return
    for _ in range(options.runs):
        ours = measure(narr_command(options, train, work))
        theirs = measure([python, "-c", SKLEARN, str(train)])
        print(f"narr {ours[0]:.1f} s ({ours[1]:.1f} processor s), {ours[2]:.0f} MB; scikit-learn "
              f"{theirs[0]:.1f} s ({theirs[1]:.1f}), {theirs[2]:.0f} MB; ratio "
              f"{ours[0] / theirs[0]:.2f}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("data", nargs="?", default=os.environ.get("NARR_DATA"))
    parser.add_argument("--bin", type=Path, default=Path("build/release"))
    parser.add_argument("--sizes", default=SIZES)
    parser.add_argument("--features")
    parser.add_argument("--rival", action="store_true")
    parser.add_argument("--runs", type=int, default=1)
    options = parser.parse_args()
    train = Path(options.data or ".") / "russian_troll_tweets" / "train.csv"
    if not train.exists():
        print("skipped: no data (give the folder, or set NARR_DATA)")
        return 0
    with tempfile.TemporaryDirectory() as work:
        if options.rival:
            side_by_side(options, train, work)
            return 0
        with open(train, newline="", encoding="utf-8") as file:
            rows = [(row["text"], row["label"]) for row in csv.DictReader(file)]
        curve(options, rows, work)
    return 0


if __name__ == "__main__":
    sys.exit(main())
