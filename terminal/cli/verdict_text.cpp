// What a verdict says; see terminal/cli/verdict_text.hpp.

#include <terminal/cli/verdict_text.hpp>

#include <sim-host/platform/string_text.hpp>
#include <terminal/cli/next_step.hpp>
#include <terminal/cli/number_text.hpp>
#include <terminal/cli/printable.hpp>

namespace axiom::cli {

namespace {

using host::Finding;
using host::Severity;
using host::Soundness;
using host::Verdict;

std::string_view word(Severity severity) noexcept {
    switch (severity) {
    case Severity::note:
        return "note";
    case Severity::incomplete:
        return "incomplete";
    case Severity::tampering:
        return "tampering";
    case Severity::version:
        return "version";
    case Severity::failed:
        break;
    }
    return "failed";
}

std::string_view word(Soundness soundness) noexcept {
    switch (soundness) {
    case Soundness::sealed:
        return "sealed";
    case Soundness::incomplete:
        return "incomplete";
    case Soundness::tampering:
        return "tampering";
    case Soundness::version:
        return "version";
    case Soundness::failed:
        break;
    }
    return "failed";
}

std::string place_of(Finding const& finding) {
    std::string place;
    auto const add = [&](char const* name, std::uint64_t number) {
        place += (place.empty() ? "" : ", ") + std::string{name} + ' ' + std::to_string(number);
    };
    if (finding.sequence) {
        add("entry", finding.sequence->value);
    }
    if (finding.segment) {
        add("segment", finding.segment->value);
    }
    if (finding.slot) {
        add("slot", finding.slot->value);
    }
    if (finding.offset) {
        add("offset", *finding.offset);
    }
    return place;
}

std::string_view next_of(Finding const& finding) noexcept {
    return finding.next.empty() ? next_step(finding.code) : finding.next;
}

// Whether nothing is wrong but what the caller gave, or that it is of another log.
bool only_outside(Verdict const& verdict) noexcept {
    return verdict.findings_left_out == 0 &&
           std::ranges::all_of(verdict.findings, [](Finding const& finding) {
               return finding.outside || finding.severity == Severity::note;
           });
}

// Whether only a part of the log was asked for.
bool is_partial(Verdict const& verdict) noexcept {
    return verdict.range.first.value != 0 || verdict.range.end < verdict.next;
}

void print_finding(Finding const& finding, Console& console) {
    console.write(finding.severity == Severity::note ? Style::yellow : Style::red,
                  word(finding.severity));
    std::string const place = place_of(finding);
    console.write("  ").write(text_of(finding.code).name);
    if (!place.empty()) {
        console.write(" at ").write(place);
    }
    console.write(": ").line(printable(finding.what));
    if (finding.severity != Severity::note) {
        console.write(Style::dim, "           next: ").line(next_of(finding));
    }
}

void fact(Console& console, std::string_view name, std::string_view text) {
    console.write(Style::dim, name)
        .write(std::string(12 - std::min<std::size_t>(name.size(), 11), ' '));
    console.line(text);
}

std::string seal_text(Verdict const& verdict) {
    if (!verdict.seal) {
        return "nothing: no checkpoint in this log holds";
    }
    host::Seal const& seal = *verdict.seal;
    std::string text = "through entry " + std::to_string(seal.checkpoint.entries.value - 1) +
                       ", by the checkpoint at entry " + std::to_string(seal.entry.value) +
                       ", key " + std::to_string(seal.key.number) + " (" +
                       host::hex_text(seal.key.key).substr(0, 16) + "…)";
    if (seal.key.era != 0) {
        text += ", era " + std::to_string(seal.key.era) + ": " +
                counted(seal.key.era, "key was", "keys were") + " lost before it";
    }
    return text;
}

// `index` is that of the origin which the fork made.
std::string fork_text(Verdict const& verdict, std::size_t index) {
    return "at entry " + std::to_string(verdict.origins[index].first.value) + ", from log " +
           host::hex_text(verdict.origins[index - 1].log_id);
}

Json json_of_origins(Verdict const& verdict) {
    Json origins = Json::array();
    for (host::LogOrigin const& origin : verdict.origins) {
        origins.push_back(
            {{"log_id", host::hex_text(origin.log_id)}, {"first", origin.first.value}});
    }
    return origins;
}

std::vector<std::string> grounds(Verdict const& verdict) {
    std::vector<std::string> lines;
    host::Anchors const& anchors = verdict.anchors;
    if (anchors.receipt) {
        lines.emplace_back("a receipt: the log is no older than it, and grew out of what it saw");
    }
    if (anchors.checkpoint) {
        lines.emplace_back("a checkpoint that you trust: what it covers was not hashed again, and "
                           "the log grew out of it");
    }
    if (anchors.shared_until) {
        lines.push_back("what was seen of the log that this one was forked from: it vouches for "
                        "the entries before " +
                        std::to_string(anchors.shared_until->value) +
                        ", which both share, and for nothing after");
    }
    if (anchors.log_id) {
        lines.emplace_back("the log's id, which you named");
    }
    if (anchors.key) {
        lines.emplace_back("the checkpoint key, which you named");
    }
    if (!anchors.key && !anchors.log_id && !anchors.receipt && !anchors.checkpoint) {
        lines.emplace_back(
            verdict.forks() == 0
                ? "the key that the log itself names: whoever could write all of it could "
                  "have made another log with another key"
                : "the key that the log's newest fork names: whoever has a copy of a log can fork "
                  "it, with a key of their own");
    }
    if (anchors.key_lies_beside) {
        lines.emplace_back("the signing key lay beside the log: this shows accident, not attack");
    }
    if (!anchors.receipt && !anchors.checkpoint && !anchors.refuted) {
        lines.emplace_back("nothing outside the log says where it ended: a copy that was cut at a "
                           "seal verifies too (--expect RECEIPT shows it)");
    }
    return lines;
}

std::vector<std::string> limits(Verdict const& verdict) {
    std::vector<std::string> lines{"that what the entries say is true: only that it was committed "
                                   "to, in this order"};
    if (std::uint64_t const whole = verdict.entries - verdict.reduced;
        verdict.entries_hashed < whole) {
        std::string const rest = counted(whole - verdict.entries_hashed, "entry", "entries");
        lines.push_back("anything about the bodies of the " + rest +
                        (is_partial(verdict) ? " outside the range" : " that did not match"));
    }
    if (verdict.reduced != 0) {
        lines.emplace_back(
            "what pruned entries said: their leaves are there, their bodies are not");
    }
    if (verdict.erased != 0) {
        lines.emplace_back("what erased attachments said: only that something was attached");
    }
    lines.emplace_back("times: other than their order, they are what the writer said");
    return lines;
}

std::string range_text(host::SequenceRange const& range) {
    if (range.end <= range.first) {
        return "no entry";
    }
    return "entries " + std::to_string(range.first.value) + " to " +
           std::to_string(range.end.value - 1);
}

std::string extent_text(Verdict const& verdict) {
    return std::to_string(verdict.entries) + " in " + counted(verdict.blocks, "block", "blocks") +
           ", " + counted(verdict.segments, "segment", "segments") + "; " +
           std::to_string(verdict.entries_hashed) + " hashed again, " +
           counted(verdict.bytes, "byte", "bytes") + " read";
}

std::string prune_text(host::PruneFact const& prune) {
    std::string text = counted(prune.reduced, "entry", "entries") + " before " +
                       std::to_string(prune.range.end.value) + " left as leaves only, by entry " +
                       std::to_string(prune.entry.value) + "; the snapshot after entry " +
                       std::to_string(prune.snapshot.value) + " stands for them";
    if (prune.reduced < prune.count) {
        text += "; " + std::to_string(prune.count - prune.reduced) +
                " more are owed, and the next command that writes to the log completes it";
    }
    return text;
}

} // namespace

Exit exit_of(Verdict const& verdict) noexcept {
    switch (verdict.soundness()) {
    case Soundness::sealed:
        return Exit::success;
    case Soundness::incomplete:
        return Exit::incomplete;
    case Soundness::tampering:
        return Exit::tampering;
    case Soundness::version:
        return Exit::incompatible;
    case Soundness::failed:
        break;
    }
    // What the system refuses to this process is no fault of the disk.
    bool const environment = std::ranges::all_of(verdict.findings, [](Finding const& finding) {
        return finding.severity != Severity::failed || finding.code == Code::access_refused;
    });
    return environment && verdict.findings_left_out == 0 ? Exit::environment : Exit::storage;
}

void print_verdict(Verdict const& verdict, Console& console) {
    for (Finding const& finding : verdict.findings) {
        print_finding(finding, console);
    }
    if (verdict.findings_left_out != 0) {
        console.line("… and " + std::to_string(verdict.findings_left_out) + " more");
    }
    Soundness const soundness = verdict.soundness();
    switch (soundness) {
    case Soundness::sealed:
        console.write(Style::green, "verified")
            .line(": every byte of the range was read and "
                  "hashed again, and is sealed");
        break;
    case Soundness::incomplete:
        console.write(Style::yellow, "incomplete");
        if (verdict.worst < Severity::incomplete) {
            std::uint64_t const sealed = verdict.seal ? verdict.seal->checkpoint.entries.value : 0;
            console.line(": what is there is whole, but entries " + std::to_string(sealed) +
                         " to " + std::to_string(verdict.next.value - 1) +
                         " are under no checkpoint yet");
        } else {
            console.line(": something is missing; nothing that was vouched for is wrong");
        }
        break;
    case Soundness::tampering:
        console.write(Style::red, "NOT VERIFIED")
            .line(only_outside(verdict)
                      ? ": the log's own bytes hold together, and what you gave says otherwise"
                      : ": bytes differ from what was committed to");
        break;
    case Soundness::version:
        console.write(Style::red, "NOT VERIFIED").line(": written by a newer program");
        break;
    case Soundness::failed:
        console.write(Style::red, "NOT VERIFIED").line(": the medium could not be read");
        break;
    }
    if (verdict.segments == 0) {
        return;
    }
    fact(console, "log", host::hex_text(verdict.log_id));
    fact(console, "entries", extent_text(verdict));
    if (is_partial(verdict)) {
        fact(console, "range", range_text(verdict.range));
    }
    fact(console, "head",
         host::hex_text(verdict.head) + " at " +
             std::to_string(verdict.next.value == 0 ? 0 : verdict.next.value - 1));
    fact(console, "tree",
         host::hex_text(verdict.tree.root) + " of " +
             counted(verdict.tree.size.value, "block", "blocks"));
    fact(console, "sealed", seal_text(verdict));
    fact(console, "writer",
         "boot " + std::to_string(verdict.boot.value) + ", epoch " +
             std::to_string(verdict.epoch.value) +
             (verdict.writer_alive     ? ", at work now: the head is where it was when read"
              : verdict.ended_in_order ? ", stopped in order"
                                       : ", did not stop in order"));
    for (host::PruneFact const& prune : verdict.pruned) {
        fact(console, "pruned", prune_text(prune));
    }
    if (verdict.erased != 0) {
        fact(console, "erased",
             counted(verdict.erased, "attachment", "attachments") + ", each by an entry");
    }
    if (verdict.erasures_owed != 0) {
        fact(console, "owed",
             counted(verdict.erasures_owed, "attachment", "attachments") +
                 " that an erasure names still there; `axiom erase --owed` completes it");
    }
    if (verdict.late_segments != 0) {
        fact(console, "late",
             "writes that came after their writer was fenced off, in " +
                 counted(verdict.late_segments, "segment", "segments") + "; they are ignored");
    }
    if (verdict.repairs != 0) {
        fact(console, "repaired",
             "by cutting " + counted(verdict.repairs, "torn tail", "torn tails"));
    }
    for (std::size_t index = verdict.origins.size(); index-- > 1;) {
        fact(console, "forked", fork_text(verdict, index));
    }
    for (std::string const& line : grounds(verdict)) {
        fact(console, "rests on", line);
    }
    for (std::string const& line : limits(verdict)) {
        fact(console, "not shown", line);
    }
}

Json json_of(Verdict const& verdict) {
    Json findings = Json::array();
    for (Finding const& finding : verdict.findings) {
        Json row{{"severity", word(finding.severity)},
                 {"code", text_of(finding.code).name},
                 {"what", printable(finding.what)},
                 {"next", next_of(finding)}};
        if (finding.sequence) {
            row["sequence"] = finding.sequence->value;
        }
        if (finding.segment) {
            row["segment"] = finding.segment->value;
        }
        if (finding.slot) {
            row["slot"] = finding.slot->value;
        }
        if (finding.offset) {
            row["offset"] = *finding.offset;
        }
        findings.push_back(std::move(row));
    }
    Json pruned = Json::array();
    for (host::PruneFact const& prune : verdict.pruned) {
        pruned.push_back({{"first", prune.range.first.value},
                          {"end", prune.range.end.value},
                          {"entry", prune.entry.value},
                          {"snapshot", prune.snapshot.value},
                          {"count", prune.count},
                          {"reduced", prune.reduced}});
    }
    Json seal = nullptr;
    if (verdict.seal) {
        seal = {{"entries", verdict.seal->checkpoint.entries.value},
                {"entry", verdict.seal->entry.value},
                {"tree_size", verdict.seal->checkpoint.tree.size.value},
                {"tree_root", host::hex_text(verdict.seal->checkpoint.tree.root)},
                {"key", host::hex_text(verdict.seal->key.key)},
                {"key_number", verdict.seal->key.number},
                {"era", verdict.seal->key.era}};
    }
    return {{"verdict", word(verdict.soundness())},
            {"exit", static_cast<int>(exit_of(verdict))},
            {"findings", findings},
            {"findings_left_out", verdict.findings_left_out},
            {"log_id", host::hex_text(verdict.log_id)},
            {"entries", verdict.entries},
            {"entries_hashed", verdict.entries_hashed},
            {"blocks", verdict.blocks},
            {"segments", verdict.segments},
            {"bytes", verdict.bytes},
            {"next", verdict.next.value},
            {"head", host::hex_text(verdict.head)},
            {"tree_size", verdict.tree.size.value},
            {"tree_root", host::hex_text(verdict.tree.root)},
            {"range", {{"first", verdict.range.first.value}, {"end", verdict.range.end.value}}},
            {"sealed", seal},
            {"checkpoints", verdict.checkpoints},
            {"boot", verdict.boot.value},
            {"epoch", verdict.epoch.value},
            {"pruned", pruned},
            {"reduced", verdict.reduced},
            {"erased", verdict.erased},
            {"erasures_owed", verdict.erasures_owed},
            {"late_segments", verdict.late_segments},
            {"repairs", verdict.repairs},
            {"forks", verdict.forks()},
            {"origins", json_of_origins(verdict)},
            {"ended_in_order", verdict.ended_in_order},
            {"writer_alive", verdict.writer_alive},
            {"rests_on", grounds(verdict)},
            {"not_shown", limits(verdict)}};
}

} // namespace axiom::cli
