// axiom repair: mends a log from its mirror, its mirror from it, and either from an archive.

#include <algorithm>
#include <filesystem>
#include <thread>

#include <sim-host/inspect/log_medium.hpp>
#include <sim-host/log/archive_shelf.hpp>
#include <sim-host/platform/copies_note.hpp>
#include <sim-host/platform/hash_engines.hpp>
#include <sim-host/platform/image_store.hpp>
#include <sim-host/platform/signature_sodium.hpp>
#include <sim-host/verify/host_log.hpp>
#include <terminal/cli/log_access.hpp>
#include <terminal/cli/log_copies.hpp>
#include <terminal/cli/number_text.hpp>
#include <terminal/cli/snapshot_copies.hpp>
#include <terminal/cli/verdict_text.hpp>

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
        if (mirror_ || archive_) { // of an image only its medium area is mended
            check_is_written_here(names_.log);
        }
        if (holds_log(names_.log)) {
            take_noted(value_or_stop(host::read_copies(names_.log)));
        }
    }

    Exit run() {
        if (archive_) {
            from_archive(*archive_);
        }
        with_mirror_or_alone();
        if (is_lost_on_both_ || (looks_whole_so_far() && !is_whole())) {
            use_what_is_noted();
        }
        if (!only_look_ || !differs()) {
            expect_whole();
        }
        report();
        tell_what_no_archive_has();
        return only_look_ && differs() ? Exit::answer_is_no : Exit::success;
    }

  private:
    // For an archive its log takes the place of one.
    void take_noted(host::Copies const& noted) {
        if (!mirror_) {
            mirror_ = noted.mirror;
        }
        std::optional<std::string> const& other = noted.log ? noted.log : noted.archive;
        if (other && holds_log(*other)) {
            noted_ = other;
        }
    }

    void with_mirror_or_alone() {
        if (mirror_) {
            with_mirror(*mirror_);
        } else if (!archive_) {
            alone();
        }
    }

    // With --dry-run nothing can be said of segments behind a medium that is to be mended first.
    [[nodiscard]] bool looks_whole_so_far() const { return !only_look_ || !differs(); }

    [[nodiscard]] bool is_whole() const { return is_bearable(verdict_of(names_.log)); }

    // What this log is archived in, or what this archive is of, as if it had been named.
    void use_what_is_noted() {
        if (!noted_ || archive_) {
            return;
        }
        archive_ = noted_;
        console_.remark("mending it from what is noted: " + *noted_);
        from_archive(*noted_);
        if (mirror_ && !only_look_) {
            with_mirror(*mirror_);
        }
    }

    [[nodiscard]] bool differs() const {
        return blocks_ != 0 || !media_.empty() || !anew_.empty() || !snapshots_.empty();
    }

    void report() {
        if (console_.json()) {
            console_.document("axiom.repair/1", {{"changed", differs() && !only_look_},
                                                 {"differing_blocks", blocks_},
                                                 {"repairs", repairs_},
                                                 {"made_anew", anew_},
                                                 {"snapshots", snapshots_},
                                                 {"medium", media_}});
        } else if (!differs()) {
            console_.remark("looked at " + looked_at());
            console_.line("nothing to repair");
        } else {
            console_.line(outcome());
        }
    }

    // Nothing differs, so every byte of the log was read.
    [[nodiscard]] std::string looked_at() const {
        std::error_code error;
        bool const folder = std::filesystem::is_directory(names_.log, error);
        std::string text = names_.log + ": its medium" + (folder ? "" : " area") + ", and every " +
                           "byte of " + counted(entries_, "entry", "entries");
        if (mirror_) {
            text += "; that its mirror " + *mirror_ + " is the same";
        }
        if (archive_) {
            text += "; what the archive " + *archive_ + " holds of it";
        }
        if (!mirror_ && !archive_) {
            text += noted_ ? "; " + *noted_ + ", which it notes, was not needed"
                           : "; no other copy was named or is noted";
        }
        return text;
    }

    void with_mirror(std::string const& mirror) {
        names_.mirror = mirror;
        if (only_look_ && !look_at_media()) {
            return;
        }
        OpenSides const sides = open_sides(names_, !only_look_, !only_look_);
        note_mends(sides.first->medium_mends(), names_.log);
        note_mends(sides.second->medium_mends(), names_.mirror);
        is_lost_on_both_ = !run_over({*sides.first, *sides.second}, sides, false);
        if (is_lost_on_both_) {
            return;
        }
        bring_snapshots(host::MirrorSide::first);
        bring_snapshots(host::MirrorSide::second);
        if (!only_look_) {
            note_as_before(names_.log, names_.mirror);
        }
    }

    // Behind the segments, which they are proven against.
    void bring_snapshots(host::MirrorSide side) {
        std::string const& to = names_.at(side);
        std::string const& from = names_.at(host::other(side));
        auto const brought = only_look_ ? lacking_snapshots(from, to) : copy_snapshots(from, to);
        for (Sequence const sequence : brought) {
            snapshots_.push_back({{"side", to}, {"sequence", sequence.value}});
        }
        if (!brought.empty()) {
            console_.remark((only_look_ ? "to be brought over to " : "brought over to ") + to +
                            " from " + from + ": " +
                            counted(brought.size(), "snapshot", "snapshots"));
        }
    }

    // Without another copy only the medium can be mended, from the segments.
    void alone() {
        check_log_path(names_.log);
        std::error_code error;
        if (!std::filesystem::is_directory(names_.log, error)) {
            return alone_in_image();
        }
        if (noted_ && lost_segments(names_.log, *noted_)) {
            throw lost_but_archived(names_.log, *noted_);
        }
        if (lacks_segments(names_.log)) {
            throw lost_uncopied(names_.log);
        }
        if (only_look_) {
            note_mends(look_at_medium(names_.log), names_.log);
        } else {
            auto const store =
                value_or_stop(host::FileStore::open(names_.log, host::OpenMode::write),
                              "the log cannot be opened for writing");
            note_mends(store->medium_mends(), names_.log);
        }
    }

    void alone_in_image() {
        note_mends(value_or_stop(host::ImageStore::mend({.path = names_.log}, !only_look_),
                                 "the image's medium cannot be mended"),
                   names_.log);
    }

    // Whether the sides can be compared as they are; what their media want is noted.
    bool look_at_media() {
        bool readable = true;
        for (host::MirrorSide const side : {host::MirrorSide::first, host::MirrorSide::second}) {
            std::string const& folder = names_.at(side);
            if (!holds_log(folder)) {
                // To open a side that is not there would make it.
                readable = readable && !(is_blank(folder) && would_be_made_anew(side));
                continue;
            }
            std::string const& other = names_.at(host::other(side));
            auto const mends = look_at_medium(folder, other);
            note_mends(mends, folder);
            if (lost_segments(folder, other)) {
                readable = !would_be_made_anew(side);
                continue;
            }
            auto opened = host::FileStore::open(folder, host::OpenMode::read);
            readable = readable && opened.has_value();
            if (!opened && mends.empty()) { // no repair of the medium helps
                static_cast<void>(value_or_stop(std::move(opened), "cannot open " + folder));
            }
        }
        if (!readable && anew_.empty()) {
            console_.remark("the segments can be compared when the file `medium` is repaired");
        }
        return readable;
    }

    bool would_be_made_anew(host::MirrorSide side) {
        std::string const& folder = names_.at(side);
        std::string const& source = names_.at(host::other(side));
        if (!holds_log(source)) {
            throw not_found("there is no log in " + names_.log + ", nor in " + names_.mirror,
                            "make one: axiom ingest --to LOG");
        }
        console_.remark("to be made anew, " + folder + ": from " + source);
        anew_.push_back(folder);
        return true;
    }

    void note_mends(std::vector<host::MediumMend> const& mends, std::string const& folder) {
        remark_mends(console_, mends, folder, only_look_);
        for (host::MediumMend const& mend : mends) {
            media_.push_back({{"side", folder}, {"offset", mend.offset}, {"what", mend.what}});
        }
    }

    [[nodiscard]] std::string outcome() const {
        std::string places;
        if (blocks_ != 0) {
            places = counted(blocks_, "storage block", "storage blocks");
        }
        if (!media_.empty()) {
            places += (places.empty() ? "" : " and ") +
                      counted(media_.size(), "place of a medium", "places of a medium");
        }
        if (!anew_.empty()) {
            places += (places.empty() ? "" : " and ") + std::string{"a whole side"};
        }
        if (!snapshots_.empty()) {
            places += (places.empty() ? "" : " and ") +
                      counted(snapshots_.size(), "snapshot", "snapshots");
        }
        bool const one = blocks_ + media_.size() + anew_.size() + snapshots_.size() == 1;
        if (only_look_) {
            return places + (one ? " differs" : " differ") + "; nothing was changed";
        }
        return places + (one ? " was repaired" : " were repaired");
    }

    // What `axiom verify` says now: the sides are equal, so one of them speaks for both.
    void expect_whole() {
        host::Verdict verdict = verdict_of(names_.log);
        if (!only_look_ && raise_claims(verdict.epoch)) {
            verdict = verdict_of(names_.log);
        }
        entries_ = verdict.entries;
        if (is_bearable(verdict)) {
            return;
        }
        auto const found =
            std::ranges::find(verdict.findings, verdict.worst, &host::Finding::severity);
        throw Failure{.exit = exit_of(verdict),
                      .code = "not_whole",
                      .sentence = names_.log + " is not whole, and nothing here mends it",
                      .cause = found == verdict.findings.end() ? std::string{} : found->what,
                      .next = "see each damage: axiom verify --from " + names_.log +
                              (archive_ ? "" : "; an archive may mend it: --from-archive DIR") +
                              (verdict.worst == host::Severity::incomplete
                                   ? "; what was never acknowledged is cut by who writes next"
                                   : "")};
    }

    [[nodiscard]] bool is_bearable(host::Verdict const& verdict) const {
        return verdict.worst < host::Severity::incomplete ||
               (torn_ && verdict.worst == host::Severity::incomplete);
    }

    [[nodiscard]] static host::Verdict verdict_of(std::string const& path) {
        auto const store = value_or_stop(host::open_log_medium(path), "cannot open " + path);
        host::VerifyOptions options{.engine = &host::fastest_engine(),
                                    .signatures = &host::signature_engine()};
        options.jobs = std::max(1U, std::thread::hardware_concurrency());
        return host::verify_host_log(path, *store, options);
    }

    // A record of claims that was lost everywhere is at least what the log has come to.
    bool raise_claims(Epoch epoch) {
        bool raised = false;
        for (std::string const& folder : {names_.log, mirror_.value_or(std::string{})}) {
            if (folder.empty()) {
                continue;
            }
            auto const store = value_or_stop(host::open_log_medium(folder, host::OpenMode::write));
            if (value_or_stop(store->claimed_epoch()) < epoch) {
                value_or_stop(store->claim_epoch(epoch), "the record of claims cannot be written");
                raised = true;
            }
        }
        return raised;
    }

    // The archive is only read, and only what it holds is compared.
    void from_archive(std::string const& archive) {
        check_log_path(names_.log);
        check_log_path(archive);
        names_.mirror = archive;
        if (lost_segments(names_.log, archive)) {
            if (only_look_) {
                would_be_made_anew(host::MirrorSide::first);
                return;
            }
            give_segments_folder(names_.log, archive);
        }
        OpenSides sides;
        sides.second = value_or_stop(host::FileStore::open(archive, host::OpenMode::read),
                                     "the archive cannot be opened");
        sides.first = value_or_stop(
            host::FileStore::open(names_.log, host::OpenMode::write,
                                  {.allowed = !only_look_, .otherwise = geometry_in(archive)}),
            "the log cannot be opened for writing");
        note_mends(sides.first->medium_mends(), names_.log);
        host::ArchiveShelf shelf{*sides.first, *sides.second, host::fastest_engine()};
        if (shelf.geometry() != sides.first->geometry() || shelf.is_of_another_log()) {
            throw Failure{.exit = Exit::tampering,
                          .code = "wrong_log",
                          .sentence = archive + " archives another log than " + names_.log,
                          .cause = "no segment of it begins as the log's does",
                          .next = "name the log's own archive; nothing was taken from this one"};
        }
        begins_anew_ = shelf.log_is_empty();
        static_cast<void>(run_over({*sides.first, shelf}, sides, true));
    }

    // Of a log without one segment it is known that its newest, which no archive has, is lost.
    void tell_what_no_archive_has() const {
        if (!begins_anew_ || mirror_ || only_look_) {
            return;
        }
        throw Failure{
            .exit = Exit::incomplete,
            .code = "cut_where_archived",
            .sentence = names_.log + " has again what its archive has, " +
                        counted(entries_, "entry", "entries") + ", and nothing of what came behind",
            .cause = "an archive ends before the newest segment, and the log had none "
                     "left",
            .next = "another copy has more: --mirror DIR; if none is left, go on under an "
                    "id of its own: axiom fork --from " +
                    names_.log + " --reason TEXT"};
    }

    // False where neither side has what was acknowledged and something that is noted may have it.
    bool run_over(host::MirrorPair pair, OpenSides const& sides, bool only_first) {
        host::MirrorRecovery recovery{
            pair,
            {.engine = &host::fastest_engine(), .only_look = only_look_, .only_first = only_first}};
        auto const report = recovery.run();
        if (!report) {
            if (report.error().code == Code::rot_below_watermark && noted_ && !archive_) {
                return false;
            }
            throw mirror_failure(report.error(), recovery.failed_side(), names_,
                                 words_of(sides, recovery.failed_side()));
        }
        remark_repairs(console_, *report, names_, only_look_);
        for (Json& each : json_of(*report, names_)) {
            repairs_.push_back(std::move(each));
        }
        blocks_ += report->blocks_on(host::MirrorSide::first) +
                   report->blocks_on(host::MirrorSide::second);
        torn_ = torn_ || report->torn;
        if (report->torn) {
            console_.remark("a write that was never acknowledged lies behind the end of both; the "
                            "next command that writes cuts it");
        }
        return true;
    }

    Console& console_;
    bool only_look_;
    LogSides names_;
    std::optional<std::string> mirror_;
    std::optional<std::string> archive_;
    std::optional<std::string> noted_; // this log's archive, or this archive's log
    std::uint64_t blocks_{};
    std::uint64_t entries_{};
    bool torn_{};
    bool is_lost_on_both_{};
    bool begins_anew_{}; // from the archive
    Json repairs_ = Json::array();
    Json media_ = Json::array();
    Json anew_ = Json::array(); // with --dry-run: sides that are not there
    Json snapshots_ = Json::array();
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
        "empty is made anew. Snapshots that one side lacks are brought over. An attachment that "
        "one side has erased is erased on both when an "
        "entry of the log says so, and filled again when none does. Nothing is written before the "
        "whole log is proven to be on the two sides together, and a repair that is cut short is "
        "finished by the next.\n\n"
        "The file `medium` of each side, a log's without a mirror and an archive's too, is made "
        "what it must be from its own second copies, the segments and the other side; the medium "
        "area of an image from its second copies. In the end all of the log is read and hashed; "
        "where it is not whole yet, the archive that it notes is asked, or of an archive the log "
        "that it notes.\n\n"
        "Refused, and nothing changed: sides of two logs, sides that were written apart, and an "
        "entry that was acknowledged and is damaged on both; an archive that is another log's. "
        "With --from-archive segments of an archive mend those of the log; of a log that has none "
        "left it gives back what it has, which ends before the newest (exit 4).\n\n"
        "Every command that writes does the same before it writes when the log has a mirror. The "
        "key is not needed.\n\n"
        "Exit 0: all that there is is the same and whole, as `axiom verify` sees it, whether "
        "anything had to be mended or not. Exit 1: with --dry-run, "
        "they differ. Exit 3: not one log, or damaged where no copy mends it. Exit 4: something "
        "is missing on both. Exit 11: a side cannot be written.",
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
