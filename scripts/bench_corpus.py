#!/usr/bin/env python3
"""What the corpus teaches across languages: each variety in turn is left out of
training and tested on, with narr and, on the same rows, scikit-learn and fastText.

    scripts/bench_corpus.py [--corpus CSV] [--bin DIR]

Macro-F1 over the labels, and the share of the posts without a label that is flagged.
narr at the thresholds for the best F1; scikit-learn: TF-IDF of word 1-2-grams and
character 2-5-grams, one LinearSVC a label, margin > 0; fastText: one-vs-all loss,
subwords 2-5, probability > 0.5. Debian packages: python3-sklearn, fasttext."""

import argparse
import csv
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from bench_speed import python_with_sklearn

ROOT = Path(__file__).resolve().parent.parent

SKLEARN = r"""
import json, sys
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline, make_union
from sklearn.preprocessing import MultiLabelBinarizer
from sklearn.svm import LinearSVC
job = json.load(sys.stdin)
labels = MultiLabelBinarizer(classes=job["labels"])
model = make_pipeline(make_union(TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True),
                                 TfidfVectorizer(analyzer="char", ngram_range=(2, 5), min_df=2, sublinear_tf=True)),
                      OneVsRestClassifier(LinearSVC(class_weight="balanced")))
model.fit(job["train"], labels.fit_transform(job["truth"]))
json.dump([list(row) for row in labels.inverse_transform(model.predict(job["test"]))], sys.stdout)
"""


def labels_of(row):
    return [] if row["label"] == "none" else row["label"].split(";")


def write_csv(path, rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        out = csv.DictWriter(file, fieldnames=list(rows[0]))
        out.writeheader()
        out.writerows(rows)


def narr(train, test, work, options, labels):
    write_csv(work / "train.csv", train)
    write_csv(work / "test.csv", test)
    subprocess.run([options.bin / "narr-train", work / "train.csv", "--group-column", "group", "-o",
                    work / "m.narr", "--quiet"], check=True, capture_output=True)
    out = subprocess.run([options.bin / "narr-classify", "-m", work / "m.narr", "--quiet", "--format", "csv",
                          "--text-column", "text", "--output", "jsonl", work / "test.csv"],
                         check=True, capture_output=True, text=True).stdout
    return [json.loads(line)["labels"] for line in out.splitlines()]


def sklearn(train, test, work, options, labels):
    python = python_with_sklearn()
    if python is None:
        return None
    job = {"labels": labels, "train": [r["text"] for r in train], "truth": [labels_of(r) for r in train],
           "test": [r["text"] for r in test]}
    return json.loads(subprocess.run([python, "-c", SKLEARN], input=json.dumps(job), text=True, check=True,
                                     capture_output=True).stdout)


def fasttext(train, test, work, options, labels):
    def line(text):
        return " ".join(re.findall(r"\w+|[^\w\s]", text.lower()))
    try:
        with open(work / "ft.txt", "w", encoding="utf-8") as out:
            for row in train:
                marks = " ".join("__label__" + label for label in labels_of(row) or ["none"])
                out.write(f"{marks} {line(row['text'])}\n")
        (work / "ft.test").write_text("".join(line(r["text"]) + "\n" for r in test), encoding="utf-8")
        subprocess.run(["fasttext", "supervised", "-input", work / "ft.txt", "-output", work / "ft", "-loss", "ova",
                        "-wordNgrams", "2", "-minn", "2", "-maxn", "5", "-epoch", "50", "-lr", "0.5", "-thread", "2"],
                       check=True, capture_output=True)
    except FileNotFoundError:
        return None
    out = subprocess.run(["fasttext", "predict", work / "ft.bin", work / "ft.test", "-1", "0.5"], check=True,
                         capture_output=True, text=True).stdout
    found = [re.findall(r"__label__(\S+)", row) for row in out.splitlines()]
    return [[label for label in row if label != "none"] for row in found]


def figures(test, found, labels):
    f1s = []
    for label in labels:
        both = sum(1 for row, got in zip(test, found) if label in labels_of(row) and label in got)
        sizes = sum(label in labels_of(row) for row in test) + sum(label in got for got in found)
        f1s.append(2 * both / sizes if sizes else 0)
    none = [got for row, got in zip(test, found) if not labels_of(row)]
    return sum(f1s) / len(f1s), sum(1 for got in none if got) / max(1, len(none))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=ROOT / "corpus" / "western_balkans.csv")
    parser.add_argument("--bin", type=Path, default=ROOT / "build" / "release")
    options = parser.parse_args()
    with open(options.corpus, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    labels = sorted({label for row in rows for label in labels_of(row)})
    tools = {"narr": narr, "scikit-learn": sklearn, "fastText": fasttext}
    print("| left out | posts |" + "".join(f" {tool}: macro-F1, none flagged |" for tool in tools))
    print("|---|--:|" + "--:|" * len(tools))
    sums = {tool: [] for tool in tools}
    for variety in sorted({row["lang"] for row in rows}):
        test = [row for row in rows if row["lang"] == variety]
        groups = {row["group"] for row in test}
        train = [row for row in rows if row["lang"] != variety and row["group"] not in groups]
        cells = []
        for tool, run in tools.items():
            with tempfile.TemporaryDirectory() as folder:
                found = run(train, test, Path(folder), options, labels)
            if found is None:
                cells.append("not installed")
                continue
            sums[tool].append(figures(test, found, labels))
            cells.append(f"{sums[tool][-1][0]:.3f}, {100 * sums[tool][-1][1]:.0f}%")
        print(f"| {variety} | {len(test)} | " + " | ".join(cells) + " |", flush=True)
    means = [f"{sum(f for f, _ in got) / len(got):.3f}, {100 * sum(n for _, n in got) / len(got):.0f}%" if got else ""
             for got in sums.values()]
    print("| mean | | " + " | ".join(means) + " |")


if __name__ == "__main__":
    main()
