#!/usr/bin/env python3
"""narr-kafka: what a member does a second beside narr-classify on a file of the same records, what
two do beside one, and whether each of a million records is answered once while members are killed.

    scripts/bench_kafka.py [--bin DIR] [--records 1000000] [--runs 3]

The cluster is tests/kafka/broker.py, one broker in memory that has transactions, on this machine:
its work, and the reading back of what was written, take from the same processors. Records are the
corpus's texts, over and over, six partitions. Members work exactly once."""

import argparse
import csv
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests/kafka"))
from kafka import Cluster, Member, wait_until  # noqa: E402

PARTITIONS = 6


def records(count):
    with open(ROOT / "corpus/western_balkans.csv", encoding="utf-8", newline="") as corpus:
        texts = [row["text"] for row in csv.DictReader(corpus)]
    return [json.dumps({"id": i, "text": texts[i % len(texts)]}, ensure_ascii=False).encode() for i in range(count)]


class Bench:
    def __init__(self, bin_dir, count):
        self.bin, self.count = bin_dir, count
        self.broker = subprocess.Popen([sys.executable, ROOT / "tests/kafka/broker.py", f"in:{PARTITIONS}", "out:12"],
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.cluster = Cluster(bin_dir, self.broker.stdout.readline().strip())
        self.runs, self.pin = 0, False

    def ask(self, *words):
        """The broker itself, which costs next to nothing."""
        self.broker.stdin.write(" ".join(words) + "\n")
        self.broker.stdin.flush()
        return self.broker.stdout.readline().strip()

    def ends(self):
        return int(self.ask("ends", "out"))

    def member(self, *options):
        return Member(self.bin, self.cluster.brokers, "--input-topic", "in", "--output-topic", "out", "--quiet", *options)

    def rate(self, members):
        """Records a second of a group of so many, from the first to the last."""
        self.runs += 1
        name = f"run{self.runs}"
        self.ask("hold", "in")
        before = self.ends()
        group = [self.member("--group", name) for _ in range(members)]
        for number, member in enumerate(group):
            if self.pin:
                os.sched_setaffinity(member.process.pid, {number % os.cpu_count()})
        wait_until(lambda: int(self.ask("members", name)) == members)
        time.sleep(1)
        start = time.monotonic()
        self.ask("release", "in")
        wait_until(lambda: self.ends() >= before + self.count, seconds=600, every=0.02)
        seconds = time.monotonic() - start
        for member in group:
            member.stop()
        return self.count / seconds

    def close(self):
        self.cluster.close()
        self.broker.kill()


def file_rate(bin_dir, lines):
    """Of narr-classify on one thread, start-up left out."""
    with tempfile.NamedTemporaryFile(suffix=".jsonl") as file:
        file.write(b"\n".join(lines) + b"\n")
        file.flush()
        seconds = []
        for path in (os.devnull, file.name):
            start = time.monotonic()
            subprocess.run([bin_dir / "narr-classify", "-j1", "--quiet", "--format", "jsonl", path],
                           stdout=subprocess.DEVNULL, check=True)
            seconds.append(time.monotonic() - start)
        return len(lines) / (seconds[1] - seconds[0])


def speed(bin_dir, count, runs, pin=False):
    lines = records(count)
    file, one, two = [], [], []
    for _ in range(runs):
        bench = Bench(bin_dir, count)
        bench.cluster.produce("in", lines)
        file.append(file_rate(bin_dir, lines))
        bench.pin = pin
        one.append(bench.rate(1))
        two.append(bench.rate(2))
        bench.close()
        print(f"records/s: file {file[-1]:.0f}, a member {one[-1]:.0f}, two {two[-1]:.0f}", flush=True)
    print(f"a member beside a file on one thread: {statistics.median(o / f for o, f in zip(one, file)):.2f}; "
          f"two members beside one: {statistics.median(t / o for t, o in zip(two, one)):.2f}")


def report(count, killed, seconds, answered):
    wanted = {(i % PARTITIONS, i // PARTITIONS) for i in range(count)}
    print(f"{count} records, {killed} kills in {seconds:.0f} s: {len(wanted - set(answered))} lost, "
          f"{sum(answered.values()) - len(answered)} answered twice", flush=True)


def kills(bin_dir, count):
    """Three members, one of them killed every six seconds, exactly once; each has its name, as where
    something restarts them."""
    bench = Bench(bin_dir, count)
    bench.cluster.produce("in", records(count))

    def start(number):
        return bench.member("--transactional-id", f"member-{number}", "--consumer-config", "session.timeout.ms=1500")
    members = [start(number) for number in range(3)]
    killed, begun = 0, time.monotonic()
    while bench.ends() < count:
        time.sleep(6)
        members[killed % 3].kill()
        members[killed % 3] = start(killed % 3)
        killed += 1
    found = {}

    def all_answered():
        found["all"] = bench.cluster.answered("out")
        return len(found["all"]) >= count
    wait_until(all_answered, seconds=900, every=10)
    seconds = time.monotonic() - begun
    for member in members:
        member.stop()
    report(count, killed, seconds, bench.cluster.answered("out"))
    bench.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=Path, default=ROOT / "build/release")
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    args = parser.parse_args()
    speed(args.bin, min(args.records, 200_000), args.runs)
    kills(args.bin, args.records)


if __name__ == "__main__":
    main()
