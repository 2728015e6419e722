#!/usr/bin/env python3
"""Millions of records of which one in a hundred is bad: whether each is answered, in order of
arrival, and whether memory stays flat.

    scripts/bench_endurance.py DATA [--records 10000000] [--bin DIR] [--jobs N]

DATA holds russian_troll_tweets/stream_200k.jsonl, which is read over and over through a pipe.
Bad are: invalid UTF-8, broken JSON, NULs, empty lines and, one in 500 of them, lines of 5 MB.
Exits with 1 unless every record was answered once and every bad one by an error record."""

import argparse
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SHORT = [b'{"id":1,"text":"caf\xe9 \xff\xfe"}\n', b'{"id":2,"text":"no end\n', b'{"id":3,"text":"a\0b"}\n', b"\n",
         b'{"id":4}\n', b"not JSON at all\n"]
LONG = b'{"id":5,"text":"' + b"long " * (1 << 20) + b'"}\n'


def blocks(lines, records):
    """Blocks of records in all, and how many of a block are bad."""
    made = position = bad = 0
    while made < records:
        block = []
        here = 0
        for _ in range(min(5000, records - made)):
            made += 1
            if made % 100:
                block.append(lines[position])
                position = (position + 1) % len(lines)
            else:
                block.append(LONG if bad % 500 == 499 else SHORT[bad % len(SHORT)])
                bad += 1
                here += 1
        yield b"".join(block), here


def resident(pid):
    for line in open(f"/proc/{pid}/status"):
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--records", type=int, default=10_000_000)
    parser.add_argument("--bin", type=Path, default=ROOT / "build/release")
    parser.add_argument("--jobs", default="0")
    args = parser.parse_args()
    lines = open(args.data / "russian_troll_tweets/stream_200k.jsonl", "rb").read().splitlines(keepends=True)
    process = subprocess.Popen([args.bin / "narr-classify", "--quiet", "--format", "jsonl", "--jobs", args.jobs, "-"],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    got = {"lines": 0, "errors": 0}

    def count():
        tail = b"\n"
        while chunk := os.read(process.stdout.fileno(), 1 << 20):
            got["lines"] += chunk.count(b"\n")
            got["errors"] += (tail[-40:] + chunk).count(b'"error":"') - tail[-40:].count(b'"error":"')
            tail = chunk
    counter = threading.Thread(target=count)
    counter.start()
    start, bad, sizes, sent, size = time.monotonic(), 0, [], 0, 0
    for block, here in blocks(lines, args.records):
        process.stdin.write(block)
        bad += here
        sent += 5000
        size += len(block)
        if sent % (args.records // 20) < 5000:
            sizes.append(resident(process.pid))
    process.stdin.close()
    counter.join()
    code = process.wait()
    seconds = time.monotonic() - start
    print(f"{args.records} records in ({size / 1e9:.1f} GB), {bad} of them bad; {got['lines']} out, {got['errors']} of "
          f"them errors; exit {code}; {args.records / seconds:.0f} records/s")
    print("resident MB while they ran:", " ".join(f"{mb:.0f}" for mb in sizes))
    sys.exit(0 if (code, got["lines"], got["errors"]) == (0, args.records, bad) else 1)


if __name__ == "__main__":
    main()
