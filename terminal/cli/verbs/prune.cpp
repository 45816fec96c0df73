// axiom prune: entries of finished boots become their leaves, behind a snapshot that stands for
// them.

#include <algorithm>

#include <axiom/log/log_kinds.hpp>
#include <sim-host/log/prune_session.hpp>
#include <sim-host/log/segment_rewrite.hpp>
#include <sim-host/platform/hash_engines.hpp>
#include <terminal/cli/gated_change.hpp>
#include <terminal/cli/log_access.hpp>
#include <terminal/cli/log_writing.hpp>
#include <terminal/cli/number_text.hpp>
#include <terminal/cli/progress.hpp>
#include <terminal/cli/projection_access.hpp>

namespace axiom::cli {

namespace {

constexpr std::size_t reason_bytes_max = 256;

// One past the last entry that may go: every boot so far has ended when the log is opened anew.
Sequence end_asked_for(Invocation const& given, host::OpenedLog& log) {
    if (given.has("before") == given.has("keep-boots")) {
        throw usage("give --before or --keep-boots", "axiom prune --help");
    }
    if (given.has("before")) {
        return entry_named(log, given.text("before"));
    }
    std::uint64_t const keep = given.number("keep-boots");
    if (keep > log.boot().value) {
        return Sequence{0}; // it has no more boots than that
    }
    return keep == 0 ? log.end() : entry_named(log, "boot:-" + std::to_string(keep));
}

// axiomd begins from genesis: it could not go on with a log that is reduced.
void check_is_no_system(host::OpenedLog& log) {
    bool is_system = false;
    value_or_stop(log.for_each({{}, log.end()}, [&](host::EntryView const& view) {
        is_system = !view.reduced && view.entry.header.domain == DomainNumber::kernel;
        return !is_system;
    }));
    if (is_system) {
        throw Failure{.exit = Exit::environment,
                      .code = "system_needs_all",
                      .sentence =
                          "this is the log of a system, which cannot begin from a pruned one",
                      .cause = "axiomd reads no snapshots yet",
                      .next = "let it grow, or begin another system: axiom run --data DIR"};
    }
}

using Parts = std::vector<host::PrunePart>;

struct Sum {
    std::uint64_t entries{};
    std::uint64_t attachments{};
    std::uint64_t bytes{};
    std::uint64_t segments{};
};

Parts parts_of(Store& store, std::span<PrunedRange const> pruned, Sequence end) {
    return value_or_stop(host::plan_prune(store, host::fastest_engine(), pruned, end),
                         "what would go cannot be read; `axiom verify` says more");
}

Sum sum_of(Parts const& parts) {
    Sum sum;
    for (host::PrunePart const& part : parts) {
        sum.entries += part.holds.leaves.count;
        sum.attachments += part.holds.attachments;
        sum.bytes += part.holds.bytes;
        sum.segments += part.holds.slots.size();
    }
    return sum;
}

std::string text_of_sum(Sum const& sum) {
    return counted(sum.entries, "entry", "entries") + ", " +
           counted(sum.attachments, "attachment", "attachments") + " with them, " +
           counted(sum.bytes, "byte", "bytes");
}

Json json_of(Sum const& sum) {
    return {{"entries", sum.entries},
            {"attachments", sum.attachments},
            {"bytes", sum.bytes},
            {"segments", sum.segments}};
}

Exit nothing_to_prune(Sequence end, Console& console) {
    if (console.json()) {
        Json json = json_of(Sum{});
        json["before"] = end.value;
        console.document("axiom.prune/1", json);
    } else {
        console.remark("nothing before entry " + std::to_string(end.value) +
                       " can be pruned: it is pruned already, or of kinds that stay");
    }
    return Exit::answer_is_no;
}

// The ranges that `Prune` entries of the log name, in order and apart.
std::vector<PrunedRange> pruned_ranges(host::OpenedLog& log) {
    std::vector<PrunedRange> ranges;
    value_or_stop(log.for_each({{}, log.end()}, [&](host::EntryView const& view) {
        EntryHeader const& header = view.entry.header;
        if (!view.reduced && header.domain == DomainNumber::log &&
            header.kind == static_cast<std::uint16_t>(LogKind::prune)) {
            if (auto const prune = decode_whole<Gated<Prune>>(view.entry.body)) {
                ranges.push_back({prune->content.first, prune->content.end});
            }
        }
        return true;
    }));
    std::ranges::sort(ranges, {}, &PrunedRange::first);
    return ranges;
}

Exit say_what_would_go(host::OpenedLog& log, Sequence end, Console& console) {
    auto const parts = parts_of(log.store(), pruned_ranges(log), end);
    Sum const sum = sum_of(parts);
    if (parts.empty()) {
        return nothing_to_prune(end, console);
    }
    if (console.json()) {
        Json json = json_of(sum);
        json["before"] = end.value;
        json["dry_run"] = true;
        console.document("axiom.prune/1", json);
    } else {
        console.line("would go: " + text_of_sum(sum));
        console.line("in " + counted(sum.segments, "segment", "segments") + ", before entry " +
                     std::to_string(end.value));
    }
    return Exit::success;
}

host::PruneAgreed agree(Invocation const& given, WritableLog& log, Parts const& parts) {
    std::string const reason = given.text("reason");
    auto const archive = [&]() -> Result<void> {
        log.archive_or_stop(); // whole, before anything may go
        return {};
    };
    auto agreed = host::agree_to_prune(log.session(), log.store(), parts, reason, archive);
    if (!agreed && !log.session().snapshot_problem().empty()) {
        throw failure_of(agreed.error(), "without a snapshot nothing is pruned",
                         log.session().snapshot_problem());
    }
    auto const answer = log.value_or_stop(std::move(agreed), "nothing was pruned");
    if (answer.entries.size() != parts.size()) {
        throw denied(log.session(), host::prune_wish, answer.answer, "pruning");
    }
    return answer;
}

// The entries are durable: only now may the segments be written anew.
host::PruneReport pay(WritableLog& log, Parts const& parts, Console& console) {
    std::vector<PrunedRange> ranges;
    for (host::PrunePart const& part : parts) {
        ranges.push_back(part.range);
    }
    Progress progress{console, "pruning", 0};
    auto const report = log.value_or_stop(
        host::complete_prunes(
            log.store(),
            {.engine = &host::fastest_engine(),
             .entropy = &log.entropy(),
             .ranges = ranges,
             .progress = [&](std::uint64_t done, std::uint64_t) { progress.update(done); }}),
        "the entry is durable, but not every segment was written anew; the next command that "
        "writes to the log goes on with it");
    progress.clear();
    return report;
}

// The newest segment can be pruned only behind another one. Where there is no slot for that besides
// the one that pruning writes to, it stays as it is.
Sequence end_that_has_room(Store& store, Sequence end) {
    host::SegmentReader reader{store, host::fastest_engine()};
    value_or_stop(reader.load());
    bool const has_room = reader.map().free_slots().size() > 1;
    return has_room ? end : std::min(end, reader.map().segments().back().header.first);
}

Exit prune(Invocation const& given, Sequence end, Console& console) {
    WritableLog log{given.log_path(),
                    key_path(given),
                    console,
                    {.copies = wanted_copies(given), .may_use_reserve = true}};
    act_as_given(given, log);
    LogFacts const& facts = log.session().domains().log().facts();
    end = std::min(end, facts.boot_at); // a torn tail that was cut had no entries after all
    end = end_that_has_room(log.store(), end);
    Parts const parts = parts_of(log.store(), {facts.pruned.begin(), facts.pruned.end()}, end);
    if (parts.empty()) {
        log.close();
        return nothing_to_prune(end, console);
    }
    host::PruneAgreed const agreed = agree(given, log, parts);
    log.close();
    static_cast<void>(remove_projections(given.log_path())); // before anything goes: see erase.cpp
    host::PruneReport const report = pay(log, parts, console);
    auto const stays = remove_projections(given.log_path());
    Sum const sum = sum_of(parts);
    if (console.json()) {
        Json json = json_of(sum);
        json["before"] = end.value;
        json["prune_entries"] = Json::array();
        for (Sequence const entry : agreed.entries) {
            json["prune_entries"].push_back(entry.value);
        }
        json["snapshot"] = agreed.snapshot.value;
        console.document("axiom.prune/1", json);
    } else {
        console.line("pruned: " + text_of_sum(sum) + " in " +
                     counted(report.segments, "segment", "segments"));
        console.line("the snapshot after entry " + std::to_string(agreed.snapshot.value) +
                     " stands for them: " + log.snapshots().file(agreed.snapshot));
        console.remark("keep " + log.snapshots().path() +
                       ": without a snapshot there the state cannot be rebuilt");
    }
    if (stays) {
        throw Failure{*stays};
    }
    return Exit::success;
}

Exit run(Invocation const& given, Console& console) {
    if (given.text("reason").size() > reason_bytes_max) {
        throw usage("the reason is longer than 256 bytes", "shorten it");
    }
    Sequence end{};
    {
        auto const log = open_log(given);
        check_is_no_system(*log);
        end = end_asked_for(given, *log);
        if (given.has("dry-run")) {
            return say_what_would_go(*log, end, console);
        }
        if (parts_of(log->store(), pruned_ranges(*log), end).empty()) {
            return nothing_to_prune(end, console);
        }
    }
    if (!given.has("reason")) {
        throw usage("say why: --reason TEXT", "axiom prune --help");
    }
    return prune(given, end, console);
}

} // namespace

extern VerbRow const prune_verb;
VerbRow const prune_verb{
    .name = "prune",
    .group = "write",
    .sentence = "reduce entries of finished boots to their leaves, and free their room",
    .text =
        "Lines of records and ticks go, with their attachments; of each entry the leaf hash stays, "
        "so that the chain, the tree, checkpoints, receipts and proofs hold as before. Every other "
        "kind stays whole (docs/entry-kinds.md says which). What is pruned cannot be read again: "
        "--archive copies the whole segments first. Your cached database of `axiom sql` is "
        "removed; "
        "exports, databases of --out and the caches of other users are not reached.\n\n"
        "A snapshot is written and read back, then an entry that names range, snapshot and leaves "
        "is made durable under the log's policy, then each segment is written anew. What a crash "
        "leaves undone is completed by the next command that opens the log for writing. From then "
        "on the state can be rebuilt only from a snapshot: keep the log's folder `snapshots`.\n\n"
        "On a medium that is full it writes to segments that the log keeps free for this; only "
        "the snapshot needs room of its own.\n\n"
        "Not of a system's log (axiom run): it begins from genesis.\n\n"
        "Exit 1 when there is nothing to prune, 10 for a system's log, 6 when the policy denies "
        "it, 11 when the medium "
        "has no room for one more segment.",
    .reads_log = true,
    .options = {{.name = "before",
                 .kind = ValueKind::reference,
                 .value = "REF",
                 .sentence = "the first entry that stays"},
                {.name = "keep-boots",
                 .kind = ValueKind::number,
                 .value = "N",
                 .sentence = "all but the newest N boots"},
                {.name = "reason",
                 .kind = ValueKind::name,
                 .value = "TEXT",
                 .sentence = "why, for whoever reads the log; needed unless --dry-run is given"},
                {.name = "dry-run",
                 .kind = ValueKind::flag,
                 .sentence = "say what would go, and change nothing"},
                as_option(),
                key_option(),
                mirror_option(),
                archive_option()},
    .examples = {{"axiom prune --keep-boots 3 --dry-run", "what of older boots could go"},
                 {"axiom prune --before boot:-1 --reason 'a year old' --archive /backup/axiom",
                  "all but the newest boot, kept in an archive"}},
    .run = run};

} // namespace axiom::cli
