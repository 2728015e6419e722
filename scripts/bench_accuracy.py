#!/usr/bin/env python3
"""Accuracy, training time and memory on public data sets, side by side with
scikit-learn (TF-IDF of words and characters, LinearSVC) and fastText, all
with one setting for all sets.

    scripts/bench_accuracy.py [DATA]     DATA or $NARR_DATA: a folder with a
                                         folder a set (train.csv, test.csv)
    --bin DIR      where narr-train is (default: build/release)
    --sets A,B     only these        --part dev|test   what to measure on
    --rivals NAMES sklearn,fasttext  (default: those that are installed)

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
               str(work / "model.narr"), "--quiet"]
    _, seconds, megabytes = run(command)
    run([str(options.bin / "narr-classify"), "-m", str(work / "model.narr"), "--evaluate",
         "--report", str(report), str(folder / f"{part}.csv")])
    return json.loads(report.read_text())["test"]["macro"]["f1"], seconds, megabytes


SKLEARN = r"""
import csv, sys
csv.field_size_limit(1 << 30)
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline, make_union
from sklearn.svm import LinearSVC
def read(path):
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [row["text"] for row in rows], [row["label"] for row in rows]
texts, labels = read(sys.argv[1])
model = make_pipeline(make_union(
    TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2),
    TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=2)),
    LinearSVC(C=1)).fit(texts, labels)
if len(sys.argv) > 2:
    print("\n".join(model.predict(read(sys.argv[2])[0])))
"""


def bench_sklearn(folder, part, work, options):
    python = "/usr/bin/python3" if Path("/usr/bin/python3").exists() else sys.executable
    _, seconds, megabytes = run([python, "-c", SKLEARN, str(folder / "train.csv")])
    predicted, _, _ = run([python, "-c", SKLEARN, str(folder / "train.csv"),
                           str(folder / f"{part}.csv")])
    return macro_f1(read(folder / f"{part}.csv")[1], predicted.split("\n")[:-1]), seconds, megabytes


def fasttext_lines(path, texts, labels):
    with open(path, "w", encoding="utf-8") as file:
        for text, label in zip(texts, labels):
            words = " ".join(re.findall(r"\w+|[^\w\s]", text.lower()))
            file.write(f"__label__{label.replace(' ', '_')} {words}\n")


def bench_fasttext(folder, part, work, options):
    fasttext_lines(work / "train.txt", *read(folder / "train.csv"))
    texts, labels = read(folder / f"{part}.csv")
    fasttext_lines(work / "test.txt", texts, labels)
    _, seconds, megabytes = run(["fasttext", "supervised", "-input", str(work / "train.txt"), "-output",
                                 str(work / "model"), "-wordNgrams", "2", "-epoch", "25", "-minn",
                                 "2", "-maxn", "5", "-thread", "2", "-seed", "1"])
    out, _, _ = run(["fasttext", "predict", str(work / "model.bin"), str(work / "test.txt")])
    predicted = [line[len("__label__"):] for line in out.splitlines()]
    return macro_f1([label.replace(" ", "_") for label in labels], predicted), seconds, megabytes


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
    options = parser.parse_args()
    if not options.data or not Path(options.data).is_dir():
        print("skipped: no data (give the folder, or set NARR_DATA)")
        return 0
    benches = {"narr": bench_narr, "sklearn": bench_sklearn, "fasttext": bench_fasttext}
    names = ["narr"] + [name for name in options.rivals.split(",") if name]
    print(f"{'set (' + options.part + ')':28} {'tool':9} {'macro-F1':>8} {'train s':>8} {'peak MB':>8}")
    for name in options.sets.split(","):
        folder = Path(options.data) / name
        if not (folder / f"{options.part}.csv").exists():
            print(f"{name:28} skipped: not there")
            continue
        for tool in names:
            with tempfile.TemporaryDirectory() as work:
                f1, seconds, megabytes = benches[tool](folder, options.part, Path(work), options)
            print(f"{name:28} {tool:9} {f1:8.4f} {seconds:8.1f} {megabytes:8.0f}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
