"""What the tests of the project share: the tree they look at, and how a checker is shown to be able
to fail.

A checker is a function from a tree to a list of problems, each one line that begins with the
path. A test file holds a checker, a `unittest` that gives it small made-up trees, some bad and
some good, and one that gives it this tree.
"""

import argparse
import os
import subprocess
import sys
import unittest

CODE = (".cpp", ".hpp", ".c", ".h")


class Tree:
    """Files by path relative to the top, with their text; bytes that are not UTF-8 read as
    replacement characters."""

    def __init__(self, texts):
        self._texts = dict(texts)

    def paths(self, *suffixes, under=()):
        """Sorted paths: of these suffixes and below these folders, where any are given."""
        under = tuple(folder.rstrip("/") + "/" for folder in under)
        return [
            path
            for path in sorted(self._texts)
            if (not suffixes or path.endswith(suffixes)) and (not under or path.startswith(under))
        ]

    def text(self, path):
        return self._texts[path]

    def lines(self, path):
        """(number from 1, line) of a file."""
        return enumerate(self.text(path).splitlines(), 1)

    def __contains__(self, path):
        return path in self._texts


class RealTree(Tree):
    """The tree itself: what git tracks, and what it would track after `git add --all`."""

    def __init__(self):
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            capture_output=True,
            check=True,
        ).stdout.decode()
        super().__init__({path: None for path in listed.split("\0") if os.path.isfile(path)})

    def text(self, path):
        if self._texts[path] is None:
            with open(path, encoding="utf-8", errors="replace") as file:
                self._texts[path] = file.read()
        return self._texts[path]


class ProjectTest(unittest.TestCase):
    """Adds the two assertions of a checker's test."""

    maxDiff = None
    build = None

    def assert_holds(self, problems):
        self.assertEqual([], list(problems), "\n" + "\n".join(problems))

    def assert_names(self, problems, *words):
        """That there is a problem, and that one of them has all the words."""
        found = [problem for problem in problems if all(word in problem for word in words)]
        self.assertTrue(found, f"no problem names {words}: {problems}")


def run():
    """Runs the tests of the calling file. `--build FOLDER` is the build tree of preset host."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", default="build/host")
    arguments, rest = parser.parse_known_args()
    ProjectTest.build = arguments.build
    unittest.main(module="__main__", argv=[sys.argv[0], *rest], verbosity=2)
