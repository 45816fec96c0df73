#pragma once
// Every log that a test makes is read by both verifiers when the test ends, and the two must agree
// (tests/support/jury.hpp), whatever the test itself was about.
//
// Folders of tests come here by themselves: `TemporaryFolder` hands itself over when it goes and
// something in it looks like a log. Logs in memory are shown by the fixtures that close them. Of
// more than a few dozen in one test every second is let go, again and again; and a log longer than
// a few thousand entries is left out. With AXIOM_LONG=1 nothing is.

#include <filesystem>

#include <axiom/port/store.hpp>

namespace axiom::test {

/// Takes a folder with logs in it, to read them and remove it when the test ends. False, and
/// nothing is taken, when there is none or no test runs.
[[nodiscard]] bool take_folder_of_logs(std::filesystem::path const& folder);

/// Copies the log that lies in `store` now, to be read when the test ends. `store` breaks no
/// promise while it is read.
void show_log(Store& store);

} // namespace axiom::test
