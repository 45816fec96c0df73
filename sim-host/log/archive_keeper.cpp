// Filling an archive; see sim-host/log/archive_keeper.hpp.

#include <sim-host/log/archive_keeper.hpp>

#include <algorithm>
#include <cerrno>
#include <vector>

#include <fcntl.h>

#include <axiom/store/block_scan.hpp>
#include <sim-host/log/late_writes.hpp>
#include <sim-host/log/log_replay.hpp>
#include <sim-host/platform/folder_names.hpp>

namespace axiom::host {

namespace {

constexpr char const* readme_name = "README";
constexpr std::string_view readme =
    "Copies of the finished, sealed segments of an Axiom log. Each was hashed again before it was\n"
    "copied. The folder is a log itself, without its newest entries, and every command reads it:\n"
    "\n"
    "    axiom verify --from .\n"
    "    axiom log --from .\n"
    "\n"
    "A damaged segment of the log is mended from here: axiom repair --from LOG --from-archive .\n"
    "Nothing is to be written here but by the command that keeps the archive.\n";

std::unexpected<Problem> problem_of(Error error, std::string const& path, std::string_view what) {
    auto problem = found_problem(error.code, path, what, error.where);
    problem.error().error = error;
    return problem;
}

HostResult<void> write_readme(std::string const& path) {
    HostFile const folder =
        TRY(HostFile::open(AT_FDCWD, path, {.kind = FileKind::folder, .follow_links = true}, path));
    HostResult<HostFile> const file =
        HostFile::open(folder.descriptor(), readme_name, {.writable = true, .create_new = true},
                       path + "/" + readme_name);
    if (!file) {
        return file.error().error_number == EEXIST ? HostResult<void>{}
                                                   : std::unexpected(file.error());
    }
    TRY(file->write(0, bytes_of(readme)));
    return file->flush_all();
}

// A folder that holds neither medium nor segments is a new archive.
HostResult<std::vector<MediumMend>> mend_what_is_there(LogFolder const& folder,
                                                       StoreGeometry geometry) {
    bool const has_segments =
        std::ranges::any_of(names_if_any(folder.path() + "/segments"),
                            [](std::string const& name) { return name.ends_with(".axm"); });
    if (!folder.has_medium() && !has_segments) {
        return std::vector<MediumMend>{};
    }
    TRY(folder.make_segments());
    return mend_medium(folder, {.allowed = true, .otherwise = geometry});
}

} // namespace

// A log's segments, and a window to walk them through.
struct ArchiveKeeper::Walk {
    explicit Walk(Store& store)
        : slots_max{store.slots() + 64}, memory{store::SegmentMap::bytes_for(slots_max)},
          arena{memory.arena()}, map{arena, slots_max},
          buffer(store::scan_window_bytes(store.geometry())), window{store, buffer} {}

    std::uint32_t slots_max;
    OwnedArena memory;
    Arena arena;
    store::SegmentMap map;
    std::vector<std::byte> buffer;
    store::SegmentWindow window;

    // Where a segment's frames end, and the entry that would come next there.
    struct Reached {
        Sequence next;
        std::uint64_t offset{};
    };

    // Walks one segment to its end, or to what is refused there, and adds where it came to.
    Result<void> over(HashEngine const& engine, std::size_t segment, store::ScanOptions options,
                      Reached& reached) {
        options.accept_late_writes = true;
        store::BlockScan scan{engine, window, map, options};
        scan.start_at_segment(segment);
        TRY(scan.next());
        while (true) {
            reached = {scan.position().next, scan.place().offset};
            store::ScanStep const step = TRY(scan.next());
            if (step == store::ScanStep::segment || step == store::ScanStep::end) {
                return {};
            }
        }
    }
};

HostResult<std::unique_ptr<ArchiveKeeper>> ArchiveKeeper::open(std::string const& path, Store& log,
                                                               HashEngine const& engine) {
    LogFolder const folder = TRY(LogFolder::open_or_make(path));
    HostFile lock = TRY(folder.lock(OpenMode::write));
    std::vector<MediumMend> mends = TRY(mend_what_is_there(folder, log.geometry()));
    Archive archive = TRY(Archive::open(path, log.geometry()));
    TRY(write_readme(path));
    std::unique_ptr<ArchiveKeeper> keeper{
        new ArchiveKeeper{path, log, engine, std::move(archive), std::move(lock)}};
    keeper->mends_ = std::move(mends);
    TRY(keeper->archive_.remove_unfinished());
    TRY(keeper->check_same_log());
    if (!keeper->mends_.empty()) {
        TRY(keeper->raise_claim()); // what its segments say of a lost claim may be too low
    }
    return keeper;
}

// Every segment that both have begins alike, unless one of them was pruned since.
HostResult<void> ArchiveKeeper::check_same_log() const {
    auto const held = TRY(FileStore::open(path_, OpenMode::read));
    if (held->slots() == 0) {
        return {};
    }
    Walk theirs{*held};
    Walk ours{log_};
    if (auto const read = theirs.map.load(engine_, theirs.window); !read) {
        return problem_of(read.error(), path_, "the archive's segments cannot be read");
    }
    if (auto const read = ours.map.load(engine_, ours.window); !read) {
        return problem_of(read.error(), path_, "the log's segments cannot be read");
    }
    auto const mine = ours.map.segments();
    for (store::SegmentPlace const& place : theirs.map.segments()) {
        auto const same = std::ranges::find_if(mine, [&](store::SegmentPlace const& each) {
            return each.header.number == place.header.number;
        });
        bool const fits = same != mine.end() && same->header.first == place.header.first &&
                          same->header.log_id == place.header.log_id &&
                          same->header.previous_head == place.header.previous_head;
        if (!fits) {
            return found_problem(Code::wrong_log, path_, "archives another log");
        }
    }
    return {};
}

HostResult<ArchiveReport> ArchiveKeeper::sweep(Sequence sealed, std::uint64_t erased) {
    ArchiveReport report;
    bool const has_new = erased != honoured_;
    NamedErasures named;
    if (has_new) {
        auto found = named_erasures(log_, engine_);
        if (!found) {
            return problem_of(found.error(), path_, "the log's erasures cannot be read");
        }
        named = std::move(*found);
    }
    if (!newest_) {
        TRY(look_at_newest()); // an erasure, or a repair from the log, leaves a part of a segment
    }
    report.copied = TRY(copy_missing(sealed, named.end, has_new));
    if (has_new) {
        report.erased = TRY(erase(named.targets));
        honoured_ = erased;
    }
    return report;
}

HostResult<void> ArchiveKeeper::look_at_newest() {
    auto const held = TRY(FileStore::open(path_, OpenMode::read));
    if (held->slots() == 0) {
        return {};
    }
    Walk walk{*held};
    if (auto const read = walk.map.load(engine_, walk.window); !read) {
        return problem_of(read.error(), path_, "the archive's segments cannot be read");
    }
    std::size_t const last = walk.map.segments().size() - 1;
    store::SegmentHeader const& header = walk.map.segments()[last].header;
    Newest newest{.number = header.number.value, .check = header.check};
    // What is damaged behind its beginning is not there, and comes again.
    Walk::Reached reached{.next = header.first};
    static_cast<void>(walk.over(engine_, last, {.only_frames = true}, reached));
    newest.end = reached.next;
    newest_ = newest;
    return {};
}

// With erasures that the archive does not know all segments up to the last Erase entry are wanted.
HostResult<std::vector<ArchiveKeeper::Wanted>> ArchiveKeeper::missing(Walk& walk, Sequence sealed,
                                                                      Sequence erasures_end) {
    std::vector<Wanted> wanted;
    auto const segments = walk.map.segments();
    for (std::size_t index = 0; index < segments.size(); ++index) {
        store::SegmentHeader const& header = segments[index].header;
        bool const complete = index + 1 < segments.size();
        bool const is_due = complete && segments[index + 1].header.first <= sealed;
        if (!is_due && header.first >= erasures_end) {
            break;
        }
        Wanted const each{
            .segment = index,
            .piece = {.slot = segments[index].slot,
                      .number = SlotIndex{static_cast<std::uint32_t>(header.number.value)}},
            .first = header.first,
            .end = complete ? segments[index + 1].header.first : erasures_end};
        bool const is_part = newest_ && newest_->number == header.number.value &&
                             newest_->check == header.check && newest_->end < each.end;
        bool const is_here = there_.contains(header.number.value) ||
                             (!is_part && TRY(archive_.holds(each.piece.number)));
        if (!is_here) {
            wanted.push_back(each);
        } else if (complete) {
            there_.insert(header.number.value);
            end_ = std::max(end_, each.end);
        }
    }
    return wanted;
}

HostResult<std::uint64_t> ArchiveKeeper::copy_missing(Sequence sealed, Sequence erasures_end,
                                                      bool together) {
    Walk walk{log_};
    if (auto const read = walk.map.load(engine_, walk.window); !read) {
        return problem_of(read.error(), path_, "the log's segments cannot be read to archive them");
    }
    std::vector<Wanted> wanted = TRY(missing(walk, sealed, erasures_end));
    if (!wanted.empty() || together) {
        TRY(clear_late_writes(walk));
    }
    if (wanted.empty()) {
        return 0;
    }
    TRY(raise_claim());
    std::vector<ArchivePiece> pieces;
    for (Wanted& each : wanted) {
        TRY(check(walk, each));
        pieces.push_back(each.piece);
        if (!together) {
            TRY(archive_.put_together(log_, std::span{&each.piece, 1}));
            is_there(each, walk.map.segments());
        }
    }
    if (together) {
        TRY(archive_.put_together(log_, pieces));
        for (Wanted const& each : wanted) {
            is_there(each, walk.map.segments());
        }
    }
    return wanted.size();
}

// Hashes every byte of the segment, and takes note of how far it goes: what lies behind the end of
// its frames is not copied.
HostResult<void> ArchiveKeeper::check(Walk& walk, Wanted& wanted) const {
    Walk::Reached reached;
    auto const sound = walk.over(engine_, wanted.segment, {.check_attachments = true}, reached);
    if (!sound) {
        return problem_of(sound.error(), path_,
                          "segment " + std::to_string(wanted.piece.number.value) +
                              " of the log is damaged and was not archived");
    }
    wanted.end = reached.next;
    wanted.piece.end = reached.offset;
    return {};
}

// An archive may have been filled by who copied those bytes too. That takes reading the ends of
// segments behind which another writer took over, so it is done once, and when something comes to
// the archive or goes from it.
HostResult<void> ArchiveKeeper::clear_late_writes(Walk const& walk) {
    if (looked_for_late_writes_) {
        return {};
    }
    auto const held = TRY(FileStore::open(path_, OpenMode::take_over));
    if (held->slots() != 0) {
        Walk theirs{*held};
        auto const cleared = [&]() -> Result<void> {
            TRY(theirs.map.load(engine_, theirs.window));
            bool const wrote =
                TRY(zero_late_writes(*held, engine_, theirs.map, walk.map.segments())) != 0;
            return wrote ? held->flush() : Result<void>{};
        }();
        if (!cleared) {
            return problem_of(cleared.error(), path_,
                              "what was written late may still be in the archive");
        }
    }
    looked_for_late_writes_ = true;
    return {};
}

void ArchiveKeeper::is_there(Wanted const& wanted, std::span<store::SegmentPlace const> segments) {
    store::SegmentHeader const& header = segments[wanted.segment].header;
    if (wanted.segment + 1 < segments.size()) {
        there_.insert(header.number.value);
    }
    if (!newest_ || header.number.value >= newest_->number) {
        newest_ = Newest{header.number.value, header.check, wanted.end};
    }
    end_ = std::max(end_, wanted.end);
}

// A medium whose claim is below the epochs of its blocks would read as one that was rolled back.
HostResult<void> ArchiveKeeper::raise_claim() {
    // The keeper holds the folder's lock itself.
    auto const held = TRY(FileStore::open(path_, OpenMode::take_over));
    auto const ours = log_.claimed_epoch();
    auto const theirs = held->claimed_epoch();
    constexpr std::string_view what = "the archive's epoch cannot be recorded";
    if (!ours || !theirs) {
        return problem_of(ours ? theirs.error() : ours.error(), path_, what);
    }
    if (*theirs >= *ours) {
        return {};
    }
    auto const claimed = held->claim_epoch(*ours);
    return claimed ? HostResult<void>{} : problem_of(claimed.error(), path_, what);
}

HostResult<std::uint64_t> ArchiveKeeper::erase(ErasureTargets const& targets) {
    auto const held = TRY(FileStore::open(path_, OpenMode::take_over));
    if (held->slots() == 0) {
        return 0;
    }
    constexpr Sequence whole{~std::uint64_t{0}};
    auto const report = pay_erasures(*held, engine_, whole, targets);
    if (!report) {
        return problem_of(report.error(), path_,
                          "erased attachments may still be in the archive: " +
                              held->last_problem());
    }
    return report->completed;
}

} // namespace axiom::host
