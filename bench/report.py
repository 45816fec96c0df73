"""Runs bench programs and reports: a table on stdout, and everything as JSON in a file.

    report.py GROUP... --programs FOLDER [--quick] [--alone] [--pairs N] [--only ID]...
              [--dir FOLDER] [--json] [--output FILE] [--strict]

A group is a program bench_GROUP, which prints its samples as JSON; README.md in this folder says
what a line of the table means. Exit code 0 whatever the figures are; with --strict 1 when a goal is
missed; 2 when a program failed.
"""

import argparse
import json
import os
import pathlib
import platform
import subprocess
import sys
import time

import intervals

FORMAT_VERSION = 1


def read_text(path):
    try:
        return pathlib.Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def field_of(text, name):
    """The value of the first line `name : value` of a file in the style of /proc/cpuinfo."""
    for line in text.splitlines():
        key, separator, value = line.partition(":")
        if separator and key.strip() == name:
            return value.strip()
    return "unknown"


def file_system_of(folder):
    """Type and device of the mount that holds `folder`."""
    best = ("", "unknown", "unknown")
    resolved = os.path.realpath(folder)
    for line in read_text("/proc/self/mounts").splitlines():
        device, point, kind = line.split()[:3]
        inside = resolved == point or resolved.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best[0]):
            best = (point, kind, device)
    return {"type": best[1], "device": best[2]}


def machine(folder):
    memory_kib = field_of(read_text("/proc/meminfo"), "MemTotal").split()[0]
    return {
        "cpu": field_of(read_text("/proc/cpuinfo"), "model name"),
        "cores": len(os.sched_getaffinity(0)),
        "memory_mib": int(memory_kib) // 1024 if memory_kib.isdigit() else None,
        "kernel": platform.release(),
        "file_system": file_system_of(folder),
        "load_before": os.getloadavg(),
    }


def commit():
    """The commit of the tree that this file lies in, with `+` when the tree differs from it."""
    top = pathlib.Path(__file__).resolve().parent
    try:
        head, changed = (
            subprocess.run(["git", *words], cwd=top, capture_output=True, text=True, check=True)
            for words in (["rev-parse", "HEAD"], ["status", "--porcelain"])
        )
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return head.stdout.strip() + ("+" if changed.stdout.strip() else "")


def figure_of(line, seconds, work):
    return line["scale"] * (work / seconds if line["better"] == "higher" else seconds / work)


def summary(values):
    return {
        "median": intervals.median(values),
        "quartiles": [intervals.quantile(values, 0.25), intervals.quantile(values, 0.75)],
        "range": [min(values), max(values)],
    }


def conclude(line):
    """Adds to a line of samples what follows from them."""
    if "samples" in line:
        line["summary"] = summary(line["samples"])
        if line["limit"] is not None:
            line["verdict"] = "met" if line["summary"]["median"] <= line["limit"] else "MISSED"
        return line
    higher = line["better"] == "higher"
    ours = [figure_of(line, pair[0], line["ours_work"]) for pair in line["seconds"]]
    peer = [figure_of(line, pair[1], line["peer_work"]) for pair in line["seconds"]]
    ratios = [left / right for left, right in zip(ours, peer)]
    interval = intervals.median_interval(ratios)
    line.update(
        ours_summary=summary(ours),
        peer_summary=summary(peer),
        ratio=intervals.median(ratios),
        ratio_interval=[interval.low, interval.high],
        ratio_confidence=interval.confidence,
        pairs=len(ratios),
    )
    if line["goal"] is not None:
        line["verdict"] = intervals.verdict(interval, line["goal"], higher)
    return line


def number(value):
    """Three significant digits, thousands as k and M: figures of a noisy machine carry no more."""
    for limit, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= limit:
            return f"{value / limit:.3g} {unit}"
    return f"{value:.3g}"


def measured(line, side):
    """Median, and the half-width of the middle half of the samples in percent of it."""
    low, high = line[side]["quartiles"]
    middle = line[side]["median"]
    spread = 50 * (high - low) / middle if middle else 0
    return f"{number(middle)} ±{spread:.0f}%"


def row_of(line):
    what = f"{line['what']} [{line['unit']}]"
    if "samples" in line:
        goal = "" if line["limit"] is None else f"at most {number(line['limit'])}"
        middle = number(line["summary"]["median"])
        return [what, middle, "", "", "", goal, line.get("verdict", "")]
    sign = "≥" if line["better"] == "higher" else "≤"
    goal = "" if line["goal"] is None else f"{sign} {line['goal']:g}"
    low, high = line["ratio_interval"]
    return [
        what,
        measured(line, "ours_summary"),
        f"{line['peer']} {measured(line, 'peer_summary')}",
        f"{line['ratio']:.3g}",
        f"{low:.3g} to {high:.3g}",
        goal,
        line.get("verdict", ""),
    ]


def table(lines):
    rows = [["what", "ours", "peer", "ratio", "95 % interval", "goal", ""]]
    rows += [row_of(line) for line in lines]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows
    )


def run_group(group, options):
    program = options.programs / f"bench_{group}"
    command = ["chrt", "-r", "1"] if options.alone else []
    command += [str(program), "--dir", str(options.dir)]
    command += ["--quick"] if options.quick else []
    command += ["--pairs", str(options.pairs)] if options.pairs else []
    for chosen in options.only:
        command += ["--only", chosen]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{program.name} failed with exit code {done.returncode}")
    return [conclude(dict(line, group=group)) for line in json.loads(done.stdout)]


def parse_arguments(arguments):
    parser = argparse.ArgumentParser(prog="bench", description="Run benches beside their peers.")
    path = pathlib.Path
    add = parser.add_argument
    add("groups", nargs="*", metavar="GROUP", help="what to run; everything when none is named")
    add("--programs", type=path, required=True, help="folder of the bench_* programs")
    add("--dir", type=path, help="where the data goes: the file system that is measured")
    add("--quick", action="store_true", help="few small samples: shows that it runs")
    add("--alone", action="store_true", help="real-time priority: other work does not show")
    add("--pairs", type=int, default=0, help="pairs for each comparison (default: 24)")
    add("--only", action="append", default=[], metavar="ID", help="only lines whose id starts so")
    add("--json", action="store_true", help="print the JSON instead of the table")
    add("--output", type=path, help="file for the JSON (default: bench.json beside the data)")
    add("--strict", action="store_true", help="exit 1 when a goal is missed")
    options = parser.parse_args(arguments)
    options.dir = options.dir or options.programs.parent.parent / "bench-data"
    options.output = options.output or options.dir / "bench.json"
    if not options.groups:
        programs = options.programs.glob("bench_*")
        options.groups = sorted(program.name.removeprefix("bench_") for program in programs)
    return options


def missed(report):
    return [line["id"] for line in report["lines"] if line.get("verdict") == "MISSED"]


def summary_text(report):
    about = report["machine"]
    goals = sum("verdict" in line for line in report["lines"])
    behind = missed(report)
    lines = [
        f"{about['cpu']}, {about['cores']} cores, Linux {about['kernel']}, "
        f"{about['file_system']['type']}, commit {report['commit'][:12]}",
        table(report["lines"]),
        f"{goals - len(behind)} of {goals} goals met"
        + (f"; MISSED: {', '.join(behind)}" if behind else ""),
    ]
    if report["quick"]:
        lines.append("quick: too few and too small samples to mean anything")
    return "\n".join(lines)


def main(arguments):
    options = parse_arguments(arguments)
    options.dir.mkdir(parents=True, exist_ok=True)
    report = {
        "version": FORMAT_VERSION,
        "commit": commit(),
        "started": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "quick": options.quick,
        "alone": options.alone,
        "machine": machine(options.dir),
        "lines": [],
    }
    try:
        for group in options.groups:
            report["lines"] += run_group(group, options)
    except (OSError, RuntimeError, ValueError) as problem:
        print(f"bench: {problem}", file=sys.stderr)
        return 2
    report["machine"]["load_after"] = os.getloadavg()
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(report, indent=1) if options.json else summary_text(report))
    print(f"bench: all samples in {options.output}", file=sys.stderr)
    return 1 if options.strict and missed(report) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
