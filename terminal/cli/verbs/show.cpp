// axiom show: one entry with everything that belongs to it.

#include <axiom/policy/decision.hpp>
#include <kernel/event/kinds.hpp>
#include <terminal/cli/console.hpp>
#include <terminal/cli/entry_text.hpp>
#include <terminal/cli/log_access.hpp>
#include <terminal/cli/printable.hpp>
#include <terminal/cli/time_text.hpp>

namespace axiom::cli {

namespace {

constexpr std::size_t shown_bytes_max = 4096;

// The newest checkpoint at or after the entry: what seals it.
std::optional<Sequence> sealed_by(host::OpenedLog& log, Sequence sequence) {
    std::optional<Sequence> found;
    value_or_stop(
        log.for_each({Sequence{sequence.value + 1}, log.end()}, [&](host::EntryView const& view) {
            EntryHeader const& header = view.entry.header;
            if (!view.reduced && header.domain == DomainNumber::log &&
                header.kind == static_cast<std::uint16_t>(LogKind::checkpoint)) {
                found = view.sequence;
            }
            return !found;
        }));
    return found;
}

// The seal over the batch of the SysLog in which the call that caused the entry was recorded.
std::optional<Sequence> call_sealed_by(host::OpenedLog& log, EntryHeader const& entry) {
    SyslogPosition const& call = entry.syslog;
    std::optional<Sequence> found;
    bool same_boot = true;
    value_or_stop(log.for_each({entry.sequence, log.end()}, [&](host::EntryView const& view) {
        EntryHeader const& header = view.entry.header;
        if (view.reduced || header.sequence == entry.sequence) {
            return true;
        }
        bool const boots = header.domain == DomainNumber::log &&
                           header.kind == static_cast<std::uint16_t>(LogKind::boot);
        same_boot = same_boot && !boots;
        if (header.domain == DomainNumber::kernel &&
            header.kind == static_cast<std::uint16_t>(kernel::Kind::seal)) {
            auto const seal = decode_whole<kernel::Seal>(view.entry.body);
            if (seal && seal->ring == call.ring && seal->first <= call.index &&
                call.index < seal->end()) {
                found = view.sequence;
            }
        }
        return same_boot && !found;
    }));
    return found;
}

bool is_of_a_call(EntryHeader const& header) {
    return header.syslog != SyslogPosition{};
}

Json call_json(host::OpenedLog& log, EntryHeader const& header) {
    auto const seal = call_sealed_by(log, header);
    return {{"boot", header.syslog.boot},
            {"ring", header.syslog.ring},
            {"index", header.syslog.index},
            {"sealed_by", seal ? Json(seal->value) : Json(nullptr)}};
}

std::string call_text(host::OpenedLog& log, EntryHeader const& header) {
    auto const seal = call_sealed_by(log, header);
    return "record " + std::to_string(header.syslog.index) + " of ring " +
           std::to_string(header.syslog.ring) + " of the SysLog, boot " +
           std::to_string(header.syslog.boot) +
           (seal ? "; its batch is sealed by entry " + std::to_string(seal->value)
                 : "; no seal covers it");
}

void field(Console& console, std::string_view name, std::string const& value) {
    std::string label = "  " + std::string{name};
    label.resize(14, ' ');
    console.write(Style::dim, label).line(value);
}

void print_json_lines(Console& console, Json const& value, std::string const& indent) {
    if (!value.is_object()) {
        console.line(indent + value.dump(-1, ' ', false, Json::error_handler_t::replace));
        return;
    }
    for (auto const& [name, member] : value.items()) {
        if (member.is_object()) {
            console.line(indent + printable(name) + ":");
            print_json_lines(console, member, indent + "  ");
        } else {
            std::string const text =
                member.is_string() ? printable(member.get<std::string>())
                                   : member.dump(-1, ' ', false, Json::error_handler_t::replace);
            console.line(std::string{indent}.append(printable(name)).append(": ").append(text));
        }
    }
}

void print_entry(Console& console, host::OpenedLog& log, host::OwnedEntry const& owned,
                 std::optional<Sequence> seal) {
    host::EntryView const& view = owned.view;
    EntryHeader const& header = view.entry.header;
    console.write("entry ").write(Style::yellow, std::to_string(view.sequence.value));
    console.write("  ").line(short_hash(view.link, 64));
    field(console, "leaf", short_hash(view.leaf, 64));
    if (view.reduced) {
        console.line("  pruned: only the leaf is left; the chain still verifies over it");
        return;
    }
    field(console, "kind", kind_text(header));
    field(console, "class", header.entry_class == EntryClass::durable ? "durable" : "ordered");
    field(console, "time", time_text(header.time) + " (advisory)");
    field(console, "boot",
          std::to_string(owned.record.boot.value) + ", epoch " +
              std::to_string(owned.record.epoch.value));
    field(console, "block",
          "entries " + std::to_string(owned.record.first.value) + " to " +
              std::to_string(owned.record.first.value + owned.record.count - 1));

    console.line().line("proposal");
    field(console, "actor",
          "principal " + std::to_string(header.principal.value) + ", process " +
              std::to_string(header.process.value));
    if (is_of_a_call(header)) {
        field(console, "call", call_text(log, header));
    }
    if (header.producer.value != 0) {
        field(console, "producer",
              producer_text(header.producer) + " number " +
                  std::to_string(header.producer_number.value));
    }
    for (Sequence const cause : header.causes) {
        if (cause.value != 0) {
            field(console, "caused by", std::to_string(cause.value));
        }
    }
    Json body = body_json(view);
    if (body.is_object() && body.contains("decision")) {
        console.line().line("decision");
        field(console, "decided at", std::to_string(header.decided_at.value));
        print_json_lines(console, body["decision"], "  ");
        body = body["content"];
    }
    console.line().line("content");
    print_json_lines(console, body, "  ");
    if (!header.body_commitment.is_zero()) {
        field(console, "commitment", short_hash(header.body_commitment, 64));
    }
    if (view.attachment != host::AttachmentState::none) {
        console.line().line("attachment");
        field(console, "commitment", short_hash(header.attachment_commitment, 64));
        if (view.attachment == host::AttachmentState::present) {
            field(console, "bytes", std::to_string(view.data.size()));
            console.line("  " + printable_cut(text_of(view.data.first(
                                                  std::min(view.data.size(), shown_bytes_max))),
                                              shown_bytes_max));
        } else {
            console.line("  erased; its commitment stays");
        }
    }
    console.line().line("trust");
    field(console, "durable",
          view.sequence < log.watermark() ? "yes, below the watermark"
                                          : "not confirmed in the log yet");
    field(console, "sealed",
          seal ? "by the checkpoint at " + std::to_string(seal->value)
               : "no checkpoint covers it yet");
    std::string const sequence = std::to_string(view.sequence.value);
    console.line("  receipt and proof: axiom receipt " + sequence + ", axiom prove " + sequence);
}

Exit run(Invocation const& given, Console& console) {
    auto const log = open_log(given);
    auto names = given.all("REF");
    if (names.empty()) {
        names.emplace_back("@");
    }
    if (!given.has("data")) {
        console.start_pager();
    }
    bool first = true;
    for (std::string const& name : names) {
        Sequence const sequence = entry_named(*log, name);
        auto owned = value_or_stop(log->entry(sequence));
        if (given.has("data")) {
            if (owned.view.reduced) {
                throw is_pruned(*log, sequence);
            }
            if (owned.view.attachment != host::AttachmentState::present) {
                throw not_found("entry " + std::to_string(sequence.value) +
                                " has no attachment that is still there");
            }
            console.raw(text_of(owned.view.data));
            continue;
        }
        auto const seal = sealed_by(*log, sequence);
        if (console.json()) {
            owned.view.record = &owned.record;
            Json members = entry_json(owned.view);
            members["leaf"] = short_hash(owned.view.leaf, 64);
            members["block"] = {{"first", owned.record.first.value}, {"count", owned.record.count}};
            members["durable"] = sequence < log->watermark();
            if (is_of_a_call(owned.view.entry.header)) {
                members["call"] = call_json(*log, owned.view.entry.header);
            }
            members["sealed_by"] = seal ? Json(seal->value) : Json(nullptr);
            names.size() == 1 ? console.document("axiom.show/1", members)
                              : console.record("axiom.show/1", members);
            continue;
        }
        console.write(first ? "" : "\n");
        first = false;
        print_entry(console, *log, owned, seal);
    }
    return Exit::success;
}

} // namespace

extern VerbRow const show_verb;
VerbRow const show_verb{
    .name = "show",
    .group = "read",
    .sentence = "show one entry: proposal, decision, content, attachment, trust",
    .text = "Without a reference it shows the newest entry.",
    .reads_log = true,
    .ends_unread = true,
    .options = {{.name = "REF",
                 .kind = ValueKind::reference,
                 .sentence = "the entry: a sequence, a hash prefix, @, @~3, boot:-1 or a mark",
                 .positional = true,
                 .repeated = true},
                {.name = "data",
                 .kind = ValueKind::flag,
                 .sentence =
                     "write the attachment's bytes to stdout as they are, and nothing else"}},
    .examples = {{"axiom show 12", "entry 12"}, {"axiom show --data @~1 > line", "its bytes"}},
    .run = run};

} // namespace axiom::cli
