#!/usr/bin/env python3
"""What reading each platform's format costs against plain JSON lines: the same
posts in each, megabytes a second on one thread, and the most memory.

    scripts/bench_formats.py DATA [--bin DIR] [--runs N] [--telegram-gb G]

DATA holds russian_troll_tweets/stream_200k.jsonl and train.csv. Formats are run
in turn, N times; medians, and ratios to plain JSON lines of the same run. With
--telegram-gb a Telegram export of that size is read, too."""

import argparse
import gzip
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def mastodon(post):
    return {"id": post["id"], "created_at": post["created_at"], "in_reply_to_id": None, "sensitive": False,
            "spoiler_text": "", "visibility": "public", "language": post["lang"], "uri": "https://example.org/x",
            "replies_count": 0, "reblogs_count": 1, "content": f"<p>{post['text']}</p>", "reblog": None,
            "account": {"id": "1", "username": "x", "acct": post["author"], "bot": False, "note": "<p>note</p>"},
            "media_attachments": [], "mentions": [], "tags": [], "emojis": [], "card": None, "poll": None}


def bluesky(post):
    return {"did": "did:plc:" + post["author"], "time_us": 1725911162329308, "kind": "commit",
            "commit": {"rev": "3l3qo2vutsw2b", "operation": "create", "collection": "app.bsky.feed.post",
                       "rkey": post["id"], "cid": "bafyreidwaivazkwu67xztlmuobx35hs2lnfh3kolmgfmucldvhd3sgzcqi",
                       "record": {"$type": "app.bsky.feed.post", "createdAt": post["created_at"],
                                  "langs": [post["lang"]], "text": post["text"]}}}


def x_v1(post):
    return {"created_at": post["created_at"], "id_str": post["id"], "full_text": post["text"], "truncated": False,
            "entities": {"hashtags": [], "symbols": [], "user_mentions": [], "urls": []}, "source": "<a>web</a>",
            "user": {"id_str": "1", "name": "n", "screen_name": post["author"], "location": "", "description": "d",
                     "followers_count": 1, "friends_count": 2, "verified": False}, "is_quote_status": False,
            "retweet_count": 0, "favorite_count": 0, "favorited": False, "lang": post["lang"]}


def telegram(post):
    return {"id": 1, "type": "message", "date": post["created_at"], "date_unixtime": "1759305900",
            "from": post["author"], "from_id": "channel1", "text": ["", {"type": "plain", "text": post["text"]}],
            "text_entities": []}


def write(folder, posts):
    def lines(name, make):
        with open(folder / name, "w", encoding="utf-8") as out:
            for post in posts:
                out.write(json.dumps(make(post), ensure_ascii=False) + "\n")
        return folder / name
    files = {"jsonl": lines("posts.jsonl", lambda post: post), "mastodon": lines("mastodon.jsonl", mastodon),
             "bluesky": lines("bluesky.jsonl", bluesky), "x": lines("x.jsonl", x_v1)}
    files["telegram"] = folder / "result.json"
    write_telegram(files["telegram"], posts, None)
    files["jsonl, gzip"] = folder / "posts.jsonl.gz"
    with open(files["jsonl"], "rb") as plain, gzip.open(files["jsonl, gzip"], "wb", 6) as packed:
        packed.write(plain.read())
    return files


def write_telegram(path, posts, size):
    with open(path, "w", encoding="utf-8") as out:
        out.write('{\n "name": "n",\n "type": "public_channel",\n "id": 1,\n "messages": [\n')
        first, written = True, 0
        while first or (size and written < size):
            for post in posts:
                text = json.dumps(telegram(post), ensure_ascii=False, indent=1)
                out.write(("" if first else ",\n") + text)
                written += len(text.encode())
                first = False
        out.write("\n ]\n}\n")


# A process of its own, as the memory of whoever starts a command counts for it.
RUNNER = """
import resource, subprocess, sys, time
start = time.perf_counter()
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
print(time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)
"""


def run(options, model, path, name):
    command = [options.bin / "narr-classify", "-m", model, "-j1", "--quiet", "--format", name.split(",")[0], path]
    out = subprocess.run([sys.executable, "-c", RUNNER, *command], check=True, capture_output=True, text=True).stdout
    return [float(value) for value in out.split()]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--bin", type=Path, default=ROOT / "build" / "release")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--telegram-gb", type=float, default=0)
    options = parser.parse_args()
    stream = options.data / "russian_troll_tweets" / "stream_200k.jsonl"
    if not stream.exists():
        print(f"skipped: no {stream}")
        return 0
    posts = [json.loads(line) for line in open(stream, encoding="utf-8")]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        model = folder / "m.narr"
        subprocess.run([options.bin / "narr-train", options.data / "russian_troll_tweets" / "train.csv", "-o", model,
                        "--quiet"], check=True, stdout=subprocess.DEVNULL)
        files = write(folder, posts)
        times = {format: [] for format in files}
        memory = {}
        for _ in range(options.runs):
            for format, path in files.items():
                seconds, memory[format] = run(options, model, path, format)
                times[format].append(seconds)
        print("| format | MB | posts/s | against jsonl: posts | bytes (unpacked) | most memory, MB |")
        print("|---|--:|--:|--:|--:|--:|")
        sizes = {format: path.stat().st_size for format, path in files.items()}
        sizes["jsonl, gzip"] = sizes["jsonl"]
        for format in files:
            seconds = statistics.median(times[format])
            ratio = statistics.median(p / f for p, f in zip(times["jsonl"], times[format]))
            print(f"| {format} | {sizes[format] / 1e6:.0f} | {len(posts) / seconds:,.0f} | {ratio:.2f} | "
                  f"{ratio * sizes[format] / sizes['jsonl']:.2f} | {memory[format]:.0f} |")
        if options.telegram_gb:
            path = folder / "large.json"
            write_telegram(path, posts, options.telegram_gb * 1e9)
            seconds, most = run(options, model, path, "telegram")
            print(f"Telegram export of {path.stat().st_size / 1e9:.2f} GB: {seconds:.0f} s, {most:.0f} MB resident")
    return 0


if __name__ == "__main__":
    sys.exit(main())
