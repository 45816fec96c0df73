"""Passes when the explorer finds each seeded defect, and its path shows it again.

A line of mutants.txt is `mutant universe depth`; six are tried, or all with AXIOM_LONG=1. Without a
mutant the same universes must hold to the same depth.

usage: finds_mutants.py EXPLORE_MUTANTS
"""

import os
import re
import subprocess
import sys

TABLE = os.path.join(os.path.dirname(__file__), "mutants.txt")
FEW = 6


def run(program, mutant, *options):
    environment = {**os.environ, "AXIOM_MUTANT": mutant}
    return subprocess.run([program, *options], env=environment, capture_output=True, text=True,
                          check=False)


def lines():
    with open(TABLE, encoding="utf-8") as file:
        return [line.split() for line in file if line.strip() and not line.startswith("#")]


def main():
    program = sys.argv[1]
    chosen = lines() if os.environ.get("AXIOM_LONG") else lines()[:FEW]
    for universe, depth in sorted({(universe, depth) for _, universe, depth in chosen}):
        sound = run(program, "", "--universe", universe, "--depth", depth)
        if sound.returncode != 0:
            sys.exit(f"without a mutant:\n{sound.stdout}{sound.stderr}")
    missed = []
    for mutant, universe, depth in chosen:
        found = run(program, mutant, "--universe", universe, "--depth", depth)
        said = re.search(r"violation: (.*)", found.stdout)
        again = re.search(r"again: .*--replay (\S+)", found.stdout)
        if found.returncode == 1 and said and "set up" in said.group(1):
            print(f"{mutant}: {said.group(1)}")
            continue
        if found.returncode != 1 or not said or not again:
            missed.append(mutant)
            print(f"{mutant}: MISSED in {universe} to depth {depth}")
            continue
        if run(program, mutant, "--replay", again.group(1)).returncode != 1:
            missed.append(mutant)
            print(f"{mutant}: {again.group(1)} does not show it again")
        print(f"{mutant}: {said.group(1)} ({again.group(1)})")
    if missed:
        sys.exit("missed: " + " ".join(missed))


main()
