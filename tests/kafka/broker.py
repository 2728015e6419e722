#!/usr/bin/env python3
"""A Kafka cluster of one broker in memory, with what librdkafka's mock cluster leaves out:
transactions. Offsets sent to a transaction count when it is committed, what is aborted is
not seen by who reads committed records only, producers are fenced by their epochs and
members by their generations (KIP-98, KIP-447).

    broker.py TOPIC:PARTITIONS...

prints its address, then obeys lines on standard input:

    fail API CODE COUNT    the next COUNT requests of that kind are answered with the error
    ends TOPIC             says how many records and markers it has
    hold TOPIC             nobody gets records of it, until
    release TOPIC
    members GROUP          says how many have partitions
    abort SECONDS          transactions are given up after that time, whatever their timeout
"""

import socket
import struct
import sys
import threading
import time

(PRODUCE, FETCH, LIST_OFFSETS, METADATA, OFFSET_COMMIT, OFFSET_FETCH, FIND_COORDINATOR, JOIN, HEARTBEAT, LEAVE, SYNC,
 API_VERSIONS, INIT_PRODUCER_ID, ADD_PARTITIONS, ADD_OFFSETS, END_TXN,
 TXN_OFFSET_COMMIT) = 0, 1, 2, 3, 8, 9, 10, 11, 12, 13, 14, 18, 22, 24, 25, 26, 28
VERSIONS = {PRODUCE: 3, FETCH: 4, LIST_OFFSETS: 2, METADATA: 2, OFFSET_COMMIT: 2, OFFSET_FETCH: 7, FIND_COORDINATOR: 1,
            JOIN: 2, HEARTBEAT: 1, LEAVE: 1, SYNC: 1, API_VERSIONS: 0, INIT_PRODUCER_ID: 1, ADD_PARTITIONS: 0,
            ADD_OFFSETS: 0, END_TXN: 1, TXN_OFFSET_COMMIT: 3}
FLEXIBLE = {OFFSET_FETCH, TXN_OFFSET_COMMIT}
(UNKNOWN_TOPIC, ILLEGAL_GENERATION, UNKNOWN_MEMBER, REBALANCE, UNSUPPORTED_VERSION, OUT_OF_ORDER, INVALID_EPOCH,
 INVALID_TXN_STATE, UNSTABLE_OFFSET, PRODUCER_FENCED) = 3, 22, 25, 27, 35, 45, 47, 48, 88, 90
CONTROL, TRANSACTIONAL = 0x20, 0x10


# ---- The wire ---------------------------------------------------------------------------

class Reader:
    def __init__(self, data):
        self.data, self.at = memoryview(data), 0

    def take(self, form):
        values = struct.unpack_from(">" + form, self.data, self.at)
        self.at += struct.calcsize(">" + form)
        return values[0] if len(values) == 1 else values

    def raw(self, length):
        self.at += length
        return bytes(self.data[self.at - length:self.at])

    def string(self):
        length = self.take("h")
        return None if length < 0 else self.raw(length).decode()

    def blob(self):
        length = self.take("i")
        return None if length < 0 else self.raw(length)

    def array(self, item):
        return [item() for _ in range(self.take("i"))]

    def varint(self):
        value = shift = 0
        while True:
            byte = self.take("B")
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    def compact_string(self):
        length = self.varint() - 1
        return None if length < 0 else self.raw(length).decode()

    def compact_array(self, item):
        return [item() for _ in range(self.varint() - 1)]

    def tags(self):
        for _ in range(self.varint()):
            self.varint()
            self.raw(self.varint())


def string(text):
    return struct.pack(">h", -1) if text is None else struct.pack(">h", len(text.encode())) + text.encode()


def blob(data):
    return struct.pack(">i", len(data)) + data


def array(items):
    return struct.pack(">i", len(items)) + b"".join(items)


def varint(value):
    out = b""
    while value > 0x7F:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def compact_string(text):
    return varint(0) if text is None else varint(len(text.encode()) + 1) + text.encode()


def compact_array(items):
    return varint(len(items) + 1) + b"".join(items)


def make_crc_table():
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ (0x82F63B78 if byte & 1 else 0)
        table.append(byte)
    return table


CRC_TABLE = make_crc_table()


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = CRC_TABLE[(crc ^ byte) & 0xFF] ^ crc >> 8
    return crc ^ 0xFFFFFFFF


def marker(producer, epoch, committed):
    """A control batch that ends a transaction."""
    def signed(value):
        return varint(value << 1)
    record = b"\0\0\0" + signed(4) + struct.pack(">hh", 0, committed) + signed(6) + struct.pack(">hi", 0, 0) + b"\0"
    record = signed(len(record)) + record
    now = int(time.time() * 1000)
    body = struct.pack(">hiqqqhii", TRANSACTIONAL | CONTROL, 0, now, now, producer, epoch, -1, 1) + record
    return struct.pack(">qiibI", 0, len(body) + 9, 0, 2, crc32c(body)) + body


# ---- What it keeps ------------------------------------------------------------------------

class Partition:
    def __init__(self):
        self.batches = []    # (first offset, next offset, bytes)
        self.end = 0
        self.open = {}       # producer -> first offset of its transaction here
        self.aborted = []    # (producer, first offset, last offset)
        self.sequences = {}  # (producer, epoch) -> [(base sequence, offset)]

    def stable(self):
        return min(self.open.values(), default=self.end)

    def append(self, batch, count):
        batch = b"".join((struct.pack(">q", self.end), memoryview(batch)[8:]))
        self.batches.append((self.end, self.end + count, batch))
        self.end += count
        return self.end - count

    def finish(self, producer, epoch, committed):
        first = self.open.pop(producer, None)
        last = self.append(marker(producer, epoch, committed), 1)
        if first is not None and not committed:
            self.aborted.append((producer, first, last))

    def read(self, offset, limit, end):
        """Batches from the one with that offset on."""
        low, high = 0, len(self.batches)
        while low < high:
            middle = (low + high) // 2
            if self.batches[middle][1] <= offset:
                low = middle + 1
            else:
                high = middle
        out = []
        size = 0
        while low < len(self.batches) and self.batches[low][0] < end and (not out or size < limit):
            out.append(self.batches[low][2])
            size += len(out[-1])
            low += 1
        return b"".join(out)


class Transaction:
    def __init__(self, producer):
        self.producer, self.epoch, self.timeout = producer, -1, 60
        self.since = None     # it is open
        self.partitions = set()
        self.offsets = {}     # (group, topic, partition) -> offset
        self.last = None      # how the one before ended


class Group:
    def __init__(self):
        self.members = {}     # id -> dictionary
        self.generation = 0
        self.state = "empty"  # joining, syncing, stable
        self.deadline = 0
        self.protocol = self.leader = ""
        self.offsets = {}     # (topic, partition) -> offset


class Broker:
    def __init__(self, topics):
        self.lock = threading.Condition()
        self.topics = {name: [Partition() for _ in range(count)] for name, count in topics.items()}
        self.transactions = {}  # by transactional id
        self.producers = {}     # id -> Transaction, or None without
        self.groups = {}
        self.faults = []        # [API, error, how often]
        self.abort_after = None
        self.held = set()
        self.counted = {"committed": 0, "aborted": 0, "fenced": 0}

    def partition(self, topic, number):
        partitions = self.topics.get(topic, [])
        return partitions[number] if 0 <= number < len(partitions) else None

    def fault(self, api):
        for fault in self.faults:
            if fault[0] == api and fault[2] > 0:
                fault[2] -= 1
                return fault[1]
        return 0

    # ---- Transactions

    def owner_error(self, transaction, producer, epoch):
        if transaction is None or transaction.producer != producer:
            return INVALID_TXN_STATE
        if transaction.epoch != epoch:
            self.counted["fenced"] += 1
            return INVALID_EPOCH
        return 0

    def end(self, transaction, committed, epoch=None):
        for topic, number in sorted(transaction.partitions):
            self.partition(topic, number).finish(transaction.producer, transaction.epoch, committed)
        for (group, topic, number), offset in transaction.offsets.items():
            if committed:
                self.groups.setdefault(group, Group()).offsets[topic, number] = offset
        self.counted["committed" if committed else "aborted"] += 1
        transaction.partitions, transaction.offsets, transaction.since = set(), {}, None
        transaction.last = committed
        if epoch is not None:
            transaction.epoch = epoch
        self.lock.notify_all()

    def init_producer_id(self, r):
        name, timeout = r.string(), r.take("i")
        error = self.fault(INIT_PRODUCER_ID)
        if error:
            return struct.pack(">ihqh", 0, error, -1, -1)
        if name is None:
            producer = len(self.producers) + 1000
            self.producers[producer] = None
            return struct.pack(">ihqh", 0, 0, producer, 0)
        transaction = self.transactions.get(name)
        if transaction is None:
            transaction = self.transactions[name] = Transaction(len(self.producers) + 1000)
            self.producers[transaction.producer] = transaction
        if transaction.since is not None:
            self.end(transaction, False)
        transaction.epoch += 1
        transaction.timeout = timeout / 1000
        transaction.last = None
        return struct.pack(">ihqh", 0, 0, transaction.producer, transaction.epoch)

    def begin(self, transaction):
        if transaction.since is None:
            transaction.since = time.monotonic()
            transaction.last = None

    def add_partitions(self, r):
        name, producer, epoch = r.string(), r.take("q"), r.take("h")
        topics = r.array(lambda: (r.string(), r.array(lambda: r.take("i"))))
        transaction = self.transactions.get(name)
        error = self.fault(ADD_PARTITIONS) or self.owner_error(transaction, producer, epoch)
        if not error:
            self.begin(transaction)
            transaction.partitions |= {(topic, number) for topic, numbers in topics for number in numbers}
        return struct.pack(">i", 0) + array(
            [string(topic) + array([struct.pack(">ih", number, error) for number in numbers])
             for topic, numbers in topics])

    def add_offsets(self, r):
        name, producer, epoch, _ = r.string(), r.take("q"), r.take("h"), r.string()
        transaction = self.transactions.get(name)
        error = self.fault(ADD_OFFSETS) or self.owner_error(transaction, producer, epoch)
        if not error:
            self.begin(transaction)
        return struct.pack(">ih", 0, error)

    def txn_offset_commit(self, r):
        name, group_name = r.compact_string(), r.compact_string()
        producer, epoch, generation, member = r.take("q"), r.take("h"), r.take("i"), r.compact_string()
        r.compact_string()

        def part():
            number, offset, _ = r.take("i"), r.take("q"), r.take("i")
            r.compact_string()
            r.tags()
            return number, offset

        def topic():
            found = r.compact_string(), r.compact_array(part)
            r.tags()
            return found
        topics = r.compact_array(topic)
        transaction, group = self.transactions.get(name), self.groups.get(group_name)
        error = self.fault(TXN_OFFSET_COMMIT) or self.owner_error(transaction, producer, epoch)
        if not error and generation >= 0:
            if group is None or member not in group.members:
                error = UNKNOWN_MEMBER
            elif generation != group.generation:
                error = ILLEGAL_GENERATION
        if not error:
            for topic_name, parts in topics:
                for number, offset in parts:
                    transaction.offsets[group_name, topic_name, number] = offset
        return struct.pack(">i", 0) + compact_array(
            [compact_string(topic_name) + compact_array([struct.pack(">ihb", number, error, 0) for number, _ in parts]) +
             b"\0" for topic_name, parts in topics]) + b"\0"

    def end_txn(self, r):
        name, producer, epoch, committed = r.string(), r.take("q"), r.take("h"), r.take("b") != 0
        transaction = self.transactions.get(name)
        error = self.fault(END_TXN) or self.owner_error(transaction, producer, epoch)
        if not error and transaction.since is None and transaction.last != committed:
            error = INVALID_TXN_STATE if committed else 0
        elif not error and transaction.since is not None:
            self.end(transaction, committed)
        return struct.pack(">ih", 0, error)

    # ---- Records

    def append(self, topic, number, records, name):
        partition = self.partition(topic, number)
        if partition is None:
            return UNKNOWN_TOPIC, -1
        attributes, _, _, _, producer, epoch, sequence, count = struct.unpack_from(">hiqqqhii", records, 21)
        transaction = self.transactions.get(name) if name else None
        if attributes & TRANSACTIONAL:
            error = self.owner_error(transaction, producer, epoch)
            if not error and (topic, number) not in transaction.partitions:
                error = INVALID_TXN_STATE
            if error:
                return error, -1
            partition.open.setdefault(producer, partition.end)
        if producer >= 0:
            seen = partition.sequences.setdefault((producer, epoch), [])
            for base, offset in seen:
                if base == sequence:
                    return 0, offset
        offset = partition.append(records, count)
        if producer >= 0:
            seen.append((sequence, offset))
            del seen[:-5]
        self.lock.notify_all()
        return 0, offset

    def produce(self, r):
        name, _, _ = r.string(), r.take("h"), r.take("i")
        topics = r.array(lambda: (r.string(), r.array(lambda: (r.take("i"), r.blob()))))
        fault = self.fault(PRODUCE)
        answers = []
        for topic, parts in topics:
            results = []
            for number, records in parts:
                error, offset = (fault, -1) if fault else self.append(topic, number, records, name)
                results.append(struct.pack(">ihqq", number, error, offset, -1))
            answers.append(string(topic) + array(results))
        return array(answers) + struct.pack(">i", 0)

    def fetch(self, r):
        _, wait, least, most, committed = r.take("iiiib")
        topics = r.array(lambda: (r.string(), r.array(lambda: r.take("iqi"))))
        deadline = time.monotonic() + wait / 1000
        while True:
            answers, size = [], 0
            for topic, parts in topics:
                results = []
                for number, offset, limit in parts:
                    partition = self.partition(topic, number)
                    if partition is None:
                        results.append(struct.pack(">ihqqii", number, UNKNOWN_TOPIC, -1, -1, -1, 0))
                        continue
                    stable = partition.stable()
                    end = stable if committed else partition.end
                    full = size >= most or topic in self.held
                    data = b"" if full else partition.read(offset, min(limit, most - size), end)
                    size += len(data)
                    aborted = [struct.pack(">qq", producer, first) for producer, first, last in partition.aborted
                               if last >= offset] if committed else []
                    results.append(struct.pack(">ihqq", number, 0, partition.end, stable) + array(aborted) + blob(data))
                answers.append(string(topic) + array(results))
            left = deadline - time.monotonic()
            if size >= max(least, 1) or left <= 0:
                return struct.pack(">i", 0) + array(answers)
            self.lock.wait(left)

    def list_offsets(self, r):
        _, committed = r.take("ib")
        topics = r.array(lambda: (r.string(), r.array(lambda: r.take("iq"))))

        def result(topic, number, moment):
            partition = self.partition(topic, number)
            if partition is None:
                return struct.pack(">ihqq", number, UNKNOWN_TOPIC, -1, -1)
            end = partition.stable() if committed else partition.end
            return struct.pack(">ihqq", number, 0, -1, 0 if moment == -2 else end)
        return struct.pack(">i", 0) + array(
            [string(topic) + array([result(topic, *part) for part in parts]) for topic, parts in topics])

    # ---- Where things are

    def metadata(self, r):
        count = r.take("i")
        names = list(self.topics) if count < 0 else [r.string() for _ in range(count)]
        node = struct.pack(">i", 1) + string("127.0.0.1") + struct.pack(">i", self.port) + string(None)

        def topic(name):
            parts = [struct.pack(">hii", 0, number, 1) + array([struct.pack(">i", 1)]) * 2
                     for number in range(len(self.topics.get(name, [])))]
            return struct.pack(">h", 0 if parts else UNKNOWN_TOPIC) + string(name) + b"\0" + array(parts)
        return array([node]) + string("memory") + struct.pack(">i", 1) + array([topic(name) for name in names])

    def find_coordinator(self, r):
        return struct.pack(">ih", 0, 0) + string(None) + struct.pack(">i", 1) + string("127.0.0.1") + struct.pack(
            ">i", self.port)

    def api_versions(self, error):
        return struct.pack(">h", error) + array([struct.pack(">hhh", api, 0, most) for api, most in VERSIONS.items()])

    # ---- Groups

    def rebalance(self, group):
        if group.state != "joining":
            group.state = "joining"
            group.deadline = time.monotonic() + max((m["rebalance"] for m in group.members.values()), default=1)
            for member in group.members.values():
                member["joined"] = False
        self.lock.notify_all()

    def complete_join(self, group):
        """Once all have joined again, or time is up."""
        if group.state != "joining" or not any(m["joined"] for m in group.members.values()):
            return
        if not all(m["joined"] for m in group.members.values()) and time.monotonic() < group.deadline:
            return
        group.members = {name: m for name, m in group.members.items() if m["joined"]}
        group.generation += 1
        group.state = "syncing"
        common = set.intersection(*[set(m["protocols"]) for m in group.members.values()])
        group.leader = group.leader if group.leader in group.members else next(iter(group.members))
        group.protocol = next(p for p in group.members[group.leader]["protocols"] if p in common)
        for member in group.members.values():
            member["assignment"] = None
        self.lock.notify_all()

    def join(self, r):
        name, session, rebalance, member_name, _ = r.string(), r.take("i"), r.take("i"), r.string(), r.string()
        protocols = dict(r.array(lambda: (r.string(), r.blob())))
        group = self.groups.setdefault(name, Group())
        if member_name and member_name not in group.members:
            return struct.pack(">ihi", 0, UNKNOWN_MEMBER, -1) + string("") * 2 + string(member_name) + array([])
        member_name = member_name or f"member-{time.monotonic_ns()}"
        member = group.members.setdefault(member_name, {})
        member.update(session=session / 1000, rebalance=rebalance / 1000, protocols=protocols, seen=time.monotonic(),
                      joined=member.get("joined", False), assignment=None)
        self.rebalance(group)
        member["joined"] = True
        generation = group.generation
        while group.generation == generation and group.members.get(member_name) is member:
            self.complete_join(group)
            if group.generation == generation:
                member["seen"] = time.monotonic()
                self.lock.wait(0.05)
        if member_name not in group.members:
            return struct.pack(">ihi", 0, UNKNOWN_MEMBER, -1) + string("") * 2 + string(member_name) + array([])
        member["seen"] = time.monotonic()
        others = [string(m) + blob(group.members[m]["protocols"][group.protocol])
                  for m in group.members] if member_name == group.leader else []
        return struct.pack(">ihi", 0, 0, group.generation) + string(group.protocol) + string(group.leader) + string(
            member_name) + array(others)

    def member_error(self, group, generation, member):
        if group is None or member not in group.members:
            return UNKNOWN_MEMBER
        group.members[member]["seen"] = time.monotonic()
        if generation != group.generation:
            return ILLEGAL_GENERATION
        return 0

    def sync(self, r):
        name, generation, member = r.string(), r.take("i"), r.string()
        assignments = dict(r.array(lambda: (r.string(), r.blob())))
        group = self.groups.get(name)
        error = self.member_error(group, generation, member)
        if not error and member == group.leader and group.state == "syncing":
            for other in group.members:
                group.members[other]["assignment"] = assignments.get(other, b"")
            group.state = "stable"
            self.lock.notify_all()
        while not error and group.state == "syncing" and group.generation == generation:
            self.lock.wait(0.05)
            error = self.member_error(group, generation, member)
        if not error and group.state != "stable":
            error = REBALANCE
        return struct.pack(">ih", 0, error) + blob(b"" if error else group.members[member]["assignment"] or b"")

    def heartbeat(self, r):
        name, generation, member = r.string(), r.take("i"), r.string()
        group = self.groups.get(name)
        error = self.fault(HEARTBEAT) or self.member_error(group, generation, member)
        return struct.pack(">ih", 0, error or (REBALANCE if group.state == "joining" else 0))

    def leave(self, r):
        name, member = r.string(), r.string()
        group = self.groups.get(name)
        if group and group.members.pop(member, None):
            self.rebalance(group)
        return struct.pack(">ih", 0, 0)

    def offset_commit(self, r):
        name, generation, member, _ = r.string(), r.take("i"), r.string(), r.take("q")
        topics = r.array(lambda: (r.string(), r.array(lambda: (r.take("i"), r.take("q"), r.string()))))
        group = self.groups.get(name)
        error = self.fault(OFFSET_COMMIT) or self.member_error(group, generation, member)
        if not error:
            for topic, parts in topics:
                for number, offset, _ in parts:
                    group.offsets[topic, number] = offset
        return array([string(topic) + array([struct.pack(">ih", number, error) for number, _, _ in parts])
                      for topic, parts in topics])

    def offset_fetch(self, r):
        def topic():
            found = r.compact_string(), r.compact_array(lambda: r.take("i"))
            r.tags()
            return found
        name, topics, stable = r.compact_string(), r.compact_array(topic), r.take("b")
        group = self.groups.get(name)
        pending = {key[1:] for t in self.transactions.values() for key in t.offsets if key[0] == name}

        def part(topic_name, number):
            error = UNSTABLE_OFFSET if stable and (topic_name, number) in pending else 0
            offset = group.offsets.get((topic_name, number), -1) if group else -1
            return struct.pack(">iqi", number, offset, -1) + compact_string("") + struct.pack(">hb", error, 0)
        return struct.pack(">i", 0) + compact_array(
            [compact_string(topic_name) + compact_array([part(topic_name, n) for n in numbers]) + b"\0"
             for topic_name, numbers in topics]) + struct.pack(">hb", 0, 0)

    # ---- Time

    def watch(self):
        """Misses members and gives up transactions."""
        while True:
            time.sleep(0.1)
            with self.lock:
                now = time.monotonic()
                for group in self.groups.values():
                    gone = [n for n, m in group.members.items() if now - m["seen"] > m["session"]]
                    for name in gone:
                        del group.members[name]
                    if gone:
                        self.rebalance(group)
                    self.complete_join(group)
                for transaction in self.transactions.values():
                    limit = self.abort_after if self.abort_after is not None else transaction.timeout
                    if transaction.since is not None and now - transaction.since > limit:
                        self.end(transaction, False, transaction.epoch + 1)

    # ---- Connections

    HANDLERS = {PRODUCE: produce, FETCH: fetch, LIST_OFFSETS: list_offsets, METADATA: metadata,
                OFFSET_COMMIT: offset_commit, OFFSET_FETCH: offset_fetch, FIND_COORDINATOR: find_coordinator, JOIN: join,
                HEARTBEAT: heartbeat, LEAVE: leave, SYNC: sync, INIT_PRODUCER_ID: init_producer_id,
                ADD_PARTITIONS: add_partitions, ADD_OFFSETS: add_offsets, END_TXN: end_txn,
                TXN_OFFSET_COMMIT: txn_offset_commit}

    def answer(self, request):
        r = Reader(request)
        api, version, correlation = r.take("hhi")
        r.string()
        if api == API_VERSIONS:
            return struct.pack(">i", correlation) + self.api_versions(0 if version == 0 else UNSUPPORTED_VERSION)
        if version != VERSIONS[api]:
            raise ValueError(f"version {version} of request {api}")
        head = struct.pack(">i", correlation)
        if api in FLEXIBLE:
            r.tags()
            head += b"\0"
        with self.lock:
            return head + self.HANDLERS[api](self, r)

    def serve(self, connection):
        def receive(length):
            parts = bytearray(length)
            view = memoryview(parts)
            while length:
                got = connection.recv_into(view[-length:], length, socket.MSG_WAITALL)
                if not got:
                    raise ConnectionError
                length -= got
            return parts
        try:
            while True:
                request = receive(struct.unpack(">i", receive(4))[0])
                answer = self.answer(request)
                connection.sendall(struct.pack(">i", len(answer)) + answer)
        except (ConnectionError, OSError):
            connection.close()

    def tell(self, words):
        if words[0] == "ends":
            return sum(partition.end for partition in self.topics[words[1]])
        if words[0] == "members":
            group = self.groups.get(words[1])
            return len(group.members) if group and group.state == "stable" else 0
        return f"ok {self.counted}"

    def run(self):
        listener = socket.create_server(("127.0.0.1", 0))
        for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):  # accepted connections have them, too
            listener.setsockopt(socket.SOL_SOCKET, option, 4 << 20)
        self.port = listener.getsockname()[1]
        print(f"127.0.0.1:{self.port}", flush=True)
        threading.Thread(target=self.watch, daemon=True).start()

        def accept():
            while True:
                connection, _ = listener.accept()
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                threading.Thread(target=self.serve, args=(connection,), daemon=True).start()
        threading.Thread(target=accept, daemon=True).start()
        for line in sys.stdin:
            words = line.split()
            with self.lock:
                if words[0] == "fail":
                    self.faults.append([int(word) for word in words[1:4]])
                elif words[0] == "abort":
                    self.abort_after = float(words[1])
                elif words[0] == "hold":
                    self.held.add(words[1])
                elif words[0] == "release":
                    self.held.discard(words[1])
                    self.lock.notify_all()
                print(self.tell(words), flush=True)


if __name__ == "__main__":
    sys.setswitchinterval(0.0002)  # requests wait for one another, not for that
    Broker({name: int(count) for name, count in (word.split(":") for word in sys.argv[1:])}).run()
