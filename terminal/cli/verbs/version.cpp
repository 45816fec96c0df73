// axiom version: what this program is and which formats it reads and writes.

#include <axiom/log/entry.hpp>
#include <axiom/store/segment_format.hpp>
#include <sim-host/platform/hash_engines.hpp>
#include <terminal/cli/console.hpp>
#include <terminal/cli/invocation.hpp>

namespace axiom::cli {

namespace {

constexpr std::string_view program_version = "0.1.0";

Exit run(Invocation const& /*given*/, Console& console) {
    constexpr unsigned format = store::SegmentHeader::current_format;
    constexpr unsigned header = EntryHeader::current_version;
    std::string const engine{host::fastest_engine().name};
    if (console.json()) {
        console.document("axiom.version/1", {{"version", program_version},
                                             {"log_format", format},
                                             {"entry_header", header},
                                             {"hash_engine", engine},
                                             {"compiler", __VERSION__}});
        return Exit::success;
    }
    console.write("axiom ").line(program_version);
    console.line("log format " + std::to_string(format) + ", entry header " +
                 std::to_string(header));
    console.line("hash engine " + engine + "; " + __VERSION__);
    return Exit::success;
}

} // namespace

extern VerbRow const version_verb;
VerbRow const version_verb{.name = "version",
                           .group = "help",
                           .sentence = "print the versions of program and formats",
                           .text = {},
                           .options = {},
                           .examples = {},
                           .run = run};

} // namespace axiom::cli
