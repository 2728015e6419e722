"""Clusters and members, for tests and benchmarks of narr-kafka."""

import json
import os
import signal
import subprocess
import tempfile
import time
from collections import Counter
from pathlib import Path


class Cluster:
    """kafka_cluster, and what it is told. Without brokers it is the mock cluster."""

    def __init__(self, bin_dir, brokers=None):
        self.folder = Path(tempfile.mkdtemp(prefix="narr-kafka-"))
        command = [Path(bin_dir) / "tests/kafka_cluster"] + ([brokers] if brokers else [])
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.brokers = self.process.stdout.readline().strip()

    def tell(self, *words):
        self.process.stdin.write(" ".join(map(str, words)) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().split()
        if answer[:1] != ["ok"]:
            raise RuntimeError(f"{words}: {answer}")
        return answer[1:]

    def produce(self, topic, lines):
        path = self.folder / "lines"
        path.write_bytes(b"".join(line + b"\n" for line in lines))
        self.tell("produce", topic, path)

    def ends(self, topic):
        return int(self.tell("ends", topic)[0])

    def dump(self, topic):
        """Records of a topic: dictionaries."""
        path = self.folder / "dump"
        self.tell("dump", topic, path)
        names = ("partition", "offset", "key", "own", "from_partition", "from_offset", "reason", "value")
        with open(path, encoding="utf-8", errors="surrogateescape") as lines:
            return [dict(zip(names, line.rstrip("\n").split("\t", 7))) for line in lines]

    def answered(self, *topics):
        """How often each record was answered, by its partition and offset."""
        found = Counter()
        for topic in topics:
            path = self.folder / "dump"
            self.tell("dump", topic, path)
            with open(path, encoding="utf-8", errors="surrogateescape") as lines:
                found.update(tuple(map(int, line.split("\t", 6)[4:6])) for line in lines)
        return found

    def close(self):
        self.process.stdin.write("quit\n")
        self.process.stdin.close()
        code = self.process.wait(60)
        for name in os.listdir(self.folder):
            os.unlink(self.folder / name)
        self.folder.rmdir()
        return code


class Member:
    """A narr-kafka."""

    def __init__(self, bin_dir, brokers, *options, log=None):
        self.log = open(log, "ab") if log else subprocess.DEVNULL
        # low, so that who was killed is missed soon
        timeouts = ["--consumer-config", "session.timeout.ms=4000", "--consumer-config", "heartbeat.interval.ms=300"]
        self.process = subprocess.Popen(
            [Path(bin_dir) / "narr-kafka", "--brokers", brokers, *timeouts, *map(str, options)], stderr=self.log)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self, seconds=60):
        """Asks it to end; returns its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)

    def wait(self, seconds=120):
        return self.process.wait(seconds)


def wait_until(reached, seconds=120, every=0.05):
    """Waits for a condition, a long time if it must be."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if reached():
            return
        time.sleep(every)
    raise TimeoutError("it did not come to that")


def posts(count, text="US troops are leaving Kosovo, number {}"):
    return [json.dumps({"id": i, "text": text.format(i)}).encode() for i in range(count)]
