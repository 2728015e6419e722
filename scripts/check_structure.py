#!/usr/bin/env python3
"""Checks that the house stands as designed: which room may include which,
who may use which outside library, what the top level holds, and how long
functions are. Prints a line for each breach; exit code 1 if there is one."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# base <- text <- feature <- svm <- model <- pipeline; base <- data <- pipeline
MAY_INCLUDE = {
    "base": {"base"},
    "text": {"base", "text"},
    "feature": {"base", "text", "feature"},
    "svm": {"base", "text", "feature", "svm"},
    "model": {"base", "text", "feature", "svm", "model"},
    "data": {"base", "data"},
    "summary": {"base", "summary"},
    "pipeline": {"base", "text", "feature", "svm", "model", "data", "summary", "pipeline"},
    "cli": {"cli"},
    "kafka": {"cli", "kafka"},
}
ONLY_USER = {  # header -> the files that may include it
    "utf8proc.h": r"src/text/unicode\.c",
    "csv.h": r"src/data/csv_record\.c",
    "libsvm/svm.h": r"src/svm/libsvm_adapter\.c",
    "svm.h": r"src/svm/libsvm_adapter\.c",
    "simdjson.h": r"src/data/json_fields\.cpp",
    "librdkafka/rdkafka.h": r"src/kafka/\w+\.[ch]",
    "zlib.h": r"src/base/unpack\.c",
    "zstd.h": r"src/base/unpack\.c",
}
TOP_LEVEL = {"src", "include", "models", "corpus", "tests", "scripts", "CMakeLists.txt",
             "README.md", "LICENSE", "CMakePresets.json"}
LONGEST_FUNCTION = 80
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def tracked():
    listing = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT,
                             capture_output=True, text=True, check=True)
    return [name for name in listing.stdout.splitlines() if (ROOT / name).is_file()]


def check_includes(name, lines):
    room = name.split("/")[1]
    for number, line in enumerate(lines, 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        header = match.group(2)
        for library, users in ONLY_USER.items():
            if header == library and not re.fullmatch(users, name):
                yield f"{name}:{number}: only {users} may include <{library}>"
        if match.group(1) != '"':
            continue
        target = header.split("/")[0]
        if target == "narr":
            if not (ROOT / "include" / header).is_file():
                yield f"{name}:{number}: no such public header: {header}"
        elif target not in MAY_INCLUDE[room]:
            yield f"{name}:{number}: {room} may not include {header}"


def check_functions(name, lines):
    start = None
    for number, line in enumerate(lines, 1):
        if line.rstrip().endswith("{") and line[0] not in " \t}#/" and "(" in line:
            start = number
        elif line.startswith("}") and start:
            if number - start - 1 > LONGEST_FUNCTION:
                yield f"{name}:{start}: a function of {number - start - 1} lines"
            start = None


def main():
    names = tracked()
    problems = []
    for name in names:
        top = name.split("/")[0]
        if top not in TOP_LEVEL and not top.startswith("."):
            problems.append(f"{name}: not at home at the top level")
    sources = [n for n in names if re.match(r"src/.*\.(c|h|cpp)$", n)]
    seen = {}
    for name in sources:
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
        problems += check_includes(name, lines)
        problems += check_functions(name, lines)
        if not lines or not re.match(r"/[/*] ?\S+\.(c|h|cpp) - ", lines[0]):
            problems.append(f"{name}: does not open with what it is and why")
        base = Path(name).name
        if base in seen:
            problems.append(f"{name}: has the name of {seen[base]}")
        seen[base] = name
    for line in problems:
        print(line)
    print(f"structure: {len(sources)} sources, {len(problems)} breaches")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
