#!/usr/bin/env python3
"""Whether two builds of word_size, for 64 and for 32 bits, print the same lines, and whether the
golden logs among them came to what was recorded.

usage: compare.py PROGRAM-64 PROGRAM-32 FOLDER-OF-GOLDEN-LOGS
"""

import json
import pathlib
import subprocess
import sys

RUN_LINES = 100  # fewer would mean that the kernel's runs came to nothing


def lines_of(program, folder, bits):
    done = subprocess.run([program, folder], stdout=subprocess.PIPE, text=True, check=False)
    lines = done.stdout.splitlines()
    if done.returncode != 0:
        sys.exit(f"{program}: exit {done.returncode}, after: {lines[-1:]}")
    if lines[:1] != [f"bits {bits}"]:
        sys.exit(f"{program}: wanted a program of {bits} bits: {lines[:1]}")
    return lines[1:]


def first_difference(left, right):
    for number, pair in enumerate(zip(left, right)):
        if pair[0] != pair[1]:
            return f"line {number}:\n  64 bits: {pair[0]}\n  32 bits: {pair[1]}"
    return None if len(left) == len(right) else f"{len(left)} lines and {len(right)}"


def words_of(line):
    words = line.split()
    return words[1], dict(zip(words[2::2], words[3::2]))


def main():
    wide, narrow, folder = sys.argv[1:]
    left = lines_of(wide, folder, 64)
    right = lines_of(narrow, folder, 32)
    if difference := first_difference(left, right):
        sys.exit(difference)
    logs = dict(words_of(line) for line in right if line.startswith("log "))
    recorded = sorted(pathlib.Path(folder).glob("*.json"))
    if not recorded or {path.stem for path in recorded} != set(logs):
        sys.exit(f"{folder}: not the logs that were replayed: {sorted(logs)}")
    for path in recorded:
        wanted = json.loads(path.read_text(encoding="utf-8"))
        for fact, value in logs[path.stem].items():
            if str(wanted[fact]) != value:
                sys.exit(f"{path}: {fact} is {wanted[fact]}, and 32 bits come to {value}")
    runs = len(right) - len(logs)
    if runs < RUN_LINES:
        sys.exit(f"{runs} lines of the kernel's runs")
    print(f"{len(logs)} logs, {runs} states of a kernel: the same in 64 and 32 bits")


if __name__ == "__main__":
    main()
