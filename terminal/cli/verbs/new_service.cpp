// axiom new service: a service that works, with its test, to begin from.
//
// The templates are a service of the tree itself, `services/example`, which is built and tested
// like every other: what is written here is a copy of it under another name.

#include <algorithm>
#include <filesystem>
#include <set>

#include <terminal/cli/console.hpp>
#include <terminal/cli/invocation.hpp>
#include <terminal/cli/new_file.hpp>
#include <terminal/cli/trust.hpp>

namespace axiom::cli {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view model = "example";
constexpr std::string_view model_type = "Example";
constexpr std::size_t file_bytes_max = std::size_t{64} << 10U;
constexpr std::size_t name_bytes_max = 16; // as much as a capability's label holds

// What a namespace may be called beside those that are there.
void check_name(std::string const& name) {
    static std::set<std::string> const taken{
        "axiom",     "kernel",    "host",      "test",      "std",       "alignas",  "alignof",
        "and",       "asm",       "auto",      "bitand",    "bitor",     "bool",     "break",
        "case",      "catch",     "char",      "class",     "compl",     "concept",  "const",
        "consteval", "constexpr", "constinit", "continue",  "decltype",  "default",  "delete",
        "do",        "double",    "else",      "enum",      "explicit",  "export",   "extern",
        "false",     "float",     "for",       "friend",    "goto",      "if",       "inline",
        "int",       "long",      "mutable",   "namespace", "new",       "noexcept", "not",
        "nullptr",   "operator",  "or",        "private",   "protected", "public",   "register",
        "requires",  "return",    "short",     "signed",    "sizeof",    "static",   "struct",
        "switch",    "template",  "this",      "throw",     "true",      "try",      "typedef",
        "typeid",    "typename",  "union",     "unsigned",  "using",     "virtual",  "void",
        "volatile",  "while",     "xor"};
    bool const good =
        !name.empty() && name.size() <= name_bytes_max && name[0] >= 'a' && name[0] <= 'z' &&
        std::ranges::all_of(name, [](char letter) {
            return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9');
        });
    if (!good || taken.contains(name)) {
        throw usage("`" + name +
                        "` is no name for a service: 1 to 16 small letters and digits, a "
                        "letter first, and no word of the language",
                    "axiom new service counter");
    }
}

std::string replaced(std::string text, std::string_view what, std::string const& with) {
    for (std::size_t at = text.find(what); at != std::string::npos;
         at = text.find(what, at + with.size())) {
        text.replace(at, what.size(), with);
    }
    return text;
}

std::string renamed(std::string const& text, std::string const& name) {
    std::string type = name;
    type[0] = static_cast<char>(type[0] - 'a' + 'A');
    return replaced(replaced(text, model_type, type), model, name);
}

std::string read(fs::path const& path) {
    auto const bytes = file_argument(path.string(), file_bytes_max);
    return std::string{text_of(Bytes{bytes})};
}

struct NewFile {
    fs::path path;
    std::string text;
};

// All of them, before any is written.
std::vector<NewFile> files_of(fs::path const& tree, std::string const& name) {
    fs::path const from = tree / "services" / model;
    std::error_code failed;
    std::vector<NewFile> files;
    for (auto const& each : fs::directory_iterator{from, failed}) {
        files.push_back(
            {tree / "services" / name / each.path().filename(), renamed(read(each.path()), name)});
    }
    std::string const test = "_service_test.cpp";
    fs::path const unit = tree / "tests/unit";
    if (!failed && !files.empty()) {
        files.push_back(
            {unit / (name + test), renamed(read(unit / (std::string{model} + test)), name)});
    }
    if (failed || files.empty()) {
        throw Failure{.exit = Exit::not_found,
                      .code = "no_such_row",
                      .sentence = tree.string() + " holds no tree of Axiom OS",
                      .cause = from.string() + " is where a new service is copied from",
                      .next = "run it at the top of the tree, or give --tree"};
    }
    std::ranges::sort(files, {}, &NewFile::path);
    return files;
}

std::string manifest_entry(std::string const& name) {
    return "[service." + name + "]\nprogram = \"service_" + name +
           "\"\ncpu = \"1ms of 10ms\"\nmemory = \"1 MiB\"\nrestart = \"always\"\ngets = []\n";
}

Exit new_service(Invocation const& given, Console& console) {
    std::string const name = given.text("name");
    check_name(name);
    fs::path const tree = given.text("tree");
    auto const files = files_of(tree, name);
    for (NewFile const& each : files) {
        if (fs::exists(fs::symlink_status(each.path))) {
            throw Failure{.exit = Exit::answer_is_no,
                          .code = "already_exists",
                          .sentence = each.path.string() + " is there already",
                          .cause = "nothing was written",
                          .next = "choose another name"};
        }
    }
    std::error_code failed;
    fs::create_directories(tree / "services" / name, failed);
    for (NewFile const& each : files) {
        write_new_file(each.path.string(), bytes_of(each.text));
        console.line(each.path.string());
    }
    console.remark("its place in system.toml, behind whatever it is to be given:\n\n" +
                   manifest_entry(name) +
                   "\nthen: cmake --build build/host && build/host/bin/axiom_test_unit "
                   "--gtest_filter='*" +
                   renamed("ExampleService", name) + "*'");
    return Exit::success;
}

} // namespace

extern VerbRow const new_service_verb;
VerbRow const new_service_verb{
    .name = "new service",
    .group = "system",
    .sentence = "write a service that works, with its test, to begin from",
    .text = "Copies `services/example`, which is built and tested like every other service, under "
            "another name: a folder of messages, logic and program, and a test of the logic alone. "
            "What goes into system.toml is shown, and written there by whoever decides what the "
            "service is given.\n\nExit 1 when one of the files is there already, and then nothing "
            "is written; 7 when --tree is no tree of Axiom OS.",
    .options = {{.name = "name",
                 .kind = ValueKind::name,
                 .value = "NAME",
                 .sentence = "small letters and digits",
                 .positional = true,
                 .required = true},
                {.name = "tree",
                 .kind = ValueKind::path,
                 .value = "FOLDER",
                 .sentence = "the top of the tree",
                 .fallback = "."}},
    .examples = {{"axiom new service counter", "services/counter, and its test"}},
    .run = new_service};

} // namespace axiom::cli
