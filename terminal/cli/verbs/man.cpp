// axiom man: the man pages, made of the option table.

#include <fcntl.h>

#include <filesystem>

#include <sim-host/platform/host_file.hpp>
#include <terminal/cli/console.hpp>
#include <terminal/cli/invocation.hpp>
#include <terminal/cli/pages.hpp>

namespace axiom::cli {

namespace {

void write_page(std::filesystem::path const& folder, VerbRow const* verb) {
    std::filesystem::path const path = folder / man_page_name(verb);
    std::error_code ignored;
    std::filesystem::remove(path, ignored);
    std::string const page = man_page(verb);
    auto const file = value_or_stop(host::HostFile::open(
        AT_FDCWD, path.string(), {.writable = true, .create_new = true}, path.string()));
    value_or_stop(file.write(0, bytes_of(page)));
}

Exit run(Invocation const& given, Console& console) {
    if (auto const folder = given.given("to")) {
        std::error_code error;
        std::filesystem::create_directories(*folder, error);
        if (error) {
            throw Failure{.exit = Exit::storage,
                          .code = "output_failed",
                          .sentence = "the folder cannot be made: " + *folder,
                          .cause = error.message(),
                          .next = "name a folder that can be written"};
        }
        write_page(*folder, nullptr);
        for (VerbRow const* const verb : verbs()) {
            write_page(*folder, verb);
        }
        if (console.json()) {
            console.document("axiom.man/1", {{"folder", *folder}, {"pages", verbs().size() + 1}});
        }
        return Exit::success;
    }
    std::string name;
    for (std::string const& word : given.all("VERB")) {
        name += name.empty() ? word : " " + word;
    }
    VerbRow const* const verb = name.empty() ? nullptr : find_verb(name);
    if (verb == nullptr && !name.empty()) {
        throw usage("there is no verb `" + name + "`", "axiom --help");
    }
    if (console.json()) {
        console.document("axiom.man/1", {{"name", man_page_name(verb)}, {"page", man_page(verb)}});
    } else {
        console.raw(man_page(verb));
    }
    return Exit::success;
}

} // namespace

extern VerbRow const man_verb;
VerbRow const man_verb{
    .name = "man",
    .group = "help",
    .sentence = "print a man page, or write all of them into a folder",
    .text = "The pages follow from the same table as --help and the completion scripts.",
    .options = {{.name = "VERB",
                 .kind = ValueKind::name,
                 .sentence = "the verb; none prints the overview",
                 .positional = true,
                 .repeated = true},
                {.name = "to",
                 .kind = ValueKind::path,
                 .value = "FOLDER",
                 .sentence = "write every page into this folder"}},
    .examples = {{"axiom man verify | man -l -", "read a page"},
                 {"axiom man --to ~/.local/share/man/man1", "install them for yourself"}},
    .run = run};

} // namespace axiom::cli
