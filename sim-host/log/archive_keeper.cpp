// Filling an archive; see sim-host/log/archive_keeper.hpp.

#include <sim-host/log/archive_keeper.hpp>

#include <algorithm>
#include <cerrno>
#include <vector>

#include <fcntl.h>

#include <axiom/store/block_scan.hpp>
#include <sim-host/log/erasure.hpp>
#include <sim-host/log/log_replay.hpp>

namespace axiom::host {

namespace {

constexpr char const* readme_name = "README";
constexpr std::string_view readme =
    "Copies of the finished, sealed segments of an Axiom log. Each was hashed again before it was\n"
    "copied. The folder is a log itself, without its newest segment, and every command reads it:\n"
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

// A log's segments, and a window to walk them through.
struct Walk {
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

    /// Hashes every byte of one segment that has a successor.
    Result<void> check(HashEngine const& engine, std::size_t segment) {
        store::BlockScan scan{
            engine, window, map, {.check_attachments = true, .accept_late_writes = true}};
        scan.start_at_segment(segment);
        TRY(scan.next());
        while (true) {
            store::ScanStep const step = TRY(scan.next());
            if (step == store::ScanStep::segment || step == store::ScanStep::end) {
                return {};
            }
        }
    }
};

} // namespace

HostResult<std::unique_ptr<ArchiveKeeper>> ArchiveKeeper::open(std::string const& path, Store& log,
                                                               HashEngine const& engine) {
    Archive archive = TRY(Archive::open(path, log.geometry()));
    TRY(write_readme(path));
    LogFolder const folder = TRY(LogFolder::open(path));
    HostFile lock = TRY(folder.lock(OpenMode::write));
    std::unique_ptr<ArchiveKeeper> keeper{
        new ArchiveKeeper{path, log, engine, std::move(archive), std::move(lock)}};
    TRY(keeper->check_same_log());
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

HostResult<ArchiveReport> ArchiveKeeper::sweep(Sequence sealed, bool has_erasures) {
    ArchiveReport report;
    report.copied = TRY(copy_missing(sealed));
    if (report.copied != 0) {
        TRY(raise_claim());
    }
    if (has_erasures) {
        report.erased = TRY(erase(sealed));
    }
    return report;
}

HostResult<std::uint64_t> ArchiveKeeper::copy_missing(Sequence sealed) {
    Walk walk{log_};
    if (auto const read = walk.map.load(engine_, walk.window); !read) {
        return problem_of(read.error(), path_, "the log's segments cannot be read to archive them");
    }
    std::uint64_t copied = 0;
    auto const segments = walk.map.segments();
    for (std::size_t index = 0; index + 1 < segments.size(); ++index) {
        store::SegmentPlace const& place = segments[index];
        if (segments[index + 1].header.first > sealed) {
            break;
        }
        std::uint64_t const number = place.header.number.value;
        SlotIndex const name{static_cast<std::uint32_t>(number)};
        end_ = segments[index + 1].header.first;
        if (there_.contains(number)) {
            continue;
        }
        if (!TRY(archive_.holds(name))) {
            if (auto const sound = walk.check(engine_, index); !sound) {
                end_ = place.header.first;
                return problem_of(sound.error(), path_,
                                  "segment " + std::to_string(number) +
                                      " of the log is damaged and was not archived");
            }
            static_cast<void>(TRY(archive_.put(log_, place.slot, name)));
            ++copied;
        }
        there_.insert(number);
    }
    return copied;
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

HostResult<std::uint64_t> ArchiveKeeper::erase(Sequence sealed) {
    auto const targets = erasure_targets(log_, engine_, Sequence{~std::uint64_t{0}});
    if (!targets) {
        return problem_of(targets.error(), path_, "the log's erasures cannot be read");
    }
    auto const held = TRY(FileStore::open(path_, OpenMode::take_over));
    if (held->slots() == 0) {
        return 0;
    }
    auto const report = pay_erasures(*held, engine_, sealed, *targets);
    if (!report) {
        return problem_of(report.error(), path_,
                          "erased attachments may still be in the archive: " +
                              held->last_problem());
    }
    return report->completed;
}

} // namespace axiom::host
