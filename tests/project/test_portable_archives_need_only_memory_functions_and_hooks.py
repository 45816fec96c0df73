"""The freestanding archives ask their surroundings for four memory functions and the hooks of
axiom/base/hooks.hpp, start nothing before main, and keep nothing per thread. Release archives
hold no mutant."""

import glob
import os
import re
import subprocess
import tempfile

from project import ProjectTest, RealTree, Tree, run

MEMORY = {"memcpy", "memmove", "memset", "memcmp"}
# Every linker makes this one itself; GCC names it in position-independent code.
BY_LINKER = {"_GLOBAL_OFFSET_TABLE_"}
HOOKS = "libaxiom/include/axiom/base/hooks.hpp"
ARCHIVES = ("libaxiom.a", "libaxiom_domains.a", "libaxiom_jobs.a", "libkernel.a")
SECTIONS = (".init_array", ".ctors", ".tdata", ".tbss", ".gcc_except_table")


def hooks(tree):
    """The functions that the hook header declares."""
    code = re.sub(r"//.*", "", tree.text(HOOKS))
    return set(re.findall(r"\b(\w+)\s*\([^)]*\)\s*(?:noexcept\s*)?;", code))


def output(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def symbols(files, option):
    lines = output("llvm-nm-19", "--just-symbol-name", option, *files).split("\n")
    return {line.strip() for line in lines if line.strip() and not line.endswith(":")}


def problems(files, allowed):
    found = []
    defined = symbols(files, "--defined-only")
    for file in files:
        for name in sorted(symbols([file], "--undefined-only") - defined - allowed):
            found.append(f"{os.path.basename(file)}: needs {name}")
        for name in sorted(name for name in symbols([file], "--defined-only") if "mutant" in name):
            found.append(f"{os.path.basename(file)}: holds the mutant {name}")
        headers = output("llvm-readelf-19", "--sections", "--wide", file)
        for section in SECTIONS:
            if re.search(rf"\s{re.escape(section)}[\s.]", headers):
                found.append(f"{os.path.basename(file)}: has a section {section}")
    return found


class PortableArchives(ProjectTest):
    def compiled(self, code):
        """The problems of a made-up object."""
        with tempfile.TemporaryDirectory() as folder:
            source, made = os.path.join(folder, "a.cpp"), os.path.join(folder, "a.o")
            with open(source, "w", encoding="utf-8") as file:
                file.write(code)
            output("clang++-19", "-std=c++23", "-O1", "-c", source, "-o", made)
            return problems([made], MEMORY | BY_LINKER | {"axiom_panic"})

    def test_the_archives_of_every_built_compiler(self):
        allowed = MEMORY | BY_LINKER | hooks(RealTree())
        for preset in ("host", "host-gcc"):
            folder = os.path.join(os.path.dirname(self.build), preset, "lib")
            files = [os.path.join(folder, name) for name in ARCHIVES]
            files = [path for path in files if os.path.exists(path)]
            if preset == "host":
                self.assertTrue(files, f"no archive in {folder}: build first")
            if files:
                with self.subTest(preset):
                    self.assert_holds(problems(files, allowed))

    def test_the_hooks_are_read_from_their_header(self):
        declared = "[[noreturn]] void a_hook(char const* a,\n unsigned b) noexcept;\nint other();\n"
        tree = Tree({HOOKS: "// void no();\n" + declared})
        self.assertEqual({"a_hook", "other"}, hooks(tree))
        self.assertIn("axiom_panic", hooks(RealTree()))

    def test_the_heap_is_named(self):
        self.assert_names(self.compiled("int* f() { return new int; }"), "needs _Znwm")

    def test_a_throw_helper_is_named(self):
        code = "#include <optional>\nint f(std::optional<int> a) { return a.value(); }"
        self.assert_names(self.compiled(code), "needs __cxa_throw")

    def test_a_static_constructor_is_named(self):
        self.assert_names(self.compiled("int hidden(); int now = hidden(); "), ".init_array")

    def test_state_per_thread_is_named(self):
        code = "thread_local int now = 1; int* f() { return &now; }"
        self.assert_names(self.compiled(code), ".tdata")

    def test_a_mutant_is_named(self):
        code = "bool axiom_mutant_chosen(int) { return false; }"
        self.assert_names(self.compiled(code), "holds the mutant")

    def test_a_hook_and_memory_are_allowed(self):
        code = """#include <cstring>
            extern "C" void axiom_panic();
            void f(void* a, void* b, unsigned long n) {
                if (n == 7) { axiom_panic(); }
                std::memcpy(a, b, n);
            }"""
        self.assert_holds(self.compiled(code))


if __name__ == "__main__":
    run()
