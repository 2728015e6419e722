#!/usr/bin/env python3
"""Accuracy, training time and memory on public data sets, side by side with
scikit-learn (TF-IDF of words and characters, LinearSVC) and fastText: all with
one setting for all sets or, with --tuned, each at its best. narr-train tunes by
cross-validation on the training part; for scikit-learn n-grams (words, characters
within words, both), C and class weights are chosen on the dev part, for fastText
subwords and epochs. The test part is looked at once, by what was chosen.

    scripts/bench_accuracy.py [DATA]     DATA or $NARR_DATA: a folder with a
                                         folder a set (train.csv, test.csv)
    --bin DIR      where narr-train is (default: build/release)
    --sets A,B     only these        --part dev|test   what to measure on
    --rivals NAMES sklearn,fasttext  (default: those that are installed)
    --tuned        each tool at its best; the time is that of the search, too
    --narr-options '...'  more options for narr-train

Debian packages: python3-sklearn, fasttext."""

import argparse
import csv
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SETS = ["constraint2021_covid_en", "euvsdisinfo_2017_summaries", "umsab_xlmt_sentiment8",
        "russian_troll_tweets"]
csv.field_size_limit(1 << 30)


def read(path):
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [row["text"] for row in rows], [row["label"] for row in rows]


def macro_f1(expected, predicted):
    labels = sorted(set(expected) | set(predicted))
    scores = []
    for label in labels:
        both = sum(e == p == label for e, p in zip(expected, predicted))
        total = sum(e == label for e in expected) + sum(p == label for p in predicted)
        scores.append(2 * both / total if total else 0)
    return sum(scores) / len(scores)


def run(command, **options):
    """Runs a command; returns its output, wall seconds and peak megabytes."""
    start = time.time()
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.PIPE, **options)
        errors = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        out.seek(0)
        text = out.read().decode("utf-8")
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"{command[0]} failed: {errors.decode('utf-8', 'replace')[-500:]}")
    return text, time.time() - start, usage.ru_maxrss / 1024


def bench_narr(folder, part, work, options):
    report = work / "report.json"
    command = [str(options.bin / "narr-train"), str(folder / "train.csv"), "-o",
               str(work / "model.narr"), "--quiet", *options.narr_options.split()]
    if options.tuned:
        command.append("--tune")
    out, seconds, megabytes = run(command)
    run([str(options.bin / "narr-classify"), "-m", str(work / "model.narr"), "--evaluate",
         "--report", str(report), str(folder / f"{part}.csv")])
    chosen = re.search(r"--features .*", out)
    figures = json.loads(report.read_text())["test"]
    return (figures["macro"]["f1"], seconds, megabytes, figures["calibration"]["ece"],
            chosen.group() if chosen else "")


# Arguments: training set, a set to choose on or "", a set to predict or "". Prints what was
# chosen, then a prediction a line.
SKLEARN = r"""
import csv, sys
csv.field_size_limit(1 << 30)
from scipy.sparse import hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import f1_score
from sklearn.svm import LinearSVC
def read(path):
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [row["text"] for row in rows], [row["label"] for row in rows]
texts, labels = read(sys.argv[1])
vectorizers = [TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2),
               TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=2)]
blocks = [v.fit_transform(texts) for v in vectorizers]
def matrix(kind, parts):
    return hstack(parts).tocsr() if kind == "word+char" else parts[kind == "char"]
best = (-1, "word+char", 1, None)
if sys.argv[2]:
    dev, expected = read(sys.argv[2])
    dev_blocks = [v.transform(dev) for v in vectorizers]
    for kind in ("word", "char", "word+char"):
        for C in (0.1, 0.25, 0.5, 1, 2):
            for weight in (None, "balanced"):
                model = LinearSVC(C=C, class_weight=weight).fit(matrix(kind, blocks), labels)
                f1 = f1_score(expected, model.predict(matrix(kind, dev_blocks)), average="macro")
                best = max(best, (f1, kind, C, weight), key=lambda one: one[0])
_, kind, C, weight = best
model = LinearSVC(C=C, class_weight=weight).fit(matrix(kind, blocks), labels)
print(f"{kind}, C {C}, class weight {weight}")
if sys.argv[3]:
    print("\n".join(model.predict(matrix(kind, [v.transform(read(sys.argv[3])[0])
                                                for v in vectorizers]))))
"""


def bench_sklearn(folder, part, work, options):
    python = "/usr/bin/python3" if Path("/usr/bin/python3").exists() else sys.executable
    train, judged = str(folder / "train.csv"), str(folder / f"{part}.csv")
    choose = str(folder / "dev.csv") if options.tuned else ""
    if not options.tuned:  # the time to train is that of training alone
        _, seconds, megabytes = run([python, "-c", SKLEARN, train, "", ""])
    out, *whole = run([python, "-c", SKLEARN, train, choose, judged])
    chosen, *predicted = out.split("\n")[:-1]
    if options.tuned:
        seconds, megabytes = whole
    return macro_f1(read(judged)[1], predicted), seconds, megabytes, None, chosen


def fasttext_lines(path, texts, labels):
    with open(path, "w", encoding="utf-8") as file:
        for text, label in zip(texts, labels):
            words = " ".join(re.findall(r"\w+|[^\w\s]", text.lower()))
            file.write(f"__label__{label.replace(' ', '_')} {words}\n")


def fasttext_run(work, file, labels, epochs, subwords):
    """Trains and predicts; returns macro-F1, seconds and megabytes."""
    sizes = ["-minn", "2", "-maxn", "5"] if subwords else ["-maxn", "0"]
    _, seconds, megabytes = run(["fasttext", "supervised", "-input", str(work / "train.txt"),
                                 "-output", str(work / "model"), "-wordNgrams", "2", "-epoch",
                                 str(epochs), *sizes, "-thread", "2", "-seed", "1"])
    out, _, _ = run(["fasttext", "predict", str(work / "model.bin"), str(file)])
    predicted = [line[len("__label__"):] for line in out.splitlines()]
    return macro_f1([label.replace(" ", "_") for label in labels], predicted), seconds, megabytes


def bench_fasttext(folder, part, work, options):
    fasttext_lines(work / "train.txt", *read(folder / "train.csv"))
    labels = {}
    for name in {"dev", part}:
        texts, labels[name] = read(folder / f"{name}.csv")
        fasttext_lines(work / f"{name}.txt", texts, labels[name])
    chosen, spent = (25, True), 0
    if options.tuned:
        tried = {}
        for setting in [(5, False), (25, False), (5, True), (25, True)]:
            tried[setting], seconds, _ = fasttext_run(work, work / "dev.txt", labels["dev"], *setting)
            spent += seconds
        chosen = max(tried, key=tried.get)
    f1, seconds, megabytes = fasttext_run(work, work / f"{part}.txt", labels[part], *chosen)
    return (f1, seconds + spent, megabytes, None,
            f"{chosen[0]} epochs, {'with' if chosen[1] else 'no'} subwords")


def rivals_here():
    found = []
    probe = ["/usr/bin/python3", "-c", "import sklearn"]
    if Path(probe[0]).exists() and subprocess.run(probe, capture_output=True).returncode == 0:
        found.append("sklearn")
    if shutil.which("fasttext"):
        found.append("fasttext")
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("data", nargs="?", default=os.environ.get("NARR_DATA"))
    parser.add_argument("--bin", type=Path, default=Path("build/release"))
    parser.add_argument("--sets", default=",".join(SETS))
    parser.add_argument("--part", default="test", choices=["dev", "test"])
    parser.add_argument("--rivals", default=",".join(rivals_here()))
    parser.add_argument("--tuned", action="store_true")
    parser.add_argument("--narr-options", default="")
    options = parser.parse_args()
    if not options.data or not Path(options.data).is_dir():
        print("skipped: no data (give the folder, or set NARR_DATA)")
        return 0
    benches = {"narr": bench_narr, "sklearn": bench_sklearn, "fasttext": bench_fasttext}
    names = ["narr"] + [name for name in options.rivals.split(",") if name]
    print(f"{'set (' + options.part + ')':28} {'tool':9} {'macro-F1':>8} {'train s':>8} {'peak MB':>8} "
          f"{'ECE':>6}  chosen")
    for name in options.sets.split(","):
        folder = Path(options.data) / name
        if not (folder / f"{options.part}.csv").exists():
            print(f"{name:28} skipped: not there")
            continue
        for tool in names:
            with tempfile.TemporaryDirectory() as work:
                f1, seconds, megabytes, ece, chosen = benches[tool](folder, options.part,
                                                                    Path(work), options)
            print(f"{name:28} {tool:9} {f1:8.4f} {seconds:8.1f} {megabytes:8.0f} "
                  f"{'' if ece is None else format(ece, '.3f'):>6}  {chosen}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
