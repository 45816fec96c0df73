"""The scorecard that a release shows, counted from the results of the last scripts/test: what the
tests printed as `score: CLAIM TRIED FAILED`, and what the fuzzers and the mutants came to."""

import re

EXECUTIONS = re.compile(r"stat::number_of_executed_units:\s*(\d+)")
SCORE = re.compile(r"^score: (\w+) (\d+) (\d+)$", re.MULTILINE)
REPLAY = re.compile(r"^score: replay (\S+) ([0-9a-f]+)$", re.MULTILINE)
REACHED = re.compile(r"^reached: (.*)$", re.MULTILINE)


class Case:
    """One test of the run: its name, whether it held or was skipped, and what it printed."""

    def __init__(self, element):
        self.name = element.get("name")
        self.held = element.get("status") == "run"
        self.skipped = element.get("status") == "disabled" or _skipped_itself(element)
        self.broken = not self.held and not self.skipped
        self.output = element.findtext("system-out") or ""


def _skipped_itself(element):
    """ctest writes `notrun` also of a test whose program or fixture is missing: that is no skip."""
    reason = element.find("skipped")
    return reason is not None and reason.get("message", "").startswith("SKIP_")


def sums(cases, claim):
    tried = failed = 0
    for case in cases:
        for word, one, other in SCORE.findall(case.output):
            if word == claim:
                tried, failed = tried + int(one), failed + int(other)
    return tried, failed


def replays(cases):
    """How many replays there were, and the most hashes that one log came to."""
    hashes, count = {}, 0
    for case in cases:
        for log, state in REPLAY.findall(case.output):
            hashes.setdefault(log, set()).add(state)
            count += 1
    return count, max((len(each) for each in hashes.values()), default=0)


def rows(cases):
    """(claim, number) of each line of the card."""
    crash, lost = sums(cases, "crash")
    edits, unseen = sums(cases, "edits")
    kills, unrecovered = sums(cases, "kills")
    runs, distinct = replays(cases)
    tried = [case for case in cases if not case.skipped]
    searches = [case for case in tried if re.match(r"fuzz\..*\.search$", case.name)]
    counts = [EXECUTIONS.search(case.output) for case in searches]
    executions = [int(count.group(1)) for count in counts if count]
    mutants = [case for case in tried if case.name.startswith("mutants.")]
    yield "acknowledged is never lost", f"{crash} crash states, {lost} failures"
    yield "corruption is never silent", f"{edits} edits tried, {edits - unseen} detected"
    yield "replay is deterministic", f"{runs} replays, at most {distinct} distinct hash a log"
    yield "capability safety", "no kernel yet"
    yield "input safety", (
        f"{sum(executions)} executions over {len(searches)} targets, "
        f"{sum(case.broken for case in searches)} with a crash"
    )
    yield "services recover", f"{kills} kills, {kills - unrecovered} recovered"
    yield "saboteurs", f"{len(mutants)} planted, {sum(case.held for case in mutants)} caught"


def reached(cases):
    """What the generators reached (THREATS.md, rule 9), a line a test and operation."""
    for case in cases:
        for cells in REACHED.findall(case.output):
            yield f"{case.name}: {cells}"
