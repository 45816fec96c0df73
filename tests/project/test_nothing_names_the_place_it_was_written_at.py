"""No file names a path of somebody's machine, a package registry or a server that is not a public
reference; none has a mark of unfinished work."""

import re

from project import ProjectTest, RealTree, Tree, run

# Written in pieces, so that this file does not name them either.
MACHINE = re.compile(
    r"(?<![\w.-])/(?:wo" + r"rk|fa" + r"rm|home/\w+|ro" + r"ot|Use" + r"rs)/|/tmp/(?:wt|coord)\b"
)
MARKS = re.compile(r"\b(?:TO" + "DO|FIX" + "ME|X" + r"XX|HA" + "CK)\\b|not " + r"implemented")
HOST = re.compile(r"\bhttps?://(?:[^/@\s]*@)?([A-Za-z0-9.-]+)")
PUBLIC = {
    "apache.org",
    "axiom-os.org",
    "c2sp.org",
    "debian.org",
    "example.com",
    "example.org",
    "github.com",
    "ietf.org",
    "rfc-editor.org",
    "sqlite.org",
    "w3.org",
}


def problems(tree):
    found = []
    for path in tree.paths():
        for number, line in tree.lines(path):
            if MACHINE.search(line):
                found.append(f"{path}:{number}: names a path of a machine")
            if MARKS.search(line):
                found.append(f"{path}:{number}: a mark of unfinished work")
            for host in HOST.findall(line):
                if not any(host == public or host.endswith("." + public) for public in PUBLIC):
                    found.append(f"{path}:{number}: names the server {host}")
    return found


class NothingNamesThePlaceItWasWrittenAt(ProjectTest):
    def test_this_tree(self):
        self.assert_holds(problems(RealTree()))

    def test_a_path_of_a_machine_is_named(self):
        homes = ("/ho" + "me/ann/axiom", '"/ro' + 'ot/.ssh"')
        for bad in (*homes, "see /wo" + "rk/main", "/tmp" + "/wt/x"):
            self.assert_names(problems(Tree({"a.md": "\n" + bad})), "a.md:2", "path")

    def test_a_server_is_named(self):
        for host in ("registry.example.net", "10.0.0.1"):
            tree = Tree({"a.md": "see http" + f"s://me:pw@{host}:80/x"})
            self.assert_names(problems(tree), "a.md:1", host)

    def test_a_mark_is_named(self):
        self.assert_names(problems(Tree({"a.cpp": "// TO" + "DO: later"})), "unfinished")

    def test_references_and_words_are_allowed(self):
        text = "http://www.apache.org/licenses/ workload/root paths/work/ the-root/ build/home/x"
        self.assert_holds(problems(Tree({"a.md": text})))


if __name__ == "__main__":
    run()
