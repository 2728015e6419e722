#!/usr/bin/env python3
"""How fast a stream is scored: whole processes, the same task and the same
posts, JSON in and JSON out, in turn with the rivals.

    scripts/bench_speed.py [DATA]   DATA or $NARR_DATA: a folder that holds
                                    russian_troll_tweets/ and, for Hindi,
                                    semeval2025t10/
    --bin DIR    where the programs are (default: build/release)
    --runs N     paired runs (default: 5)

fastText reads bare lines of tokens, which are made beforehand and not
counted: it has no reader for posts. Debian package: fasttext.

Before that, how fast texts of a script become tokens, everything undone that
may be (--tokenizer: only that)."""

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

SETTINGS = [("word+char", "word=1-2,char=2-5", ["-minn", "2", "-maxn", "5"]),
            ("word", "word=1-2", [])]


def tokens(text):
    return " ".join(re.findall(r"\w+|[^\w\s]", text.lower()))


def timed(command, out):
    start = time.time()
    with open(out, "wb") as file:
        process = subprocess.Popen(command, stdout=file, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"{command[0]} failed")
    return time.time() - start, usage.ru_maxrss / 1024


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


def bench_tokenizer(data, options):
    root = Path(__file__).resolve().parent.parent
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        program = work / "bench_tokenize"
        subprocess.run(["cc", "-O2", f"-I{root}/src", f"-I{root}/include", "-D_XOPEN_SOURCE=700",
                        root / "scripts" / "bench_tokenize.c", options.bin / "libnarr.a", "-lutf8proc", "-lm",
                        "-lpthread", "-o", program], check=True)
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
    parser.add_argument("--tokenizer", action="store_true")
    options = parser.parse_args()
    data = Path(options.data or ".") / "russian_troll_tweets"
    if not (data / "stream_200k.jsonl").exists():
        print("skipped: no data (give the folder, or set NARR_DATA)")
        return 0
    stream = data / "stream_200k.jsonl"
    bench_tokenizer(data.parent, options)
    if options.tokenizer:
        return 0
    posts = sum(1 for _ in open(stream, "rb"))
    for name, features, flags in SETTINGS:
        with tempfile.TemporaryDirectory() as folder:
            work = Path(folder)
            model = work / "model.narr"
            subprocess.run([options.bin / "narr-train", data / "train.csv", "-o", model,
                            "--features", features, "--quiet"], check=True, capture_output=True)
            ours = [str(options.bin / "narr-classify"), "-m", str(model), "--quiet", str(stream)]
            commands = {"narr, 1 thread": ours + ["--jobs", "1"], "narr, 2 threads": ours + ["--jobs", "2"]}
            if shutil.which("fasttext"):
                commands["fasttext"] = prepare_fasttext(data, work, flags)
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
