"""Passes when the named tests hold without the mutant and catch it when AXIOM_MUTANT names it.

A property looks at some cases of very many, so that one run of it may miss what it can see: a
mutant has survived when several runs did not catch it. The runs' seeds are their numbers, so that
the verdict on a mutant is the same each time; chance is for the properties' own runs.

usage: caught.py PROGRAM MUTANT FILTER      FILTER is GoogleTest's
"""

import os
import re
import subprocess
import sys

RUNS = 5


def outcome(program, tests, mutant, seed):
    """(exit status, tests run) of the program with the mutant chosen, or none."""
    # That a property fails is all that is asked, not on how little.
    properties = f"{os.environ.get('RC_PARAMS', '')} seed={seed} noshrink=1".strip()
    environment = {**os.environ, "AXIOM_MUTANT": mutant, "RC_PARAMS": properties}
    command = [program, f"--gtest_filter={tests}"]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    count = re.search(r"\[=+\] Running (\d+) test", result.stdout)
    return result, int(count.group(1)) if count else 0


def main():
    program, mutant, tests = sys.argv[1:]
    sound, count = outcome(program, tests, "", 1)
    if sound.returncode != 0 or count == 0:
        sys.stdout.write(sound.stdout + sound.stderr)
        sys.exit(f"{tests}: {count} tests, and they must hold without a mutant")
    for run in range(1, RUNS + 1):
        mutated, _ = outcome(program, tests, mutant, run)
        if mutated.returncode != 0:
            # An assertion that stops the program catches a mutant too.
            print(f"{mutant}: caught by {tests} in run {run}, exit {mutated.returncode}")
            return
    sys.exit(f"{mutant}: survived {RUNS} runs of {tests}")


main()
