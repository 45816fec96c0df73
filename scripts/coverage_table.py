"""Reads llvm-cov's summary from stdin and prints lines and branches per library: the first folders
of each path."""

import json
import os
import sys

LIBRARIES = ("libaxiom", "services", "sim-host", "terminal")


def library_of(path):
    parts = os.path.relpath(path).split(os.sep)
    if parts[0] == "services" and len(parts) > 2:
        return "services/" + parts[1]
    return parts[0] if parts[0] in LIBRARIES else None


def main():
    totals = {}
    for file in json.load(sys.stdin)["data"][0]["files"]:
        library = library_of(file["filename"])
        if library is None:
            continue
        sums = totals.setdefault(library, [0, 0, 0, 0])
        for place, kind in ((0, "lines"), (2, "branches")):
            sums[place] += file["summary"][kind]["covered"]
            sums[place + 1] += file["summary"][kind]["count"]
    if not totals:
        sys.exit("the report names no file of ours")
    print(f"{'library':<24}{'lines':>20}{'branches':>20}")
    for library, (lines, line_count, branches, branch_count) in sorted(totals.items()):
        print(f"{library:<24}{cell(lines, line_count):>20}{cell(branches, branch_count):>20}")


def cell(covered, count):
    return f"{100 * covered / count:.1f} % of {count}" if count else "none"


main()
