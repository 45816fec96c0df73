"""Runs clang-tidy over a compilation database, in parallel, and remembers what was clean.

usage: lint.py --build FOLDER [FILE ...]

The key of a clean file is a hash of its preprocessed text, its command, and .clang-tidy: a
change in any header that it sees brings it back. Comments are kept in that text, because NOLINT
lives there. Exit 1 when anything is found.
"""

import argparse
import concurrent.futures
import hashlib
import json
import os
import shlex
import subprocess
import sys

TIDY = "clang-tidy-19"


def commands(build):
    """The commands for sources of this tree: {relative path: argument list}. A source compiled
    twice counts once."""
    found = {}
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as file:
        for item in json.load(file):
            path = os.path.relpath(item["file"])
            if path.endswith(".cpp") and not path.startswith((os.pardir, "build")):
                found.setdefault(path, (item["directory"], shlex.split(item["command"])))
    return found


def configs_of(path):
    """The rules that a source is looked at by: the tree's, then those of its folders."""
    found = [".clang-tidy"]
    folder = ""
    for part in os.path.dirname(path).split(os.sep):
        folder = os.path.join(folder, part)
        if os.path.exists(os.path.join(folder, ".clang-tidy")):
            found.append(os.path.join(folder, ".clang-tidy"))
    return found


def key_of(path, directory, command):
    preprocess = list(command)
    preprocess[preprocess.index("-o") + 1] = "-"
    preprocess[preprocess.index("-c")] = "-E"
    text = subprocess.run(preprocess + ["-CC"], cwd=directory, capture_output=True, check=False)
    if text.returncode != 0:
        return None
    digest = hashlib.sha256(text.stdout)
    digest.update("\0".join(command).encode())
    for config in configs_of(path):
        with open(config, "rb") as file:
            digest.update(file.read())
    digest.update(path.encode())
    return digest.hexdigest()


def check(path, directory, command, build, memory):
    key = key_of(path, directory, command)
    mark = os.path.join(memory, key) if key else None
    if mark and os.path.exists(mark):
        return path, True, ""
    tidy = [TIDY, "-p", build, "--quiet", path]
    result = subprocess.run(tidy, capture_output=True, text=True, check=False)
    if result.returncode == 0 and mark:
        with open(mark, "w", encoding="utf-8"):
            pass
    text = result.stdout + (result.stderr if result.returncode else "")
    return path, result.returncode == 0, text


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", required=True)
    parser.add_argument("files", nargs="*")
    arguments = parser.parse_args()

    known = commands(arguments.build)
    wanted = [os.path.relpath(file) for file in arguments.files] or sorted(known)
    unknown = [path for path in wanted if path not in known]
    if unknown:
        sys.exit("not compiled by this preset: " + " ".join(unknown))
    memory = os.path.join("build", "lint")
    os.makedirs(memory, exist_ok=True)

    found = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = [pool.submit(check, path, *known[path], arguments.build, memory) for path in wanted]
        for count, job in enumerate(concurrent.futures.as_completed(jobs), 1):
            path, clean, text = job.result()
            if not clean:
                found += 1
                print(text.strip())
            verdict = "clean" if clean else "FOUND"
            print(f"[{count}/{len(wanted)}] {verdict} {path}", file=sys.stderr)
    print(f"clang-tidy: {len(wanted) - found} of {len(wanted)} sources clean", file=sys.stderr)
    sys.exit(1 if found else 0)


main()
