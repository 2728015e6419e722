#!/usr/bin/env python3
"""Checks the labelled corpus against what its data card promises.

    scripts/check_corpus.py [CSV] [--counts]

Labels are those of corpus/taxonomy.csv; ids differ; no two posts share more than
half of the word 3-grams of the shorter one; each label has a least number of posts in
each variety; `none` is at least 45%. Names of places and institutions must be no
sign of a class: each occurs in `none` nearly as often as elsewhere. Prints a line for
each breach; exit code 1 if there is one. --counts prints the tables of the data
card."""

import argparse
import csv
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COLUMNS = ["id", "text", "label", "lang", "style", "group"]
VARIETIES = ["en", "sq", "bs", "hr", "sr-Latn", "sr-Cyrl", "mk", "ru"]
STYLES = set("headline comment channel slogan rumour insinuation opinion report statement factcheck "
             "analysis question joke everyday".split())
NONE_SHARE = 0.45
LEAST_POSITIVE = 20
LEAST_POSTS = 3200
NAMES = "kfor|кфор nato|нато eufor|еуфор kosov|косов|kosovo mitrovic|митровиц dodik|додик schmidt|шмит|шмидт|šmit|smit sarajev|сарајев|сараев".split()
NAME_BALANCE = 3.0  # at most so many times as frequent in posts with a label


def words(text):
    return re.findall(r"\w+", text.lower())


def grams(text):
    found = words(text)
    return {tuple(found[i:i + 3]) for i in range(len(found) - 2)}


def near_duplicates(posts):
    """Pairs that share more than half of the 3-grams of the shorter one."""
    index, sets = defaultdict(list), []
    for number, post in enumerate(posts):
        here = grams(post["text"])
        shared = Counter(other for gram in here for other in index[gram])
        for other, count in shared.items():
            if 2 * count > min(len(here), len(sets[other])):
                yield posts[other]["id"], post["id"]
        for gram in here:
            index[gram].append(number)
        sets.append(here)


def labels_of(post):
    return [] if post["label"] == "none" else post["label"].split(";")


def breaches(posts, taxonomy):
    seen = set()
    for line, post in enumerate(posts, 2):
        where = f"row {line - 1}, {post['id']}"
        if post["id"] in seen:
            yield f"{where}: the id occurs twice"
        seen.add(post["id"])
        labels = labels_of(post)
        if [l for l in labels if l not in taxonomy] or len(set(labels)) < len(labels):
            yield f"{where}: labels {post['label']}"
        if post["lang"] not in VARIETIES or post["style"] not in STYLES or not post["group"]:
            yield f"{where}: lang {post['lang']}, style {post['style']}, group {post['group']}"
        if len(words(post["text"])) < 3:
            yield f"{where}: less than 3 words"
    for pair in near_duplicates(posts):
        yield f"{pair[0]} and {pair[1]} share more than half of their word 3-grams"
    counts = Counter((label, post["lang"]) for post in posts for label in labels_of(post))
    for label in sorted(taxonomy):
        for lang in VARIETIES:
            if counts[label, lang] < LEAST_POSITIVE:
                yield f"{label} has {counts[label, lang]} posts in {lang}, less than {LEAST_POSITIVE}"
    none = sum(1 for post in posts if not labels_of(post))
    if none < NONE_SHARE * len(posts):
        yield f"{none} of {len(posts)} posts are none, less than {100 * NONE_SHARE:.0f}%"
    if len(posts) < LEAST_POSTS:
        yield f"{len(posts)} posts, less than {LEAST_POSTS}"
    for name in NAMES:
        pattern = re.compile(r"\b(" + name + ")", re.IGNORECASE)
        rates = []
        for wanted in (False, True):
            some = [post for post in posts if bool(labels_of(post)) == wanted]
            rates.append(sum(1 for post in some if pattern.search(post["text"])) / max(1, len(some)))
        if rates[1] > NAME_BALANCE * rates[0] or rates[0] > NAME_BALANCE * rates[1]:
            yield f"{name}: in {100 * rates[0]:.1f}% of none, {100 * rates[1]:.1f}% of the others"


def print_counts(posts, taxonomy):
    counts = Counter((label, post["lang"]) for post in posts for label in labels_of(post) or ["none"])
    print("| label | " + " | ".join(VARIETIES) + " | all |")
    print("|---|" + "--:|" * (len(VARIETIES) + 1))
    for label in sorted(taxonomy) + ["none"]:
        row = [counts[label, lang] for lang in VARIETIES]
        print(f"| {label} | " + " | ".join(map(str, row)) + f" | {sum(row)} |")
    row = [sum(1 for post in posts if post["lang"] == lang) for lang in VARIETIES]
    print("| posts | " + " | ".join(map(str, row)) + f" | {sum(row)} |\n")
    lengths = sorted(len(post["text"].split()) for post in posts)
    print(f"several labels: {sum(1 for post in posts if len(labels_of(post)) > 1)}; words: {lengths[0]} to "
          f"{lengths[-1]}, quartiles {[lengths[len(lengths) * q // 4] for q in (1, 2, 3)]}")
    for wanted in ("positive", "none"):
        styles = Counter(post["style"] for post in posts if bool(labels_of(post)) == (wanted == "positive"))
        print(f"styles, {wanted}:", ", ".join(f"{style} {count}" for style, count in styles.most_common()))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("csv", nargs="?", type=Path, default=ROOT / "corpus" / "western_balkans.csv")
    parser.add_argument("--counts", action="store_true")
    options = parser.parse_args()
    with open(ROOT / "corpus" / "taxonomy.csv", newline="", encoding="utf-8") as file:
        taxonomy = {row["id"] for row in csv.DictReader(file)}
    with open(options.csv, newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        posts = list(reader)
    if reader.fieldnames != COLUMNS:
        print(f"the columns are {','.join(reader.fieldnames or [])}, not {','.join(COLUMNS)}")
        return 1
    found = list(breaches(posts, taxonomy))
    for breach in found:
        print(breach)
    if options.counts:
        print_counts(posts, taxonomy)
    print(f"corpus: {len(posts)} posts, {len(found)} breaches")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
