#!/usr/bin/env python3
"""Runs the programs word for word: NAME.sh is a case, beside it is what must come out.

    NAME.exit           the exit code
    NAME.stdout.exact   standard output, byte by byte, or
    NAME.stdout.glob    standard output, each line a shell pattern
    NAME.stderr.glob    standard error, each line a shell pattern; no file: nothing

A case runs under `sh -eu` in a fresh folder in which `data` is tests/golden/data. $GOLDEN is
tests/golden, $NARR_BIN is where the programs are; they are also first on $PATH.

    run.py --bin build/dev              run all cases
    run.py --bin build/dev train_       run the cases with "train_" in their name
    run.py --bin build/dev --update     write down what comes out; read it before you commit it
"""

import argparse
import concurrent.futures
import difflib
import fnmatch
import os
import pathlib
import subprocess
import sys
import tempfile

GOLDEN = pathlib.Path(__file__).resolve().parent
SECONDS = 120


def run_case(script, binaries):
    """Returns exit code, standard output and standard error of a case."""
    with tempfile.TemporaryDirectory(prefix="narr-golden-") as folder:
        os.symlink(GOLDEN / "data", os.path.join(folder, "data"))
        keep = {name: os.environ[name] for name in ("HOME", "ASAN_OPTIONS", "UBSAN_OPTIONS",
                                                    "TSAN_OPTIONS", "LSAN_OPTIONS")
                if name in os.environ}
        environment = dict(keep, LC_ALL="C", GOLDEN=str(GOLDEN), NARR_BIN=str(binaries),
                           PATH=f"{binaries}:{os.environ['PATH']}")
        try:
            done = subprocess.run(["sh", "-eu", str(script)], cwd=folder, env=environment,
                                  stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS)
        except subprocess.TimeoutExpired as late:
            return "timeout", late.stdout or b"", late.stderr or b""
    return done.returncode, done.stdout, done.stderr


def expected(script, suffix):
    """The bytes of the file beside the case; None if there is none."""
    path = script.with_suffix(suffix)
    return path.read_bytes() if path.exists() else None


def matches(text, patterns):
    """Whether each line of text matches the pattern in its place."""
    lines = text.decode(errors="replace").splitlines()
    globs = patterns.decode().splitlines()
    return len(lines) == len(globs) and all(map(fnmatch.fnmatchcase, lines, globs))


def difference(name, wanted, got):
    lines = [wanted.decode(errors="replace").splitlines(), got.decode(errors="replace").splitlines()]
    return "\n".join(difflib.unified_diff(*lines, f"{name} (expected)", f"{name} (got)",
                                          lineterm=""))


def check(script, result):
    """What is wrong with a result, as text; empty if nothing is."""
    code, out, err = result
    wrong = []
    wanted = (expected(script, ".exit") or b"?").decode().strip()
    if wanted != str(code):
        wrong.append(f"exit code {code}, expected {wanted}")
    exact, glob = expected(script, ".stdout.exact"), expected(script, ".stdout.glob")
    if glob is not None:
        if not matches(out, glob):
            wrong.append(difference("stdout", glob, out))
    elif out != (exact or b""):
        wrong.append(difference("stdout", exact or b"", out) or "stdout: differs in its line ends")
    glob = expected(script, ".stderr.glob") or b""
    if not matches(err, glob):
        wrong.append(difference("stderr", glob, err))
    return "\n".join(wrong)


def as_pattern(text):
    """A pattern that matches this text alone."""
    for special in (b"[", b"*", b"?"):
        text = text.replace(special, b"[" + special + b"]")
    return text


def write(path, content):
    if content:
        path.write_bytes(content)
    elif path.exists():
        path.unlink()


def update(script, result):
    """Writes the expectations anew; patterns that still match are kept."""
    code, out, err = result
    script.with_suffix(".exit").write_text(f"{code}\n")
    glob = expected(script, ".stdout.glob")
    if glob is None:
        write(script.with_suffix(".stdout.exact"), out)
    elif not matches(out, glob):
        write(script.with_suffix(".stdout.glob"), as_pattern(out))
    if not matches(err, expected(script, ".stderr.glob") or b""):
        write(script.with_suffix(".stderr.glob"), as_pattern(err))


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True, type=pathlib.Path, help="where the programs are")
    parser.add_argument("--update", action="store_true", help="rewrite the expectations")
    parser.add_argument("filter", nargs="?", default="", help="part of the names of the cases")
    arguments = parser.parse_args()
    binaries = arguments.bin.resolve()
    for program in ("narr-train", "narr-classify"):
        if not os.access(binaries / program, os.X_OK):
            sys.exit(f"run.py: there is no {program} in {binaries}")
    scripts = sorted(path for path in GOLDEN.glob("*.sh") if arguments.filter in path.stem)
    if not (binaries / "narr-kafka").exists():  # built only where librdkafka is
        scripts = [path for path in scripts if not path.stem.startswith("kafka_")]
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for script, result in zip(scripts, pool.map(lambda s: run_case(s, binaries), scripts)):
            if arguments.update:
                update(script, result)
            wrong = check(script, result)
            if wrong:
                failed += 1
                print(f"FAILED {script.stem}\n{wrong}\n")
    print(f"{len(scripts) - failed} passed, {failed} failed")
    return 1 if failed or not scripts else 0


if __name__ == "__main__":
    sys.exit(main())
