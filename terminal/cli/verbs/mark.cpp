// axiom mark: gives an entry a name.

#include <axiom/codec/utf8.hpp>
#include <axiom/log/log_kinds.hpp>
#include <axiom/log/log_rows.hpp>
#include <terminal/cli/gated_change.hpp>
#include <terminal/cli/log_access.hpp>

namespace axiom::cli {

namespace {

bool is_mark_name(std::string const& name) {
    auto const parsed = host::parse_reference(name);
    return name.size() <= mark_name_bytes_max && is_utf8(bytes_of(name)) && parsed &&
           parsed->base == host::ReferenceBase::name && parsed->back == 0 &&
           name.find('~') == std::string::npos && !host::is_hash_prefix(name);
}

Exit run(Invocation const& given, Console& console) {
    std::string const name = given.text("NAME");
    if (!is_mark_name(name)) {
        throw usage("`" + name +
                        "` cannot be a mark: one to 64 bytes, no spaces, no ~ or .., and "
                        "nothing that is a reference already, such as a hash's first four digits",
                    "axiom mark before-update");
    }
    LogAsItStands now{given};
    Sequence const sequence = entry_named(now.log(), given.text("REF"));
    GatedChange const change{.wish = {.domain = DomainNumber::log,
                                      .kind = static_cast<std::uint16_t>(LogKind::mark),
                                      .object = name,
                                      .causes = {sequence, Sequence{}},
                                      .producer = {},
                                      .number = {}},
                             .what = "the mark `" + name + "`",
                             .check = {},
                             .at_this_time = false};
    now.ask(given, change);
    Sequence const at =
        make_change(given, console, change, Mark{.name = name, .sequence = sequence});
    if (console.json()) {
        console.document("axiom.mark/1",
                         {{"name", name}, {"sequence", sequence.value}, {"entry", at.value}});
    } else {
        console.line("entry " + std::to_string(sequence.value) + " is now `" + name +
                     "` (recorded as entry " + std::to_string(at.value) + ")");
    }
    return Exit::success;
}

} // namespace

extern VerbRow const mark_verb;
VerbRow const mark_verb{
    .name = "mark",
    .group = "write",
    .sentence = "give an entry a name that references may use",
    .text = "The mark is an entry of its own. Given again, a name moves to the newer entry. A name "
            "of four or more hex digits is none, because it may be the beginning of a hash.",
    .reads_log = true,
    .options = {{.name = "NAME",
                 .kind = ValueKind::name,
                 .sentence = "the name",
                 .positional = true,
                 .required = true},
                {.name = "REF",
                 .kind = ValueKind::reference,
                 .sentence = "the entry",
                 .fallback = "@",
                 .positional = true},
                as_option(),
                key_option(),
                mirror_option(),
                archive_option()},
    .examples = {{"axiom mark before-update", "name the newest entry"},
                 {"axiom log before-update..", "what came after"}},
    .run = run};

} // namespace axiom::cli
