"""scripts/status on results that ctest wrote: what was skipped neither holds nor is broken."""

import os
import pathlib
import subprocess
import tempfile

from project import ProjectTest, run

TOP = pathlib.Path(__file__).resolve().parents[2]

HELD = "add_test(unit.Sound.holds true)\n"
SKIPPED = """
add_test(unit.Sound.skips_itself sh -c "echo '[  SKIPPED ] here'")
set_tests_properties(unit.Sound.skips_itself PROPERTIES SKIP_REGULAR_EXPRESSION "SKIPPED")
add_test(unit.Away.skips_by_its_exit sh -c "exit 77")
set_tests_properties(unit.Away.skips_by_its_exit PROPERTIES SKIP_RETURN_CODE 77)
add_test(fuzz.parser.search sh -c "exit 77")
set_tests_properties(fuzz.parser.search PROPERTIES SKIP_RETURN_CODE 77)
add_test(unit.Away.switched_off true)
set_tests_properties(unit.Away.switched_off PROPERTIES DISABLED TRUE)
"""
BROKEN = """
add_test(unit.Bad.fails false)
add_test(unit.Bad.is_killed sh -c "kill -9 $$")
add_test(unit.Bad.has_no_program /nowhere/at/all)
add_test(unit.Prepared.breaks false)
set_tests_properties(unit.Prepared.breaks PROPERTIES FIXTURES_SETUP ground)
add_test(unit.Prepared.has_no_ground true)
set_tests_properties(unit.Prepared.has_no_ground PROPERTIES FIXTURES_REQUIRED ground)
"""


def status_of(tests, *options):
    """(exit, lines) of scripts/status after a run of `tests`."""
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "CTestTestfile.cmake").write_text(tests, encoding="utf-8")
        results = os.path.join(folder, "results.xml")
        subprocess.run(["ctest", "--test-dir", folder, "--output-junit", results],
                       capture_output=True, check=False)
        done = subprocess.run([TOP / "scripts" / "status", *options, results],
                              capture_output=True, text=True, check=False)
    return done.returncode, [" ".join(line.split()) for line in done.stdout.splitlines()]


class StatusTellsSkippedFromBroken(ProjectTest):
    def test_what_was_skipped_breaks_nothing_and_is_not_said_to_hold(self):
        code, lines = status_of(HELD + SKIPPED)
        self.assertEqual(code, 0)
        for line in ("works Sound 1 of 2, 1 skipped", "skipped skips itself",
                     "skipped Away 0 of 2, 2 skipped", "skipped skips by its exit",
                     "skipped switched off", "1 of 5 promises hold, 4 skipped",
                     "input safety 0 executions over 0 targets, 0 with a crash"):
            self.assertIn(line, lines)
        self.assertFalse([line for line in lines if "BROKEN" in line or "FAILS" in line])

    def test_what_failed_or_could_not_be_run_is_broken(self):
        code, lines = status_of(HELD + SKIPPED + BROKEN)
        self.assertEqual(code, 1)
        for line in ("FAILS Bad 0 of 3", "BROKEN fails", "BROKEN is killed",
                     "BROKEN has no program", "FAILS Prepared 0 of 2", "BROKEN has no ground",
                     "1 of 10 promises hold, 4 skipped"):
            self.assertIn(line, lines)

    def test_all_names_what_holds_too(self):
        code, lines = status_of(HELD, "--all")
        self.assertEqual(code, 0)
        self.assertIn("holds holds", lines)
        self.assertEqual(lines[-1], "1 of 1 promises hold")


if __name__ == "__main__":
    run()
