#!/usr/bin/python3
"""Would a block of Snowball stems earn its place beside word and character
n-grams? Cross-validated macro-F1 of scikit-learn's linear SVM on the training
parts of public data sets and on the project's own corpus, same folds for all:

    A  word 1-2-grams and character 2-5-grams
    W  A and words 1-grams once more, in a block of their own: what one more
       block does by its weight, stems or not
    B  A and a block of stem 1-grams
    C  A and a block of stem 1-2-grams

    scripts/bench_stemming.py [DATA]     DATA or $NARR_DATA: a folder with a
                                         folder a set (train.csv)
    --sets A,B     only these            --repeats N   times 5 folds (default: 2)

Every block is sublinear TF-IDF, min_df 2, norm 1. A text and its duplicates,
or all posts of an author, share a fold. Differences are means over folds, +-
their standard error; folds share training rows, so that is rather too small.

Debian packages: python3-sklearn, python3-stemmer."""

import argparse
import csv
import os
import random
import re
import sys
import time
import unicodedata
import warnings
from pathlib import Path

CORPUS = Path(__file__).resolve().parent.parent / "corpus"
# (set, several labels a text, rows at most, characters of a text at most)
SETS = [("constraint2021_covid_en", False, None, None),
        ("euvsdisinfo_2017_summaries", False, None, None),
        ("umsab_xlmt_sentiment8", False, None, None),
        ("semeval2025t10", True, None, 1500),
        ("russian_troll_tweets", False, 20000, None),
        ("western_balkans", True, None, None)]
VARIANTS = {"A": ["word", "char"], "W": ["word", "char", "word1"], "B": ["word", "char", "stem1"],
            "C": ["word", "char", "stem2"]}
FOLDS = 5
SERBIAN = {"bs", "hr", "sr"}  # one stemmer, of both alphabets
csv.field_size_limit(1 << 30)

# Python's \w has no combining marks; words of Hindi and others have them inside.
MARKS = "".join(c for c in map(chr, range(0x10000)) if unicodedata.category(c) in ("Mn", "Mc")
                and not "\ufe00" <= c <= "\ufe0f")
TOKEN = rf"\w[\w{MARKS}]*|[^\w\s]"


def read(path, most_rows, most_characters):
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    if most_rows and len(rows) > most_rows:
        rows = random.Random(1).sample(rows, most_rows)
    for row in rows:
        row["text"] = row["text"][:most_characters]
    return rows


class Stems:
    """Turns a text into its stems with spaces between them."""

    def __init__(self):
        self.stemmers = {}
        self.tokens = re.compile(TOKEN)

    def stemmer(self, lang):
        if lang not in self.stemmers:
            code = lang.split("-")[0]
            try:
                self.stemmers[lang] = Stemmer.Stemmer("sr" if code in SERBIAN else code)
            except KeyError:
                self.stemmers[lang] = None
        return self.stemmers[lang]

    def of(self, text, lang):
        words = self.tokens.findall(text.lower())
        stemmer = self.stemmer(lang)
        return " ".join(stemmer.stemWords(words) if stemmer else words)


def blocks_of(rows):
    """Every block over all rows: document frequencies know no labels."""
    def tfidf(texts, most, **how):
        return TfidfVectorizer(ngram_range=most, sublinear_tf=True, min_df=2, dtype=np.float32,
                               **how).fit_transform(texts)
    texts = [row["text"] for row in rows]
    stems = Stems()
    stemmed = [stems.of(row["text"], row.get("lang") or "en") for row in rows]
    return {"word": tfidf(texts, (1, 2), token_pattern=TOKEN),
            "char": tfidf(texts, (2, 5), analyzer="char"),
            "word1": tfidf(texts, (1, 1), token_pattern=TOKEN),
            "stem1": tfidf(stemmed, (1, 1), token_pattern=r"\S+"),
            "stem2": tfidf(stemmed, (1, 2), token_pattern=r"\S+")}


def labels_of(rows, several):
    """What the machine learns, and the class by which folds are balanced."""
    cells = [row["label"] for row in rows]
    if not several:
        return np.array(cells), np.array(cells)
    sets = [[label for label in cell.split(";") if label not in ("", "none")] for cell in cells]
    return MultiLabelBinarizer().fit_transform(sets), np.array([(s or ["none"])[0] for s in sets])


def folds_of(rows, strata, repeats):
    groups = [row.get("author") or row["text"] for row in rows]
    for seed in range(repeats):
        splitter = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed)
        yield from splitter.split(strata, strata, groups)


def score(features, labels, several, train, test):
    """Macro-F1 over the labels the fold has; samples-F1 if a text has several."""
    expected = labels[test]
    if not several:
        machine = LinearSVC(C=1, random_state=0).fit(features[train], labels[train])
        return f1_score(expected, machine.predict(features[test]), labels=np.unique(expected),
                        average="macro"), float("nan")
    machine = OneVsRestClassifier(LinearSVC(C=1, class_weight="balanced", random_state=0))
    margins = machine.fit(features[train], labels[train]).decision_function(features[test])
    predicted = (margins >= 0).astype(int)
    return (f1_score(expected, predicted, labels=np.flatnonzero(expected.any(axis=0)), average="macro"),
            f1_score(expected, predicted, average="samples", zero_division=1))


def difference(scores, reference):
    """Mean and standard error of paired differences, how many are above zero."""
    pairs = scores - reference
    error = pairs.std(ddof=1) / np.sqrt(len(pairs))
    return f"{pairs.mean():+8.4f} +-{error:.4f} {int((pairs > 0).sum()):2}/{len(pairs)}"


def bench(name, rows, several, repeats):
    start = time.time()
    blocks = blocks_of(rows)
    labels, strata = labels_of(rows, several)
    folds = list(folds_of(rows, strata, repeats))
    scores = {}
    for variant, parts in VARIANTS.items():
        features = hstack([blocks[part] for part in parts], format="csr")
        scores[variant] = np.array([score(features, labels, several, *fold) for fold in folds])
    for column, measure in enumerate(["macro", "samples"] if several else ["macro"]):
        found = {variant: s[:, column] for variant, s in scores.items()}
        print(f"{name:28} {measure:7} {len(rows):6}", *(f"{found[v].mean():7.4f}" for v in VARIANTS),
              *(difference(found[v], found[w]) for v, w in ["BA", "CA", "BW"]),
              f"{time.time() - start:6.0f}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("data", nargs="?", default=os.environ.get("NARR_DATA"))
    parser.add_argument("--sets", default=",".join(name for name, *_ in SETS))
    parser.add_argument("--repeats", type=int, default=2)
    options = parser.parse_args()
    if MISSING:
        print(f"skipped: no Python module {MISSING} (Debian: python3-sklearn, python3-stemmer)")
        return 0
    if not options.data or not Path(options.data).is_dir():
        print("skipped: no data (give the folder, or set NARR_DATA)")
        return 0
    warnings.filterwarnings("ignore", category=UserWarning)  # rare labels in few folds
    print(f"{'set (train, cross-validated)':28} {'F1':7} {'rows':>6}", *(f"{v:>7}" for v in VARIANTS),
          *(f"{pair + ' (folds above 0)':>23}" for pair in ["B-A", "C-A", "B-W"]), f"{'s':>6}")
    for name, several, most_rows, most_characters in SETS:
        if name not in options.sets.split(","):
            continue
        path = Path(options.data) / name / "train.csv"
        path = path if path.exists() else CORPUS / f"{name}.csv"
        if not path.exists():
            print(f"{name:28} skipped: not there")
            continue
        bench(name, read(path, most_rows, most_characters), several, options.repeats)
    return 0


MISSING = None
try:
    import numpy as np
    import Stemmer
    from scipy.sparse import hstack
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.metrics import f1_score
    from sklearn.model_selection import StratifiedGroupKFold
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.preprocessing import MultiLabelBinarizer
    from sklearn.svm import LinearSVC
except ImportError as error:
    MISSING = error.name

if __name__ == "__main__":
    sys.exit(main())
