"""Passes when the properties of the running system hold for services without a mutant, and do not
for each that the table names.

A service's process has no environment, so that a mutant is chosen by the name of the folder that
its programs lie in: one for each mutant, of links to the programs, the mutants' services among
them. The seed is always the same; what processes were just doing is the host's to decide, so that a
mutant has survived when three runs did not find it.

usage: finds_mutants.py PROPERTIES PROGRAMS MUTANTS
    PROPERTIES  the program running_properties
    PROGRAMS    the folder of sim-host and what it starts
    MUTANTS     the folder of services with mutants; folders are made in it, and removed
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

TABLE = Path("tests/running/mutants.txt")
SEED = 20261130
RUNS = 24
TRIES = 3
NEEDED = ("sim-host", "service_", "device_", "system.toml")


def folder_of(mutant, programs, mutants):
    folder = mutants / "on_trial" / mutant
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for each in programs.iterdir():
        if each.name.startswith(NEEDED):
            seeded = mutants / each.name
            os.link(seeded if seeded.exists() else each, folder / each.name)
    return folder


def outcome(properties, folder, seed, runs):
    command = [properties, "--programs", folder, "--seed", str(seed), "--runs", str(runs)]
    command += ["--commands", "30", "--no-shrink"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def main():
    properties, programs, mutants = map(Path, sys.argv[1:])
    named = [
        line.split()[0]
        for line in TABLE.read_text(encoding="utf-8").splitlines()
        if line.strip() and not line.startswith("#")
    ]
    survived = []
    sound = outcome(properties, folder_of("none", programs, mutants), SEED, 2)
    if sound.returncode != 0:
        sys.exit(sound.stdout + sound.stderr + "they must hold without a mutant")
    for mutant in named:
        folder = folder_of(mutant, programs, mutants)
        for run in range(TRIES):
            found = outcome(properties, folder, SEED + run, RUNS)
            if found.returncode == 1:
                print(f"{mutant}: found in run {run + 1}: {found.stdout.splitlines()[-2]}")
                break
            if found.returncode != 0:
                sys.exit(found.stdout + found.stderr)
        else:
            survived.append(mutant)
    shutil.rmtree(mutants / "on_trial")
    if survived:
        sys.exit(f"survived: {', '.join(survived)}")


main()
