#!/usr/bin/env python3
"""narr-kafka on librdkafka's mock cluster, and, as that has no transactions, on broker.py:
members are killed, added and removed, brokers fail, and every record is accounted for.

    run.py --bin build/release [scenario...]"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from kafka import Cluster, Member, posts, wait_until

HERE = Path(__file__).resolve().parent
AT_A_TIME = 4
PARTITIONS = 6
TOPICS = {"in": PARTITIONS, "out": 12, "dead": 1}
ONCE, TWICE = "exactly-once", "at-least-once"
SERVICE = b'{"kind":"identity","did":"did:plc:x","time_us":1}'


class Scene:
    """A cluster with topics, members, and what they say."""

    def __init__(self, bin_dir, model, transactions):
        self.bin, self.model, self.members, self.broker = bin_dir, model, [], None
        self.log = Path(tempfile.mkdtemp(prefix="narr-kafka-log-")) / "log"
        if transactions:
            self.broker = subprocess.Popen(
                [sys.executable, HERE / "broker.py"] + [f"{name}:{count}" for name, count in TOPICS.items()],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            self.cluster = Cluster(bin_dir, self.broker.stdout.readline().strip())
        else:
            self.cluster = Cluster(bin_dir)
            for name, count in TOPICS.items():
                self.cluster.tell("create", name, count)

    def tell_broker(self, *words):
        self.broker.stdin.write(" ".join(map(str, words)) + "\n")
        self.broker.stdin.flush()
        return self.broker.stdout.readline().strip()

    def start(self, delivery, *options):
        member = Member(self.bin, self.cluster.brokers, "-m", self.model, "--input-topic", "in", "--output-topic", "out",
                        "--delivery", delivery, "--batch", 200, "--linger", 100, "--stats", 0, *options, log=self.log)
        self.members.append(member)
        return member

    def answered(self):
        """The records behind the answers, with how often each was answered."""
        return self.cluster.answered("out", "dead")

    def wait_for(self, count):
        """Until so many records were written, some of them perhaps twice, aborted, or markers."""
        wait_until(lambda: self.cluster.ends("out") >= count)

    def wait_for_all(self, count):
        """Until each of so many records is answered."""
        wait_until(lambda: self.cluster.ends("out") >= count and len(self.answered()) >= count, every=0.5)

    def notes(self):
        return self.log.read_text(encoding="utf-8") if self.log.exists() else ""

    def close(self):
        for member in self.members:
            if member.process.poll() is None:
                member.kill()
            if member.log != subprocess.DEVNULL:
                member.log.close()
        code = self.cluster.close()
        if self.broker:
            self.broker.kill()
            self.broker.wait()
        if self.log.exists():
            self.log.unlink()
        self.log.parent.rmdir()
        return code


def expect(condition, what):
    if not condition:
        raise AssertionError(what)


def all_records(count):
    """Where `produce` puts them."""
    return {(i % PARTITIONS, i // PARTITIONS) for i in range(count)}


# ---- Scenarios: what happens to (bin, model) ---------------------------------------------------

def each_kind_of_record(scene, delivery):
    lines = posts(50) + [b'{"id":', b"", b'{"id":52,"text":7}', b'{"id":"53","text":"\xc5\xbeena"}']
    scene.cluster.produce("in", lines)
    code = scene.start(delivery, "--exit-at-end", "--dead-letter-topic", "dead").wait()
    expect(code == 0, f"exit {code}: {scene.notes()}")
    out = {int(r["key"]): r for r in scene.cluster.dump("out")}
    dead = {int(r["key"]): r for r in scene.cluster.dump("dead")}
    expect(set(out) == set(range(54)) - {50, 52} and set(dead) == {50, 52}, (sorted(out), dead))
    plain = subprocess.run([scene.bin / "narr-classify", "-m", scene.model, "--quiet", "-"],
                           input=b"\n".join(lines), capture_output=True, check=True).stdout.decode().splitlines()
    for key, record in out.items():
        expect(record["value"] == ("" if key == 51 else plain[key]), record)
        expect(record["own"] == "header", record)
        expect((int(record["from_partition"]), int(record["from_offset"])) == (key % 6, key // 6), record)
    expect(dead[50]["value"] == '{"id":' and "not valid JSON" in dead[50]["reason"], dead[50])
    expect(dead[52]["reason"] == 'field "text" is not a string', dead[52])


def without_dead_letters(scene, delivery):
    scene.cluster.produce("in", [b'{"id":3,"text":', b'{"id":4,"text":"x"}', SERVICE])
    code = scene.start(delivery, "--exit-at-end", "--only-flagged", "--format", "jsonl").wait()
    expect(code == 0, scene.notes())
    out = [json.loads(r["value"]) for r in scene.cluster.dump("out")]
    expect([o["error"] for o in out] == ["input"] * 2, out)  # the second is flagged with nothing
    for _ in range(2):  # what was committed is not read again
        expect(scene.start(delivery, "--exit-at-end", "--only-flagged").wait() == 0, scene.notes())
    expect(len(scene.cluster.dump("out")) == 2, "answered again")


def feed(scene, lines, size=300):
    """Produces the records a few at a time, so that members are always in the middle of something."""
    feeder = Cluster(scene.bin, scene.cluster.brokers)
    for at in range(0, len(lines), size):
        feeder.produce("in", lines[at:at + size])
        time.sleep(0.05)
    feeder.close()


def chaos(scene, delivery, count=24000):
    """Members are killed in the middle of things, added, and asked to go."""
    options = ["--linger", 2000, "--batch", 100000] + (["--producer-config", "transaction.timeout.ms=10000"] if delivery == ONCE else [])
    feeder = threading.Thread(target=feed, args=(scene, posts(count)))
    feeder.start()
    first, second = scene.start(delivery, *options), scene.start(delivery, *options)
    scene.wait_for(count // 12)
    first.kill()
    third = scene.start(delivery, *options)
    scene.wait_for(3 * count // 12)
    fourth = scene.start(delivery, *options)
    scene.wait_for(5 * count // 12)
    third.kill()
    fifth = scene.start(delivery, *options)
    scene.wait_for(7 * count // 12)
    expect(second.stop() == 0, "a member that was asked to go: " + scene.notes())
    feeder.join()
    scene.wait_for_all(count)
    expect(fourth.stop() == 0 and fifth.stop() == 0, scene.notes())
    answered = scene.answered()
    lost, twice = all_records(count) - set(answered), sum(answered.values()) - len(answered)
    expect(not lost, f"{len(lost)} lost")
    expect(delivery == TWICE or twice == 0, f"{twice} answered twice")
    return f"{count} records, none lost, {twice} twice"


def brokers_fail(scene, delivery, count=12000):
    """A broker goes and comes back, requests fail: all is answered all the same."""
    scene.cluster.produce("in", posts(count))
    scene.cluster.tell("fail", 0, 7, 3)   # produce: timed out
    scene.cluster.tell("fail", 0, 6, 3)   # produce: not the leader
    scene.cluster.tell("fail", 1, 6, 3)   # fetch: not the leader
    scene.cluster.tell("fail", 8, 14, 2)  # offset commit: the coordinator loads
    member = scene.start(delivery)
    scene.wait_for(count // 4)
    scene.cluster.tell("down", 1)
    time.sleep(1)
    scene.cluster.tell("up", 1)
    scene.cluster.tell("down", 2)
    time.sleep(1)
    scene.cluster.tell("up", 2)
    scene.wait_for_all(count)
    expect(member.stop() == 0, scene.notes())
    lost = all_records(count) - set(scene.answered())
    expect(not lost, f"{len(lost)} lost")


def transactions_fail(scene, delivery, count=12000):
    """What can't be committed is given up and done once more."""
    scene.cluster.produce("in", posts(count))
    for api, error, times in ((28, 22, 1), (28, 16, 1), (25, 51, 2), (26, 51, 2), (28, 25, 1), (24, 51, 2), (0, 7, 2)):
        scene.tell_broker("fail", api, error, times)
    member = scene.start(delivery)
    scene.wait_for_all(count)
    expect(member.stop() == 0, scene.notes())
    answered = scene.answered()
    expect(set(answered) == all_records(count) and max(answered.values()) == 1, "lost, or twice")
    aborted = re.search(r"'aborted': (\d+)", scene.tell_broker("fail", 0, 0, 0))
    expect(int(aborted[1]) >= 1, "nothing was given up: this showed nothing")
    expect("once more" in scene.notes(), scene.notes())


def fenced(scene, delivery, count=12000):
    """Of two members with one name the first ends, and says why."""
    scene.cluster.produce("in", posts(count))
    first = scene.start(delivery, "--transactional-id", "same")
    scene.wait_for(count // 4)
    second = scene.start(delivery, "--transactional-id", "same")
    scene.cluster.tell("produce", "in", scene.cluster.folder / "lines")  # the same once more
    expect(first.wait() == 5, scene.notes())
    expect("another member has this transactional id" in scene.notes(), scene.notes())
    wait_until(lambda: len(scene.answered()) >= 2 * count, every=0.5)
    expect(second.stop() == 0, scene.notes())
    answered = scene.answered()
    expect(len(answered) == 2 * count and max(answered.values()) == 1, "lost, or twice")


def hopeless(scene, delivery):
    """No topic, no broker: an error in words."""
    code = subprocess.run([scene.bin / "narr-kafka", "-m", scene.model, "--brokers", scene.cluster.brokers,
                           "--input-topic", "in", "--output-topic", "nowhere", "--delivery", delivery],
                          capture_output=True, text=True)
    expect(code.returncode == 5 and "topic nowhere: Broker: Unknown topic" in code.stderr, code.stderr)


SCENARIOS = [  # name, what happens, whether on broker.py, how; the longest first
    ("broker.py: chaos, exactly once", chaos, True, ONCE),
    ("mock: chaos, at least once", chaos, False, TWICE),
    ("mock: each kind of record, at least once", each_kind_of_record, False, TWICE),
    ("mock: each kind of record, in transactions", each_kind_of_record, False, ONCE),
    ("mock: without dead letters", without_dead_letters, False, TWICE),
    ("mock: brokers fail, at least once", brokers_fail, False, TWICE),
    ("broker.py: each kind of record, exactly once", each_kind_of_record, True, ONCE),
    ("broker.py: without dead letters, exactly once", without_dead_letters, True, ONCE),
    ("broker.py: transactions fail, exactly once", transactions_fail, True, ONCE),
    ("broker.py: fenced, exactly once", fenced, True, ONCE),
    ("broker.py: hopeless", hopeless, True, ONCE),
]


def run(name, scenario, scene, delivery):
    start = time.monotonic()
    try:
        said = scenario(scene, delivery)
        code = scene.close()
        expect(code == 0, f"kafka_cluster: exit {code}")
    except Exception:  # a failure is told, and the next scenario is run
        notes = scene.notes()
        print(f"FAILED {name}\n{traceback.format_exc()}{notes[-4000:]}", flush=True)
        scene.close()
        return False
    print(f"passed {name}, {time.monotonic() - start:.1f} s{': ' + said if said else ''}", flush=True)
    return True


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=Path, required=True)
    parser.add_argument("scenario", nargs="*", help="a part of its name")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        model = Path(folder) / "tiny.narr"
        subprocess.run([args.bin / "narr-train", "--quiet", HERE.parent / "golden/data/tiny.csv", "-o", model],
                       stdout=subprocess.DEVNULL, check=True)
        wanted = [s for s in SCENARIOS if not args.scenario or any(part in s[0] for part in args.scenario)]
        with ThreadPoolExecutor(AT_A_TIME) as pool:  # most of the time they wait for timeouts
            fine = list(pool.map(lambda s: run(s[0], s[1], Scene(args.bin, model, s[2]), s[3]), wanted))
    passed, failed = sum(fine), len(fine) - sum(fine)
    print(f"{passed} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
