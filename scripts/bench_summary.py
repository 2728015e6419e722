#!/usr/bin/env python3
"""What a summary costs, and what it finds, on a stream of posts with times and authors.

    scripts/bench_summary.py DATA [--bin DIR] [--runs N] [--window 1d]

DATA holds russian_troll_tweets/stream_200k.jsonl. With and without --summary in turn, N times:
the median of the pairs' ratios, on one thread and on all, and the most memory. Then the
strongest surges and the copies with most accounts, with the posts behind them counted by
this script itself, as a check: exact copies of an example, links aside."""

import argparse
import json
import os
import re
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def run(command):
    """Seconds and the most resident MB of a command."""
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{command}: status {status}")
    return time.monotonic() - start, usage.ru_maxrss / 1024


def plain(text):
    """What two posts that look the same have in common."""
    return " ".join(re.sub(r"https?://\S+", " ", text).split()).lower()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--bin", type=Path, default=ROOT / "build/release")
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--window", default="1d")
    args = parser.parse_args()
    stream = args.data / "russian_troll_tweets/stream_200k.jsonl"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "summary.json"
        classify = [args.bin / "narr-classify", "--quiet", stream]
        for jobs in ("1", "0"):
            runs = [(run(classify + ["-j", jobs]),
                     run(classify + ["-j", jobs, "--summary", path, "--window", args.window]))
                    for _ in range(args.runs)]
            ratio = statistics.median(without[0] / with_[0] for without, with_ in runs)
            print(f"jobs {jobs}: posts a second with a summary {ratio:.2f} of those without; "
                  f"{max(r[1][1] for r in runs):.0f} MB against {max(r[0][1] for r in runs):.0f}")
        summary = json.loads(path.read_text(encoding="utf-8"))
    posts = [json.loads(line) for line in open(stream, encoding="utf-8")]
    print(f"\n{summary['posts']} posts, {summary['flagged']} flagged, {len(summary['windows'])} windows")
    print("drift:", summary["drift"], "training:", summary["training"])
    surges = sorted(summary["surges"]["found"], key=lambda surge: -surge["value"])
    print(f"\n{len(surges)} surges, the strongest:")
    for surge in surges[:8]:
        print(f"  {surge['from'][:10]}  {surge['label']}: {surge['posts']} posts, {surge['expected']} expected, "
              f"{summary['surges']['statistic']} {surge['value']}")
    print("\ncopies with most accounts:")
    for cluster in summary["clusters"][:8]:
        same = [post for post in posts if plain(post["text"]) == plain(cluster["example"])]
        print(f"  {cluster['copies']} copies, {cluster['authors']} accounts, {cluster['first'][:16]} to "
              f"{cluster['last'][:16]}, {' '.join(cluster['labels']) or 'no label'}\n"
              f"    \"{cluster['example'][:100]}\"\n"
              f"    word for word, but for links: {len(same)} by {len({p['author'] for p in same})}")


if __name__ == "__main__":
    main()
