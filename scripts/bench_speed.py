#!/usr/bin/env python3
"""How fast a stream is scored: whole processes, the same task and the same
posts, JSON in and JSON out, in turn with the rivals.

    scripts/bench_speed.py [DATA]   DATA or $NARR_DATA: a folder that holds
                                    russian_troll_tweets/ and, for Hindi,
                                    semeval2025t10/
    --bin DIR    where the programs are (default: build/release)
    --runs N     paired runs (default: 5)
    --only WHAT  tokens, stages or streams: only that

fastText reads bare lines of tokens, which are made beforehand and not counted:
it has no reader for posts. scikit-learn is TF-IDF of the same n-grams and
LinearSVC; one process that loads them reads and writes JSON as narr-classify
does, and counts from its first post on. Debian packages: fasttext,
python3-sklearn.

Before that: how fast texts of a script become tokens, everything undone that
may be; and what each stage of scoring costs a post, beside what the machine
could do at best (bench_stages.c)."""

import argparse
import csv
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SETTINGS = [("word+char", "word=1-2:0.7,char=2-5", ["-minn", "2", "-maxn", "5"]),
            ("word", "word=1-2", [])]

SKLEARN = r"""
import csv, json, pickle, sys, time
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline, make_union
from sklearn.svm import LinearSVC
what, name, path = sys.argv[1:4]
if what == "train":
    csv.field_size_limit(1 << 30)
    rows = list(csv.DictReader(open(path, newline="", encoding="utf-8")))
    blocks = [TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)]
    if sys.argv[5] == "word+char":
        blocks.append(TfidfVectorizer(analyzer="char", ngram_range=(2, 5), min_df=2, sublinear_tf=True))
    model = make_pipeline(make_union(*blocks), LinearSVC())
    model.fit([row["text"] for row in rows], [row["label"] for row in rows])
    pickle.dump(model, open(name, "wb"))
else:
    model = pickle.load(open(name, "rb"))
    labels = [str(label) for label in model.classes_]
    start = time.time()
    with open(path, encoding="utf-8") as posts, open(sys.argv[4], "w", encoding="utf-8") as out:
        while True:
            batch = [json.loads(line) for _, line in zip(range(1000), posts)]
            if not batch:
                break
            margins = model.decision_function([post["text"] for post in batch])
            for post, row in zip(batch, margins):
                scores = [{"label": l, "margin": m} for l, m in zip(labels, row.tolist())]
                record = {"id": post["id"], "labels": [labels[row.argmax()]], "scores": scores}
                out.write(json.dumps(record) + "\n")
    print(time.time() - start)
"""


def tokens(text):
    return " ".join(re.findall(r"\w+|[^\w\s]", text.lower()))


def timed(command, out):
    start = time.time()
    with open(out, "wb") as file:
        process = subprocess.Popen(command, stdout=file, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"{command[0]} failed")
    took = time.time() - start
    if "score" in command:  # says itself how long, without loading
        took = float(Path(out).read_text())
    return took, usage.ru_maxrss / 1024


def prepare_fasttext(data, work, flags):
    """Trains fastText on the same rows; returns the command that scores."""
    csv.field_size_limit(1 << 30)
    with open(data / "train.csv", newline="", encoding="utf-8") as rows, \
            open(work / "train.txt", "w", encoding="utf-8") as out:
        for row in csv.DictReader(rows):
            out.write(f"__label__{row['label']} {tokens(row['text'])}\n")
    with open(data / "stream_200k.jsonl", encoding="utf-8") as posts, \
            open(work / "stream.txt", "w", encoding="utf-8") as out:
        for post in posts:
            out.write(tokens(json.loads(post)["text"]) + "\n")
    subprocess.run(["fasttext", "supervised", "-input", work / "train.txt", "-output", work / "ft",
                    "-wordNgrams", "2", "-epoch", "5", "-thread", "2", *flags], check=True,
                   capture_output=True)
    return ["fasttext", "predict-prob", str(work / "ft.bin"), str(work / "stream.txt")]


def prepare_sklearn(python, data, work, name):
    """Trains scikit-learn on the same rows; returns the command that scores and
    prints the seconds that it took."""
    script = work / "sk.py"
    script.write_text(SKLEARN, encoding="utf-8")
    model = str(work / "sk.pickle")
    subprocess.run([python, script, "train", model, data / "train.csv", "-", name], check=True)
    return [python, str(script), "score", model, str(data / "stream_200k.jsonl"), str(work / "sk.out")]


def python_with_sklearn():
    for python in (sys.executable, "/usr/bin/python3"):
        if subprocess.run([python, "-c", "import sklearn"], capture_output=True).returncode == 0:
            return python
    return None


def lines_by_script(data, work):
    """Writes the posts that are all ASCII, mostly Cyrillic, mostly Devanagari."""
    files = {name: open(work / name, "w", encoding="utf-8") for name in ("ASCII", "Cyrillic", "Hindi")}
    for post in open(data / "russian_troll_tweets" / "stream_200k.jsonl", encoding="utf-8"):
        text = json.loads(post)["text"].replace("\n", " ")
        if text.isascii():
            files["ASCII"].write(text + "\n")
        elif 2 * len(re.findall("[\u0400-\u04ff]", text)) > len(text):
            files["Cyrillic"].write(text + "\n")
    articles = data / "semeval2025t10" / "train.csv"
    csv.field_size_limit(1 << 30)
    for row in csv.DictReader(open(articles, newline="", encoding="utf-8")) if articles.exists() else []:
        if row["lang"] == "hi":
            files["Hindi"].write(row["text"] + "\n")
    for file in files.values():
        file.close()
    return files


def compile_bench(name, work, options):
    root = Path(__file__).resolve().parent.parent
    program = work / name
    libraries = [f"-l{library}" for library in ("utf8proc", "csv", "svm", "simdjson", "z", "zstd", "stdc++", "m", "pthread")]
    subprocess.run(["cc", "-O2", f"-I{root}/src", f"-I{root}/include", "-D_XOPEN_SOURCE=700",
                    root / "scripts" / f"{name}.c", options.bin / "libnarr.a", *libraries, "-o", program],
                   check=True)
    return program


def bench_stages(data, work, model, options):
    program = compile_bench("bench_stages", work, options)
    print(subprocess.run([program, model, data / "stream_200k.jsonl"], check=True, text=True,
                         capture_output=True).stdout, end="", flush=True)


def bench_tokenizer(data, options):
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        program = compile_bench("bench_tokenize", work, options)
        for name in lines_by_script(data, work):
            if (work / name).stat().st_size == 0:
                print(f"tokens, {name}: skipped, no such texts")
                continue
            megabytes, tokens, speed = subprocess.run([program, work / name], check=True, text=True,
                                                      capture_output=True).stdout.split()
            print(f"tokens, {name:9} {megabytes:>6} MB, {tokens:>8} tokens, 1 thread: {speed} MB/s")


def spread(values):
    return f"{statistics.median(values):8.2f} ({min(values):.2f}..{max(values):.2f})"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("data", nargs="?", default=os.environ.get("NARR_DATA"))
    parser.add_argument("--bin", type=Path, default=Path("build/release"))
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", choices=["tokens", "stages", "streams"])
    options = parser.parse_args()
    data = Path(options.data or ".") / "russian_troll_tweets"
    if not (data / "stream_200k.jsonl").exists():
        print("skipped: no data (give the folder, or set NARR_DATA)")
        return 0
    stream = data / "stream_200k.jsonl"
    if options.only in (None, "tokens"):
        bench_tokenizer(data.parent, options)
    if options.only == "tokens":
        return 0
    python = python_with_sklearn()
    posts = sum(1 for _ in open(stream, "rb"))
    for name, features, flags in SETTINGS:
        with tempfile.TemporaryDirectory() as folder:
            work = Path(folder)
            model = work / "model.narr"
            subprocess.run([options.bin / "narr-train", data / "train.csv", "-o", model,
                            "--features", features, "--quiet"], check=True, capture_output=True)
            if options.only in (None, "stages"):
                print(f"{name}: stages")
                bench_stages(data, work, model, options)
            if options.only == "stages":
                continue
            ours = [str(options.bin / "narr-classify"), "-m", str(model), "--quiet", str(stream)]
            commands = {"narr, 1 thread": ours + ["--jobs", "1"], "narr, 2 threads": ours + ["--jobs", "2"]}
            if shutil.which("fasttext"):
                commands["fasttext"] = prepare_fasttext(data, work, flags)
            if python:
                commands["scikit-learn"] = prepare_sklearn(python, data, work, name)
            seconds = {tool: [] for tool in commands}
            memory = {}
            for _ in range(options.runs):
                for tool, command in commands.items():
                    took, memory[tool] = timed(command, work / "out")
                    seconds[tool].append(took)
            base = seconds["narr, 1 thread"]
            print(f"{name}: {posts} posts, {options.runs} paired runs")
            for tool, took in seconds.items():
                ratio = [t / b for t, b in zip(took, base)]
                print(f"  {tool:16} {posts / statistics.median(took):10.0f} posts/s  "
                      f"time / narr 1 thread {spread(ratio)}  {memory[tool]:6.0f} MB", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
