#!/usr/bin/env python3
"""How well decisions survive rewriting: held-out texts as they are and
rewritten in six ways that people use, by intent or not, against filters; side
by side with scikit-learn (TF-IDF of words and characters, LinearSVC) and
fastText. All learn from texts as they are.

    scripts/bench_robustness.py [CORPUS.csv]   columns text, label and, if there
                                are, lang and group; labels separated by ';', or
                                none (default: corpus/western_balkans.csv)
    --test TEST.csv     score these rows; else cross-validation on the corpus
    --folds N           of the cross-validation (default: 5); rows with one value
                        in the column group stay together
    --seed N            of the folds and of the rewritings (default: 1)
    --bin DIR           where the programs are (default: build/release)
    --tools A,B         of narr,sklearn,fasttext (default: those installed)
    --train-args ARGS   more arguments for narr-train, such as "--C 2 --min-df 1"
                        (one that is a single word: --train-args=--multi-label)
    --jobs N            threads of narr (default: 0, one a processor)
    --json FILE         write the figures as JSON, too
    --show N            print N examples of each rewriting, and end
    --self-check        test the rewritings on examples, and end

Rewritings:
    as it is            the text of the corpus
    other script        Serbian only (lang sr, sr-Latn, ...): Latin <-> Cyrillic
    no diacritics       Latin letters without marks; đ dj, ß ss, ł l, ø o
    look-alikes         of words of 3 letters or more, 20% have 1 to 3 letters, but
                        never all, from the other of Latin and Cyrillic
    zero-width          an invisible character inside every third word
    upper case          all of it
    stretched, spaced   of words of 4 letters or more, 10% have a vowel 3 to 6
                        times, and 10% are  s p e l l e d  out
Links, e-mail addresses and @mentions are never rewritten; look-alikes and the
last leave out hashtags, too.

Figures: F1 is macro-F1 over the labels, of all rows; same% the share of rows
that get exactly the labels they get as they are, of all rows and of those that
the rewriting changed. A tool that seldom gives a label seldom changes its mind:
the last line says how often each does.

Debian packages: python3-sklearn, fasttext."""

import argparse
import csv
import itertools
import json
import random
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import unicodedata
from pathlib import Path
from typing import NamedTuple

csv.field_size_limit(1 << 30)


# The parts of a text

MARKS = "".join(c for c in map(chr, range(0x300, 0x3000)) if unicodedata.category(c)[0] == "M")
CLUSTER = rf"[^\W\d_][{MARKS}]*"  # a letter with its combining marks
WORD = rf"(?P<word>(?:{CLUSTER})+)"
HASHTAG = r"#\w+"
LINK = (r"(?:https?://|www\.)\S+"
        r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
        r"|(?<!\w)@\w+"
        r"|(?<![\w.])[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:[a-z]{2,}(?=/)"
        r"|(?:com|org|net|info|rs|ba|hr|mk|ru|eu)\b(?!\.?\w))(?:/\S*)?")
LINKS = re.compile(f"({LINK})", re.IGNORECASE)
WORDS = re.compile(f"{LINK}|{WORD}", re.IGNORECASE)  # those in hashtags, too
PLAIN_WORDS = re.compile(f"{LINK}|{HASHTAG}|{WORD}", re.IGNORECASE)


def clusters(word):
    return re.findall(CLUSTER, word)


def change_words(pattern, change, text):
    return pattern.sub(lambda match: change(match["word"]) if match["word"] else match[0], text)


def script(letter):
    return unicodedata.name(letter, "").split(" ")[0]


# Other script

LATIN = "a b v g d đ e ž z i j k l lj m n nj o p r s t ć u f h c č dž š".split()
CYRILLIC = "абвгдђежзијклљмнњопрстћуфхцчџш"
TO_CYRILLIC = dict(zip(LATIN, CYRILLIC))
TO_LATIN = dict(zip(CYRILLIC, LATIN))
LATIN_LETTER = re.compile("[Ll]j|LJ|[Nn]j|NJ|[Dd]ž|DŽ|.")
# Beginnings of words where what looks like a digraph is two letters.
APART = ("an|jon", "in|jekcij", "in|jekt", "izvan|jezič", "kon|jug", "kon|junk", "nad|žanj",
         "nad|žet", "nad|živ", "nad|žnj", "od|žal", "od|živ", "pod|žanr", "pred|živ", "tan|jug",
         "van|jezič")
ROMAN = {"II", "III", "IV", "VII", "VIII"}  # stay Latin; I and VI are words, too


def serbian(lang):
    return re.split("[-_]", lang.lower())[0] == "sr"


def spell_cyrillic(part):
    def change(match):
        letter = TO_CYRILLIC[match[0].lower()]
        return letter.upper() if match[0][0].isupper() else letter
    return LATIN_LETTER.sub(change, part)


def word_to_cyrillic(word):
    lower = word.lower()
    if word in ROMAN or any(letter not in TO_CYRILLIC for letter in lower):
        return word
    for beginning in APART:
        if lower.startswith(beginning.replace("|", "")):
            cut = beginning.index("|")
            return spell_cyrillic(word[:cut]) + spell_cyrillic(word[cut:])
    return spell_cyrillic(word)


def word_to_latin(word):
    if any(letter not in TO_LATIN for letter in word.lower()):
        return word
    capitals = len(word) > 1 and word.isupper()

    def spell(letter):
        latin = TO_LATIN[letter.lower()]
        if letter.islower():
            return latin
        return latin.upper() if capitals else latin.capitalize()
    return "".join(map(spell, word))


def other_script(text):
    """Serbian text in its other script, away from the one it mainly has."""
    scripts = [script(letter) for match in WORDS.finditer(text) for letter in match["word"] or ""]
    latin, cyrillic = scripts.count("LATIN"), scripts.count("CYRILLIC")
    if latin == cyrillic == 0:
        return text
    change = word_to_latin if cyrillic > latin else word_to_cyrillic
    return change_words(WORDS, change, unicodedata.normalize("NFC", text))


# Other rewritings

BARE = {"đ": "dj", "ß": "ss", "ẞ": "SS", "ł": "l", "Ł": "L", "ø": "o", "Ø": "O"}


def no_diacritics_word(word):
    letters = []
    latin = False
    for at, char in enumerate(word):
        if unicodedata.category(char) == "Mn":
            if not latin:
                letters.append(char)
            continue
        base = unicodedata.normalize("NFD", char)[0]
        latin = script(base) == "LATIN"
        if char == "Đ":
            beside = word[at + 1:at + 2] or word[max(at - 1, 0):at]
            letters.append("DJ" if beside.isupper() else "Dj")
        elif latin:
            letters.append(BARE.get(base, base))
        else:
            letters.append(char)
    return "".join(letters)


def no_diacritics(text):
    return change_words(WORDS, no_diacritics_word, text)


LATIN_SHAPES = "aeopcxyijsABCEHIJKMOPSTXY"
CYRILLIC_SHAPES = "аеорсхуіјѕАВСЕНІЈКМОРЅТХУ"
SHAPES = dict(zip(LATIN_SHAPES + CYRILLIC_SHAPES, CYRILLIC_SHAPES + LATIN_SHAPES))


def look_alikes(text, rng):
    def change(word):
        if len(clusters(word)) < 3 or rng.random() >= 0.2:
            return word
        places = [at for at, letter in enumerate(word) if letter in SHAPES]
        count = min(rng.randint(1, 3), len(places), len(clusters(word)) - 1)
        letters = list(word)
        for at in rng.sample(places, count):
            letters[at] = SHAPES[letters[at]]
        return "".join(letters)
    return change_words(PLAIN_WORDS, change, text)


ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff\u00ad"


def zero_width(text, rng):
    numbers = itertools.count(1)

    def change(word):
        letters = clusters(word)
        if len(letters) < 2 or next(numbers) % 3:
            return word
        at = rng.randint(1, len(letters) - 1)
        return "".join(letters[:at]) + rng.choice(ZERO_WIDTH) + "".join(letters[at:])
    return change_words(WORDS, change, text)


def upper_case(text):
    return "".join(part if at % 2 else part.upper() for at, part in enumerate(LINKS.split(text)))


def is_vowel(cluster):
    lower = cluster[0].lower()
    return lower in "аеиоуыэюяёєіїѝ" or unicodedata.normalize("NFD", lower)[0] in "aeiouαεηιουω"


def stretched(word, rng):
    letters = clusters(word)
    vowels = [at for at, letter in enumerate(letters) if is_vowel(letter)]
    if vowels:
        letters[rng.choice(vowels)] *= rng.randint(3, 6)
    return "".join(letters)


def stretched_spaced(text, rng):
    """A single space beside a spelled-out word, or its punctuation, becomes two."""
    def change(word):
        draw = rng.random() if len(clusters(word)) >= 4 else 1
        if draw < 0.1:
            return stretched(word, rng)
        return " ".join(clusters(word)) if draw < 0.2 else word

    result = ""
    wide = False
    for at, part in enumerate(text.split(" ")):
        changed = change_words(PLAIN_WORDS, change, part)
        was_wide, wide = wide, " " in changed
        gap = "  " if was_wide or wide else " "
        result += (gap if at else "") + changed
    return result


REWRITINGS = {
    "as it is": lambda text, lang, rng: text,
    "other script": lambda text, lang, rng: other_script(text) if serbian(lang) else text,
    "no diacritics": lambda text, lang, rng: no_diacritics(text),
    "look-alikes": lambda text, lang, rng: look_alikes(text, rng),
    "zero-width": lambda text, lang, rng: zero_width(text, rng),
    "upper case": lambda text, lang, rng: upper_case(text),
    "stretched, spaced": lambda text, lang, rng: stretched_spaced(text, rng),
}
AS_IT_IS = next(iter(REWRITINGS))


def versions_of(rows, seed):
    """rewriting -> the texts of all rows"""
    return {name: [rewrite(row.text, row.lang, random.Random(f"{seed} {name} {row.number}"))
                   for row in rows]
            for name, rewrite in REWRITINGS.items()}


# The corpus

class Row(NamedTuple):
    number: int
    text: str
    labels: frozenset  # empty: none
    lang: str
    fields: dict  # all columns, as they are in the file


def read(path):
    if not path.is_file():
        sys.exit(f"{path}: no such file")
    rows = []
    with open(path, newline="", encoding="utf-8-sig") as file:
        for number, fields in enumerate(csv.DictReader(file), 1):
            if None in fields or None in fields.values() or not {"text", "label"} <= fields.keys():
                sys.exit(f"{path}: row {number}: needs text, label and as many fields as the header")
            labels = {label.strip() for label in fields["label"].split(";")} - {"", "none"}
            rows.append(Row(number, fields["text"], frozenset(labels), fields.get("lang", ""),
                            fields))
    if not rows:
        sys.exit(f"{path}: no rows")
    return rows


def folds_of(rows, count, seed):
    """Lists of rows, about equally long; groups are not torn."""
    groups = {}
    for row in rows:
        groups.setdefault(row.fields.get("group") or row.number, []).append(row)
    order = list(groups.values())
    random.Random(seed).shuffle(order)
    folds = [[] for _ in range(count)]
    for group in order:
        min(folds, key=len).extend(group)
    if not all(folds):
        sys.exit(f"{len(groups)} rows or groups are too few for {count} folds")
    return folds


def splits_of(rows, test, options):
    """Pairs of rows to learn from and rows to score."""
    if test:
        return [(rows, test)]
    folds = folds_of(rows, options.folds, options.seed)
    return [([row for other in folds if other is not fold for row in other], fold) for fold in folds]


# The tools: each learns from rows and returns a set of labels for each text

class Task(NamedTuple):
    rows: list
    texts: list
    exclusive: bool  # every row has exactly one label
    work: Path
    options: argparse.Namespace


def run(command, **options):
    done = subprocess.run([str(part) for part in command], capture_output=True, encoding="utf-8",
                          errors="replace", **options)
    if done.returncode != 0:
        sys.exit(f"{command[0]} failed: {done.stderr[-500:]}")
    return done.stdout


def write_csv(path, columns, rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([columns, *rows])


def run_narr(task):
    train, test, model = task.work / "train.csv", task.work / "test.csv", task.work / "model.narr"
    write_csv(train, task.rows[0].fields, (row.fields.values() for row in task.rows))
    write_csv(test, ["id", "text"], enumerate(task.texts))
    jobs = ["--jobs", task.options.jobs, "--quiet"]
    run([task.options.bin / "narr-train", train, "-o", model, *jobs,
         *shlex.split(task.options.train_args)])
    out = run([task.options.bin / "narr-classify", "-m", model, "--format", "csv", "--id-column",
               "id", "--output", "jsonl", *jobs, test])
    found = {}
    for line in out.splitlines():
        record = json.loads(line)
        if "labels" not in record:
            sys.exit(f"narr-classify: an error record: {line}")
        found[str(record["id"])] = frozenset(record["labels"])
    if found.keys() != set(map(str, range(len(task.texts)))):
        sys.exit(f"narr-classify: {len(task.texts)} texts in, {len(found)} ids out")
    return [found[str(at)] for at in range(len(task.texts))]


PYTHON = "/usr/bin/python3"
SKLEARN = r"""
import json, sys
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_union
from sklearn.preprocessing import MultiLabelBinarizer
from sklearn.svm import LinearSVC
task = json.load(sys.stdin)
features = make_union(
    TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2),
    TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=2))
train = features.fit_transform(task["train"])
test = features.transform(task["test"])
if task["exclusive"]:
    model = LinearSVC(C=1).fit(train, [label for label, in task["labels"]])
    predicted = [[label] for label in model.predict(test)]
else:
    names = MultiLabelBinarizer()
    model = OneVsRestClassifier(LinearSVC(C=1, class_weight="balanced"))
    model.fit(train, names.fit_transform(task["labels"]))
    decisions = model.decision_function(test).reshape(len(task["test"]), -1)
    predicted = names.inverse_transform((decisions >= 0).astype(int))
json.dump(predicted, sys.stdout)
"""


def run_sklearn(task):
    data = json.dumps({"train": [row.text for row in task.rows], "test": task.texts,
                       "labels": [sorted(row.labels) for row in task.rows],
                       "exclusive": task.exclusive})
    return [frozenset(labels) for labels in json.loads(run([PYTHON, "-c", SKLEARN], input=data))]


def tokens(text):
    return " ".join(re.findall(r"\w+|[^\w\s]", text.lower()))


def run_fasttext(task):
    """Labels go by their numbers: fastText's cannot hold spaces."""
    names = sorted(set().union(*(row.labels for row in task.rows)))
    numbers = {name: f"__label__{number}" for number, name in enumerate(names)}
    train, test, model = task.work / "train.txt", task.work / "test.txt", task.work / "model"
    with open(train, "w", encoding="utf-8") as file:
        for row in task.rows:
            labels = [numbers[label] for label in sorted(row.labels)] or ["__label__none"]
            file.write(f"{' '.join(labels)} {tokens(row.text)}\n")
    test.write_text("".join(tokens(text) + "\n" for text in task.texts), encoding="utf-8")
    run(["fasttext", "supervised", "-input", train, "-output", model, "-loss",
         "softmax" if task.exclusive else "ova", "-wordNgrams", "2", "-minn", "2", "-maxn", "5",
         "-epoch", "200", "-lr", "0.5", "-bucket", "200000", "-thread", "1", "-seed", "1"])
    if task.exclusive:
        out = run(["fasttext", "predict", f"{model}.bin", test])
    else:
        out = run(["fasttext", "predict-prob", f"{model}.bin", test, "-1", "0.5"])
    lines = out.split("\n")[:-1]
    if len(lines) != len(task.texts):
        sys.exit(f"fasttext: {len(task.texts)} texts in, {len(lines)} lines out")
    return [frozenset(names[int(number)] for number in re.findall(r"__label__(\d+)", line))
            for line in lines]


def narr_version(options):
    program = options.bin / "narr-train"
    if not program.exists() or not (options.bin / "narr-classify").exists():
        return None
    return run([program, "--version"]).split()[-1]


def sklearn_version(options):
    if not Path(PYTHON).exists():
        return None
    probe = subprocess.run([PYTHON, "-c", "import sklearn; print(sklearn.__version__)"],
                           capture_output=True, text=True)
    return probe.stdout.strip() if probe.returncode == 0 else None


def fasttext_version(options):
    if not shutil.which("fasttext"):
        return None
    if not shutil.which("dpkg-query"):
        return "(unknown version)"
    probe = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", "fasttext"], capture_output=True,
                           text=True)
    return probe.stdout.split("+")[0] if probe.returncode == 0 else "(unknown version)"


TOOLS = {"narr": (run_narr, narr_version), "sklearn": (run_sklearn, sklearn_version),
         "fasttext": (run_fasttext, fasttext_version)}


def tools_here(options):
    """tool -> version, of those asked for that are installed"""
    found = {}
    for tool in filter(None, options.tools.split(",")):
        if tool not in TOOLS:
            sys.exit(f"--tools: no tool {tool}; there are {', '.join(TOOLS)}")
        version = TOOLS[tool][1](options)
        if version:
            found[tool] = version
        else:
            place = f" in {options.bin}" if tool == "narr" else ""
            print(f"{tool} skipped: not there{place}")
    return found


# Figures

def predict(splits, tools, options):
    """tool -> rewriting -> row number -> labels, and which rows were changed:
    rewriting -> row numbers"""
    exclusive = all(len(row.labels) == 1 for train, _ in splits for row in train)
    predicted = {tool: {name: {} for name in REWRITINGS} for tool in tools}
    changed = {name: set() for name in REWRITINGS}
    for fold, (train, test) in enumerate(splits, 1):
        versions = versions_of(test, options.seed)
        for name, texts in versions.items():
            changed[name] |= {row.number for row, text in zip(test, texts) if text != row.text}
        places = [(name, row.number) for name in versions for row in test]
        for tool in tools:
            start = time.time()
            with tempfile.TemporaryDirectory() as work:
                task = Task(train, list(itertools.chain(*versions.values())), exclusive, Path(work),
                            options)
                for (name, number), labels in zip(places, TOOLS[tool][0](task), strict=True):
                    predicted[tool][name][number] = labels
            print(f"split {fold} of {len(splits)}: {tool}, {time.time() - start:.1f} s",
                  file=sys.stderr)
    return predicted, changed


def macro_f1(rows, found):
    labels = set().union(*(row.labels | found[row.number] for row in rows))
    scores = []
    for label in labels:
        both = sum(label in row.labels and label in found[row.number] for row in rows)
        total = sum((label in row.labels) + (label in found[row.number]) for row in rows)
        scores.append(2 * both / total)
    return sum(scores) / len(scores) if scores else None


def share_same(rows, found, as_it_is):
    return sum(found[row.number] == as_it_is[row.number] for row in rows) / len(rows) if rows else None


def figures(rows, predicted, changed):
    """A record for each rewriting; None where there are no rows to count."""
    records = []
    for name in REWRITINGS:
        touched = [row for row in rows if row.number in changed[name]]
        tools = {}
        for tool, found in predicted.items():
            tools[tool] = {
                "macro_f1": macro_f1(rows, found[name]),
                "same": share_same(rows, found[name], found[AS_IT_IS]),
                "flagged": sum(bool(found[name][row.number]) for row in rows) / len(rows),
                "same_changed": share_same(touched, found[name], found[AS_IT_IS]),
                "macro_f1_changed": macro_f1(touched, found[name]) if touched else None,
                "macro_f1_changed_as_it_is": macro_f1(touched, found[AS_IT_IS]) if touched else None,
            }
        records.append({"rewriting": name, "changed": len(touched), "tools": tools})
    return records


def percent(share):
    return "-" if share is None else f"{100 * share:.1f}"


def print_table(records, tools):
    heads = [(f"{tool} F1", "same%", "same%(changed)") for tool in tools]
    print("  ".join([f"{'rewriting':18}", "rows changed"]
                    + [f"{first:>12} {second:>6} {third:>14}" for first, second, third in heads]))
    for record in records:
        cells = [f"{record['rewriting']:18}", f"{record['changed']:12}"]
        for tool in tools:
            values = record["tools"][tool]
            f1 = "-" if values["macro_f1"] is None else f"{values['macro_f1']:.4f}"
            cells.append(f"{f1:>12} {percent(values['same']):>6} {percent(values['same_changed']):>14}")
        print("  ".join(cells))
    flagged = [f"{tool} {percent(records[0]['tools'][tool]['flagged'])}%" for tool in tools]
    print(f"rows that get a label as they are: {', '.join(flagged)}")


def bench(options):
    rows = read(options.corpus)
    test = read(options.test) if options.test else []
    tools = tools_here(options)
    if not tools:
        print("skipped: no tool to measure")
        return 0
    print(", ".join(f"{tool} {version}" for tool, version in tools.items()))
    if test:
        print(f"{options.corpus.name}: {len(rows)} rows to learn from; "
              f"{options.test.name}: {len(test)} rows to score")
    else:
        print(f"{options.corpus.name}: {len(rows)} rows, {options.folds}-fold")
    predicted, changed = predict(splits_of(rows, test, options), tools, options)
    records = figures(test or rows, predicted, changed)
    print_table(records, tools)
    if options.json:
        options.json.write_text(json.dumps({
            "corpus": options.corpus.name, "rows": len(rows),
            "test": options.test.name if test else None, "test_rows": len(test or rows),
            "folds": None if test else options.folds, "seed": options.seed,
            "train_args": options.train_args, "versions": tools, "results": records}, indent=1) + "\n")
    return 0


# Examples and checks

def visible(text):
    return re.sub(f"[{ZERO_WIDTH}]", lambda match: f"<{ord(match[0]):04X}>", text)


def show(options):
    rows = read(options.test or options.corpus)
    versions = versions_of(rows, options.seed)
    for name in list(REWRITINGS)[1:]:
        pairs = [(row, text) for row, text in zip(rows, versions[name]) if text != row.text]
        print(f"== {name}: {len(pairs)} of {len(rows)} rows changed")
        for row, text in random.Random(options.seed).sample(pairs, min(options.show, len(pairs))):
            print(f"{row.number} {row.lang}\n  - {visible(row.text)}\n  + {visible(text)}")
    return 0


class Fixed:
    """Stands for a random.Random: draws one number, and the first or last of
    what there is to choose."""

    def __init__(self, draw=0.0, last=False):
        self.draw, self.last = draw, last

    def random(self):
        return self.draw

    def randint(self, low, high):
        return high if self.last else low

    def choice(self, items):
        return items[-1 if self.last else 0]

    def sample(self, items, count):
        return items[len(items) - count:] if self.last else items[:count]


BOTH_WAYS = [  # Latin, Cyrillic
    ("Ljubav i njegova džungla, ČUDO: NJEGOŠ", "Љубав и његова џунгла, ЧУДО: ЊЕГОШ"),
    ("LJUBLJANA, Ljubljana, ljubljana", "ЉУБЉАНА, Љубљана, љубљана"),
    ("Njiva, Džep i DŽEP; nadžak i odžak", "Њива, Џеп и ЏЕП; наџак и оџак"),
    ("injekcija, Konjugacija, KONJUNKTURA, konji", "инјекција, Конјугација, КОНЈУНКТУРА, коњи"),
    ("Nadživeo je. Odžalila je. Nadžnjeva. Tanjug javlja",
     "Надживео је. Оджалила је. Наджњева. Танјуг јавља"),
    ("Đorđe, šta će ćaći čađ? Žeže!", "Ђорђе, шта ће ћаћи чађ? Жеже!"),
    ("KFOR-a, B92, 24. marta; EU", "КФОР-а, Б92, 24. марта; ЕУ"),
    ("#Ljubav #NATO_napolje @Njegos", "#Љубав #НАТО_напоље @Njegos"),
    ("Vidi https://example.org/njega?a=b i example.com/dž",
     "Види https://example.org/njega?a=b и example.com/dž"),
    ("Piši na njega@example.org, odmah", "Пиши на njega@example.org, одмах"),
]
CHECKS = [  # function, text, further arguments, what it should give
    (other_script, "Windows i Müller, New York, taxi, auto", [], "Windows и Müller, New York, taxi, ауто"),
    (other_script, "Član IV i Aneks VII", [], "Члан IV и Анекс VII"),
    (other_script, "Njegos\u030c", [], "Његош"),
    (other_script, "12:30 🙂", [], "12:30 🙂"),
    (other_script, "Њ. Његош и ЊУЈОРК, NATO", [], "Nj. Njegoš i NJUJORK, NATO"),
    (other_script, "Читам «Новый мир» и #НатоЊегош", [], "Čitam «Новый mir» i #NatoNjegoš"),
    (no_diacritics, "Čudo, ŽIVOT, šaćica", [], "Cudo, ZIVOT, sacica"),
    (no_diacritics, "Đorđe ĐORĐE Đ AĐ", [], "Djordje DJORDJE Dj ADJ"),
    (no_diacritics, "Straße GROẞ", [], "Strasse GROSS"),
    (no_diacritics, "Łódź, złoty", [], "Lodz, zloty"),
    (no_diacritics, "Ørsted, smørbrød", [], "Orsted, smorbrod"),
    (no_diacritics, "Kosovë është, çka", [], "Kosove eshte, cka"),
    (no_diacritics, "c\u030cas, e\u0302\u0301", [], "cas, e"),
    (no_diacritics, "мој, ћуприја, ёлка, Їжак", [], "мој, ћуприја, ёлка, Їжак"),
    (no_diacritics, "\u0438\u0306, ќерка", [], "\u0438\u0306, ќерка"),
    (no_diacritics, "Việt Nam, İstanbul", [], "Viet Nam, Istanbul"),
    (no_diacritics, "#Šta @Šta https://example.org/šta", [], "#Sta @Šta https://example.org/šta"),
    (no_diacritics, "plain 1️⃣ 🙂", [], "plain 1️⃣ 🙂"),
    (look_alikes, "vojska", [Fixed()], "v\u043ejska"),
    (look_alikes, "vojska", [Fixed(last=True)], "vo\u0458\u0455k\u0430"),
    (look_alikes, "војска", [Fixed()], "вoјска"),
    (look_alikes, "TAXI", [Fixed()], "\u0422AXI"),
    (look_alikes, "TAXI", [Fixed(last=True)], "T\u0410\u0425\u0406"),
    (look_alikes, "oca", [Fixed(last=True)], "o\u0441\u0430"),
    (look_alikes, "vojska", [Fixed(0.2)], "vojska"),
    (look_alikes, "na ma, oj", [Fixed()], "na ma, oj"),
    (look_alikes, "grm krv Trg", [Fixed()], "grm krv \u0422rg"),
    (look_alikes, "#vojska @vojska", [Fixed()], "#vojska @vojska"),
    (look_alikes, "https://example.org/vojska", [Fixed()], "https://example.org/vojska"),
    (look_alikes, "example.com/vojska vojska@example.org", [Fixed()],
     "example.com/vojska vojska@example.org"),
    (look_alikes, "ćao, sat 2025", [Fixed()], "ć\u0430o, \u0455at 2025"),
    (zero_width, "jedan dva tri", [Fixed()], "jedan dva t\u200bri"),
    (zero_width, "jedan dva tri", [Fixed(last=True)], "jedan dva tr\u00adi"),
    (zero_width, "jedan dva", [Fixed()], "jedan dva"),
    (zero_width, "a b c d e f", [Fixed()], "a b c d e f"),
    (zero_width, "on i ona i oni", [Fixed()], "on i ona i o\u200bni"),
    (zero_width, "aa bb cc dd ee ff gg", [Fixed()], "aa bb c\u200bc dd ee f\u200bf gg"),
    (zero_width, "aa bb #NATO", [Fixed()], "aa bb #N\u200bATO"),
    (zero_width, "aa bb @NATO cc", [Fixed()], "aa bb @NATO c\u200bc"),
    (zero_width, "aa bb https://example.org/x cc", [Fixed()], "aa bb https://example.org/x c\u200bc"),
    (zero_width, "aa bb me@example.org, cc", [Fixed()], "aa bb me@example.org, c\u200bc"),
    (zero_width, "aa bb c\u030ce", [Fixed()], "aa bb c\u030c\u200be"),
    (zero_width, "један два три", [Fixed(last=True)], "један два тр\u00adи"),
    (upper_case, "Ljubav, šta?", [], "LJUBAV, ŠTA?"),
    (upper_case, "војска одлази", [], "ВОЈСКА ОДЛАЗИ"),
    (upper_case, "Straße", [], "STRASSE"),
    (upper_case, "#nato_napolje", [], "#NATO_NAPOLJE"),
    (upper_case, "kaže @nato sad", [], "KAŽE @nato SAD"),
    (upper_case, "vidi https://example.org/a?b=c sad", [], "VIDI https://example.org/a?b=c SAD"),
    (upper_case, "vidi www.example.org sad", [], "VIDI www.example.org SAD"),
    (upper_case, "vidi example.org/a, i example.com.", [], "VIDI example.org/a, I example.com."),
    (upper_case, "piši na a.b@example.org odmah", [], "PIŠI NA a.b@example.org ODMAH"),
    (upper_case, "kraj.Onda i/ili itd.", [], "KRAJ.ONDA I/ILI ITD."),
    (upper_case, "BRAVO 2025 🙂", [], "BRAVO 2025 🙂"),
    (upper_case, "është përse", [], "ËSHTË PËRSE"),
    (stretched_spaced, "vojska", [Fixed()], "vooojska"),
    (stretched_spaced, "vojska", [Fixed(last=True)], "vojskaaaaaa"),
    (stretched_spaced, "Овај мој Знај", [Fixed()], "ОООвај мој Знааај"),
    (stretched_spaced, "është", [Fixed()], "ëëështë"),
    (stretched_spaced, "prst grmm", [Fixed()], "prst grmm"),
    (stretched_spaced, "rat sad ne", [Fixed()], "rat sad ne"),
    (stretched_spaced, "ide vojska sad", [Fixed(0.1)], "ide  v o j s k a  sad"),
    (stretched_spaced, "vojska odlazi", [Fixed(0.1)], "v o j s k a  o d l a z i"),
    (stretched_spaced, "Da, vojska! Da", [Fixed(0.1)], "Da,  v o j s k a!  Da"),
    (stretched_spaced, "ide c\u030cuvar", [Fixed(0.1)], "ide  c\u030c u v a r"),
    (stretched_spaced, "vojska odlazi", [Fixed(0.2)], "vojska odlazi"),
    (stretched_spaced, "#vojska @vojska example.org/vojska", [Fixed(0.1)],
     "#vojska @vojska example.org/vojska"),
    (stretched_spaced, "https://example.org/vojska", [Fixed()], "https://example.org/vojska"),
]


def self_check():
    checks = [(other_script, latin, [], cyrillic) for latin, cyrillic in BOTH_WAYS]
    checks += [(other_script, cyrillic, [], latin) for latin, cyrillic in BOTH_WAYS]
    checks += CHECKS
    failed = 0
    for function, text, arguments, expected in checks:
        result = function(text, *arguments)
        if result != expected:
            failed += 1
            print(f"{function.__name__}: {ascii(text)}\n  gives {ascii(result)}\n"
                  f"  not   {ascii(expected)}")
    print(f"{len(checks) - failed} passed, {failed} failed")
    return 1 if failed else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("corpus", nargs="?", type=Path, default=Path("corpus/western_balkans.csv"))
    parser.add_argument("--test", type=Path)
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--bin", type=Path, default=Path("build/release"))
    parser.add_argument("--tools", default=",".join(TOOLS))
    parser.add_argument("--train-args", default="")
    parser.add_argument("--jobs", default="0")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--show", type=int)
    parser.add_argument("--self-check", action="store_true")
    options = parser.parse_args()
    if options.folds < 2:
        parser.error("--folds: at least 2")
    if options.self_check:
        return self_check()
    return bench(options) if options.show is None else show(options)


if __name__ == "__main__":
    sys.exit(main())
