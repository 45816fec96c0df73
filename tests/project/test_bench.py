"""Tests of bench/: the statistics on samples whose answers are known, and one quick run of each
group from program to table.

Nothing here looks at how fast anything was: a quick run must end well, its report be well-formed.
"""

import argparse
import json
import pathlib
import random
import subprocess
import sys
import tempfile
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "bench"))

import intervals  # noqa: E402
import report  # noqa: E402

BUILD = TOP / "build" / "host"


def comparison(seconds, better="higher", goal=1.0):
    names = {"id": "x", "what": "x", "unit": "1/s", "ours": "a", "peer": "b", "goal_number": ""}
    work = {"ours_work": 10, "peer_work": 10, "scale": 1}
    return names | work | {"better": better, "goal": goal, "seconds": seconds}


class Statistics(unittest.TestCase):
    def test_median_is_the_middle_or_the_mean_of_the_two_in_the_middle(self):
        self.assertEqual(intervals.median([3, 1, 2]), 2)
        self.assertEqual(intervals.median([4, 1, 3, 2]), 2.5)
        with self.assertRaises(ValueError):
            intervals.median([])

    def test_quantiles_interpolate_and_end_at_the_extremes(self):
        self.assertEqual(intervals.quantile([1, 2, 3, 4, 5], 0.25), 2)
        self.assertEqual(intervals.quantile([10, 0], 0.5), 5)
        self.assertEqual(intervals.quantile([7, 9], 1), 9)

    def test_interval_of_twenty_pairs_lies_between_the_sixth_values(self):
        interval = intervals.median_interval(range(1, 21))
        self.assertEqual((interval.low, interval.high), (6, 15))
        self.assertAlmostEqual(interval.confidence, 0.9586, places=4)

    def test_interval_never_claims_more_than_it_has(self):
        for count in range(1, 6):
            interval = intervals.median_interval(range(count))
            self.assertEqual((interval.low, interval.high), (0, count - 1))
            self.assertLess(interval.confidence, 0.95)
        for count in range(6, 60):
            self.assertGreaterEqual(intervals.median_interval(range(count)).confidence, 0.95)

    def test_interval_holds_the_true_median_of_a_lopsided_distribution_as_often_as_it_says(self):
        source = random.Random(20)
        held = 0
        for _ in range(2000):
            interval = intervals.median_interval([source.expovariate(1) for _ in range(20)])
            held += interval.low <= 0.6931 <= interval.high
        self.assertGreater(held, 1860)
        self.assertLess(held, 1960)

    def test_verdict_tells_met_from_reached_from_missed_in_both_directions(self):
        interval = intervals.Interval(0.9, 1.1, 0.95)
        self.assertEqual(intervals.verdict(interval, 0.9, True), "met")
        self.assertEqual(intervals.verdict(interval, 1.0, True), "reached")
        self.assertEqual(intervals.verdict(interval, 1.2, True), "MISSED")
        self.assertEqual(intervals.verdict(interval, 1.1, False), "met")
        self.assertEqual(intervals.verdict(interval, 1.0, False), "reached")
        self.assertEqual(intervals.verdict(interval, 0.8, False), "MISSED")


class Report(unittest.TestCase):
    def test_rates_and_times_are_turned_the_right_way_round(self):
        rate = report.conclude(comparison([[1.0, 2.0]] * 20))
        self.assertEqual((rate["ratio"], rate["verdict"]), (2.0, "met"))
        time = report.conclude(comparison([[1.0, 2.0]] * 20, better="lower"))
        self.assertEqual((time["ratio"], time["verdict"]), (0.5, "met"))
        slow = report.conclude(comparison([[2.0, 1.0]] * 20))
        self.assertEqual((slow["ratio"], slow["verdict"]), (0.5, "MISSED"))

    def test_ratios_are_taken_pair_by_pair(self):
        drifting = [[0.5 * slowness, 1.0 * slowness] for slowness in range(1, 21)]
        line = report.conclude(comparison(drifting))
        self.assertEqual(line["ratio_interval"], [2.0, 2.0])

    def test_a_figure_above_its_limit_is_missed(self):
        line = {"id": "x", "what": "x", "unit": "", "samples": [1, 1, 1], "limit": 0}
        self.assertEqual(report.conclude(dict(line))["verdict"], "MISSED")
        self.assertEqual(report.conclude(dict(line, limit=1))["verdict"], "met")
        self.assertNotIn("verdict", report.conclude(dict(line, limit=None)))

    def test_table_prints_a_missed_goal_as_missed(self):
        text = report.table([report.conclude(comparison([[2.0, 1.0]] * 20))])
        self.assertIn("MISSED", text)


class QuickRun:
    """Of one group: which, says a class below."""

    GROUP = ""

    @classmethod
    def setUpClass(cls):
        with tempfile.TemporaryDirectory(dir=BUILD) as folder:
            cls.done = subprocess.run(
                [sys.executable, "-B", str(TOP / "bench" / "report.py"), cls.GROUP, "--quick",
                 "--json", "--programs", str(BUILD / "bin"), "--dir", folder],
                capture_output=True, text=True, check=False)
            cls.left = sorted(path.name for path in pathlib.Path(folder).iterdir())

    def test_ends_well_and_leaves_nothing_but_its_report(self):
        self.assertEqual(self.done.returncode, 0, self.done.stderr)
        self.assertEqual(self.left, ["bench.json"])

    def test_report_names_machine_commit_and_spread(self):
        whole = json.loads(self.done.stdout)
        self.assertEqual(whole["version"], report.FORMAT_VERSION)
        for name in ("cpu", "cores", "kernel", "file_system"):
            self.assertIn(name, whole["machine"])
        self.assertTrue(whole["commit"])
        self.assertTrue(whole["lines"])
        for line in whole["lines"]:
            if "seconds" in line:
                self.assertEqual(line["pairs"], len(line["seconds"]))
                self.assertLessEqual(line["ratio_interval"][0], line["ratio_interval"][1])
                self.assertEqual(line["goal"] is not None, "verdict" in line)
            else:
                self.assertTrue(line["samples"])
        ids = [line["id"] for line in whole["lines"]]
        self.assertEqual(len(ids), len(set(ids)))


class QuickRunOfLog(QuickRun, unittest.TestCase):
    GROUP = "log"


class QuickRunOfJobs(QuickRun, unittest.TestCase):
    GROUP = "jobs"


class QuickRunOfKernel(QuickRun, unittest.TestCase):
    GROUP = "kernel"

    def test_counts_are_the_same_on_every_run(self):
        command = [sys.executable, "-B", str(TOP / "bench" / "report.py"), self.GROUP, "--quick",
                   "--json", "--programs", str(BUILD / "bin"), "--only", "null.instructions",
                   "--only", "frame.instructions"]
        with tempfile.TemporaryDirectory(dir=BUILD) as folder:
            again = json.loads(subprocess.run([*command, "--dir", folder], capture_output=True,
                                              text=True, check=True).stdout)
        first = {line["id"]: line for line in json.loads(self.done.stdout)["lines"]}
        self.assertEqual(len(again["lines"]), 2)
        for line in again["lines"]:
            self.assertEqual(line["samples"], first[line["id"]]["samples"])

    def test_every_operation_has_a_count_and_a_time(self):
        ids = {line["id"] for line in json.loads(self.done.stdout)["lines"]}
        counted = {name.removesuffix(".instructions") for name in ids if "instr" in name}
        timed = {name.removesuffix(".time") for name in ids if name.endswith(".time")}
        self.assertEqual(counted, timed)
        self.assertIn("ipc.cpus.4", ids)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", type=pathlib.Path, default=BUILD)
    chosen, rest = parser.parse_known_args()
    BUILD = chosen.build.resolve()
    unittest.main(argv=[sys.argv[0], *rest])
