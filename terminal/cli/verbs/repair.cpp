// axiom repair: mends a log from its mirror, its mirror from it, and either from an archive.

#include <sim-host/log/archive_shelf.hpp>
#include <sim-host/platform/copies_note.hpp>
#include <sim-host/platform/hash_engines.hpp>
#include <terminal/cli/log_access.hpp>
#include <terminal/cli/log_copies.hpp>

namespace axiom::cli {

namespace {

Json json_of(host::MirrorReport const& report, LogSides const& sides) {
    Json repairs = Json::array();
    for (host::MirrorRepair const& repair : report.repairs) {
        Json each{{"side", sides.at(repair.side)},
                  {"slot", repair.slot.value},
                  {"offset", repair.offset},
                  {"blocks", repair.blocks}};
        if (repair.first != repair.end) {
            each["first"] = repair.first.value;
            each["last"] = repair.end.value - 1;
        }
        repairs.push_back(std::move(each));
    }
    return repairs;
}

class Repair {
  public:
    Repair(Invocation const& given, Console& console)
        : console_{console}, only_look_{given.has("dry-run")}, names_{given.log_path(), {}} {
        mirror_ = given.given("mirror");
        archive_ = given.given("from-archive");
        if (!mirror_ && holds_log(names_.log)) {
            mirror_ = value_or_stop(host::read_copies(names_.log)).mirror;
        }
        if (!mirror_ && !archive_) {
            throw usage("this log notes no mirror, and none was named",
                        "axiom repair --mirror DIR, or axiom repair --from-archive DIR");
        }
    }

    Exit run() {
        if (archive_) {
            from_archive(*archive_);
        }
        if (mirror_) {
            with_mirror(*mirror_);
        }
        if (console_.json()) {
            console_.document("axiom.repair/1", {{"changed", blocks_ != 0 && !only_look_},
                                                 {"differing_blocks", blocks_},
                                                 {"repairs", repairs_}});
        } else if (blocks_ == 0) {
            console_.line("nothing to repair");
        } else {
            console_.line(std::to_string(blocks_) + " storage blocks " +
                          (only_look_ ? "differ; nothing was changed" : "were repaired"));
        }
        return only_look_ && blocks_ != 0 ? Exit::answer_is_no : Exit::success;
    }

  private:
    void with_mirror(std::string const& mirror) {
        names_.mirror = mirror;
        OpenSides const sides = open_sides(names_, !only_look_);
        run_over({*sides.first, *sides.second}, sides, false);
    }

    // The archive is only read, and only what it holds is compared.
    void from_archive(std::string const& archive) {
        check_log_path(names_.log);
        check_log_path(archive);
        names_.mirror = archive;
        OpenSides sides;
        sides.first = value_or_stop(host::FileStore::open(names_.log, host::OpenMode::write),
                                    "the log cannot be opened for writing");
        sides.second = value_or_stop(host::FileStore::open(archive, host::OpenMode::read),
                                     "the archive cannot be opened");
        host::ArchiveShelf shelf{*sides.first, *sides.second, host::fastest_engine()};
        run_over({*sides.first, shelf}, sides, true);
    }

    void run_over(host::MirrorPair pair, OpenSides const& sides, bool only_first) {
        host::MirrorRecovery recovery{
            pair,
            {.engine = &host::fastest_engine(), .only_look = only_look_, .only_first = only_first}};
        auto const report = recovery.run();
        if (!report) {
            throw mirror_failure(report.error(), recovery.failed_side(), names_,
                                 words_of(sides, recovery.failed_side()));
        }
        remark_repairs(console_, *report, names_, only_look_);
        for (Json& each : json_of(*report, names_)) {
            repairs_.push_back(std::move(each));
        }
        blocks_ += report->blocks_on(host::MirrorSide::first) +
                   report->blocks_on(host::MirrorSide::second);
        if (report->torn) {
            console_.remark("a write that was never acknowledged lies behind the end of both; the "
                            "next command that writes cuts it");
        }
    }

    Console& console_;
    bool only_look_;
    LogSides names_;
    std::optional<std::string> mirror_;
    std::optional<std::string> archive_;
    std::uint64_t blocks_{};
    Json repairs_ = Json::array();
};

Exit run(Invocation const& given, Console& console) {
    return Repair{given, console}.run();
}

} // namespace

extern VerbRow const repair_verb;
VerbRow const repair_verb{
    .name = "repair",
    .group = "trust",
    .sentence = "mend a log and its mirror from each other, or from an archive",
    .text =
        "Compares the two sides byte by byte and decides by content which is right where they "
        "differ: chain, checks, commitments, epochs and watermarks. What only one side holds "
        "whole is written to the other; a side that was away catches up; a side that is absent or "
        "empty is made anew. An attachment that one side has erased is erased on both when an "
        "entry of the log says so, and filled again when none does. Nothing is written before the "
        "whole log is proven to be on the two sides together, and a repair that is cut short is "
        "finished by the next.\n\n"
        "Refused, and nothing changed: sides of two logs, sides that were written apart, and an "
        "entry that was acknowledged and is damaged on both. With --from-archive segments of an "
        "archive mend those of the log.\n\n"
        "Every command that writes does the same before it writes when the log has a mirror. The "
        "key is not needed.\n\n"
        "Exit 0: both are the same and whole. Exit 1: with --dry-run, they differ. Exit 3: not "
        "one log, or damaged on both. Exit 11: a side cannot be written.",
    .reads_log = true,
    .options = {{.name = "mirror",
                 .kind = ValueKind::path,
                 .value = "DIR",
                 .sentence = "the other side; by default the one that the log notes"},
                {.name = "from-archive",
                 .kind = ValueKind::path,
                 .value = "DIR",
                 .sentence = "mend the log from this archive first, which is only read"},
                {.name = "dry-run",
                 .kind = ValueKind::flag,
                 .sentence = "say what would be repaired and change nothing"}},
    .examples = {{"axiom repair --from axiom", "the log and the mirror that it notes"},
                 {"axiom repair --from axiom --mirror /mnt/other/axiom", "a pair by name"},
                 {"axiom repair --from axiom --from-archive /mnt/archive",
                  "finished segments from an archive"}},
    .run = run};

} // namespace axiom::cli
