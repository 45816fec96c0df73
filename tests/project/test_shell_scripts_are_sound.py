"""shellcheck finds nothing in the scripts, and each stops at its first error."""

import os
import re
import subprocess
import tempfile

from project import ProjectTest, RealTree, run


def scripts(tree):
    shebang = re.compile(r"#!.*\b(ba)?sh\b")
    return [path for path in tree.paths() if path.endswith(".sh") or shebang.match(tree.text(path))]


def problems(files):
    if not files:
        return ["no script was given"]
    command = ["shellcheck", "--external-sources", "--format=gcc", *files]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    found = result.stdout.splitlines()
    for path in files:
        with open(path, encoding="utf-8") as file:
            text = file.read()
        if "set -euo pipefail" not in text and "/lib.sh" not in text:
            found.append(f"{path}: goes on after an error (set -euo pipefail)")
    return found if found or result.returncode == 0 else [result.stderr]


class ShellScriptsAreSound(ProjectTest):
    def test_this_tree(self):
        self.assert_holds(problems(scripts(RealTree())))

    def test_a_careless_script_is_named(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "careless.sh")
            with open(path, "w", encoding="utf-8") as file:
                file.write("#!/bin/bash\nrm $1\n")
            self.assert_names(problems([path]), "careless.sh", "SC2086")
            self.assert_names(problems([path]), "careless.sh", "after an error")


if __name__ == "__main__":
    run()
