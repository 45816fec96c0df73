"""clang-format would change nothing (scripts/format applies it)."""

import os
import subprocess
import tempfile

from project import CODE, ProjectTest, RealTree, run


def problems(files):
    """What clang-format complains about, with the style of this tree."""
    if not files:
        return []
    command = ["clang-format-19", "--style=file:.clang-format", "--dry-run", "-Werror"]
    command += ["--ferror-limit=1", *files]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = [line for line in result.stderr.splitlines() if ": error:" in line]
    return lines if lines or result.returncode == 0 else [result.stderr]


class SourcesAreFormatted(ProjectTest):
    def test_this_tree(self):
        self.assert_holds(problems(RealTree().paths(*CODE)))

    def test_a_source_in_another_style_is_named(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "west.cpp")
            for code, good in (("int f(const int* a);\n", False), ("int f(int const* a);\n", True)):
                with open(path, "w", encoding="utf-8") as file:
                    file.write(code)
                if good:
                    self.assert_holds(problems([path]))
                else:
                    self.assert_names(problems([path]), "west.cpp")


if __name__ == "__main__":
    run()
