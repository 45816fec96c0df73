// The medium around a log; see sim-host/verify/host_log.hpp.

#include <sim-host/verify/host_log.hpp>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <new>
#include <system_error>
#include <thread>

#include <fcntl.h>
#include <sys/stat.h>

#include <axiom/codec/plain_text.hpp>
#include <axiom/store/recovery.hpp>
#include <sim-host/inspect/opened_log.hpp>
#include <sim-host/log/snapshot_search.hpp>
#include <sim-host/platform/folder_names.hpp>
#include <sim-host/platform/medium_area.hpp>
#include <sim-host/platform/signature_sodium.hpp>
#include <sim-host/platform/slot_files.hpp>
#include <sim-host/platform/want_of_memory.hpp>

namespace axiom::host {

namespace {

namespace fs = std::filesystem;

// A writer that prunes puts segments elsewhere and zeros the old ones, and who reads one meanwhile
// sees neither whole: what is damaged while somebody writes is read again, after a pause that
// doubles, before it is reported.
constexpr int readings_beside_a_writer = 4;
constexpr std::chrono::milliseconds first_pause{100};

// The length of a regular file; 0 where there is none.
std::uint64_t regular_bytes(std::string const& path) {
    struct stat status{};
    bool const regular = ::lstat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
    return regular ? static_cast<std::uint64_t>(status.st_size) : 0;
}

// The first line of a file of so many bytes; empty when it cannot be read.
std::string first_line(std::string const& path, std::uint64_t bytes) {
    std::string text(static_cast<std::size_t>(bytes), '\0');
    auto const file = HostFile::open(AT_FDCWD, path, {}, path);
    auto const read = file ? file->read(0, std::as_writable_bytes(std::span{text}))
                           : HostResult<void>{std::unexpected(file.error())};
    if (!read) {
        throw_if_no_memory(read.error().error);
        return {};
    }
    text.resize(std::min(text.find('\n'), text.size())); // no copy: it may be a secret
    return text;
}

bool is_folder(std::string const& path) {
    struct stat status{};
    return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

class MediumCheck {
  public:
    MediumCheck(std::string const& path, StoreGeometry geometry, Verdict& verdict)
        : folder_{is_folder(path)}, path_{path}, geometry_{geometry}, verdict_{verdict} {}

    void check() {
        std::string const name = folder_ ? path_ + "/medium" : path_;
        auto const file = HostFile::open(
            AT_FDCWD, name, {.kind = FileKind::regular_or_block_device, .follow_links = !folder_},
            name);
        if (!file) {
            throw_if_no_memory(file.error().error);
            return add(Severity::failed, file.error().error.code, file.error().text, 0);
        }
        check_area(*file);
        if (folder_) {
            auto const size = file->size();
            if (size && *size > medium_area_bytes) {
                add_of_area(Severity::tampering, Code::trailing_bytes,
                            "the medium file is longer than a medium", medium_area_bytes);
            }
            check_files();
        }
    }

  private:
    // What stands in a folder's medium is mended from its other copy and the segments; in an
    // image's from its other copy.
    static constexpr std::string_view mending =
        "axiom repair; any command that writes to the log mends it too";
    static constexpr std::string_view image_mending = "axiom repair";

    void add_of_area(Severity severity, Code code, std::string what, std::uint64_t offset) {
        add(severity, code, std::move(what), offset,
            severity > Severity::tampering ? std::string_view{}
            : folder_                      ? mending
                                           : image_mending);
    }

    void add(Severity severity, Code code, std::string what, std::uint64_t offset,
             std::string_view next = {}) {
        verdict_.add({.severity = severity,
                      .code = code,
                      .what = std::move(what),
                      .sequence = {},
                      .segment = {},
                      .slot = {},
                      .offset = offset,
                      .next = next});
    }

    void check_area(HostFile const& file) {
        std::vector<std::byte> area(medium_area_bytes);
        if (auto const read = file.read(0, area); !read) {
            return add_of_area(read.error().error.code == Code::size_changed ? Severity::incomplete
                                                                             : Severity::failed,
                               read.error().error.code, "the medium is cut", 0);
        }
        std::array<MediumText, 2> headers{};
        std::array<MediumText, 2> records{};
        for (std::size_t copy = 0; copy < 2; ++copy) {
            take(area, medium_header_places[copy], headers[copy]);
            take(area, medium_record_places[copy], records[copy]);
        }
        for (std::size_t copy = 0; copy < 2; ++copy) {
            auto const header = decode_medium_header(headers[copy]);
            if (!header) {
                bool const version = header.error().code == Code::unknown_version;
                add_of_area(version ? Severity::version : Severity::tampering, header.error().code,
                            version
                                ? "a copy of the medium's header is of a version that is not known"
                                : "a copy of the medium's header is damaged; the other one holds",
                            medium_header_places[copy]);
            }
        }
        if (headers[0] != headers[1] && decode_medium_header(headers[0]) &&
            decode_medium_header(headers[1])) {
            add_of_area(Severity::tampering, Code::mirrors_differ,
                        "the two copies of the medium's header differ", medium_header_places[1]);
        }
        check_records(records);
        auto const stray = std::ranges::find_if(area, [](std::byte b) { return b != std::byte{}; });
        if (stray != area.end()) {
            add_of_area(Severity::tampering, Code::padding_not_zero,
                        "the medium holds bytes that must be zero and are not",
                        static_cast<std::uint64_t>(stray - area.begin()));
        }
    }

    // Copies a text out of the area and leaves zeros, so that what stays must all be zero.
    static void take(std::vector<std::byte>& area, std::uint64_t place, MediumText& text) {
        MutableBytes const bytes = MutableBytes{area}.subspan(place, text.size());
        copy_bytes(text, bytes);
        zero_bytes(bytes);
    }

    void check_records(std::array<MediumText, 2> const& texts) {
        std::array<std::optional<MediumRecord>, 2> records;
        Epoch claimed{};
        for (std::size_t copy = 0; copy < 2; ++copy) {
            records[copy] = decode_medium_record(texts[copy]);
            if (records[copy]) {
                claimed = std::max(claimed, records[copy]->epoch);
            } else if (!verdict_.writer_alive) {
                add_of_area(
                    Severity::incomplete, Code::frame_damaged,
                    "a copy of the record of claims is torn or damaged; opening the log for "
                    "writing renews it",
                    medium_record_places[copy]);
            }
        }
        if (!store::claim_is_plausible(claimed, verdict_.epoch)) {
            add(Severity::tampering, Code::claims_ahead,
                "the medium's record claims epoch " + std::to_string(claimed.value) +
                    ", and the log's newest writer had " + std::to_string(verdict_.epoch.value) +
                    ": no writer made that claim, and none would be let in after it",
                medium_record_places[0]);
        }
        if (claimed < verdict_.epoch) {
            add_of_area(Severity::tampering, Code::rolled_back,
                        "the medium's record of claims is older than the log's newest writer",
                        medium_record_places[0]);
        }
    }

    void check_files() {
        std::string const folder = path_ + "/segments";
        auto const names = folder_names(folder);
        if (!names) {
            throw_if_no_memory(names.error().error);
            return add(Severity::failed, names.error().error.code, names.error().text, 0);
        }
        for (std::string const& name : *names) {
            bool const unfinished = name.ends_with(".unfinished");
            bool const segment = name.ends_with(".axm");
            if (segment && regular_bytes(std::string{folder}.append("/").append(name)) >
                               geometry_.segment_bytes) {
                add(Severity::tampering, Code::trailing_bytes,
                    "segments/" + name + " is longer than a segment", geometry_.segment_bytes);
            } else if (!segment && !unfinished) {
                add(Severity::note, Code::not_a_log,
                    "segments/" + name + " is no part of the log and was not read", 0);
            }
        }
    }

    bool folder_;
    std::string const& path_;
    StoreGeometry geometry_;
    Verdict& verdict_;
};

// A snapshot is written only of what is durable: a sound one beyond the log's end shows a cut. Read
// last and against the end as it is now, because somebody may append meanwhile.
void check_snapshots(std::string const& path, HashEngine const& engine, Verdict& verdict) {
    SnapshotFolder const folder{path};
    auto const files = folder.listed();
    if (!files) {
        throw_if_no_memory(files.error().error);
        verdict.add({.severity = Severity::failed,
                     .code = files.error().error.code,
                     .what = files.error().text,
                     .sequence = {},
                     .segment = {},
                     .slot = {},
                     .offset = {}});
        return;
    }
    if (files->empty() || files->back() < verdict.next) {
        return;
    }
    auto const log = OpenedLog::open(path, engine);
    if (!log) {
        throw_if_no_memory(log.error().error);
        return; // damaged, and named already
    }
    std::vector<std::byte> buffer(2 * std::size_t{(*log)->store().geometry().storage_block_bytes});
    store::SegmentWindow window{(*log)->store(), buffer};
    SnapshotSearch const search{engine, window, (*log)->segments(), folder};
    if (auto const ahead = search.ahead_of((*log)->end(), (*log)->log_id())) {
        verdict.add({.severity = Severity::incomplete,
                     .code = Code::snapshot_ahead,
                     .what = "a snapshot beside the log was taken after entry " +
                             std::to_string(ahead->value) +
                             ", which the log has lost: it was cut, or is an older copy",
                     .sequence = (*log)->end(),
                     .segment = {},
                     .slot = {},
                     .offset = {}});
    }
}

// What could not be read at all is named by its code alone; the store knows which file it was.
void name_what_failed(std::string const& problem, Verdict& verdict) {
    for (Finding& finding : verdict.findings) {
        bool const placed = finding.sequence || finding.segment || finding.slot;
        if (!problem.empty() && !placed && finding.what == text_of(finding.code).what) {
            finding.what = problem;
        }
    }
}

} // namespace

bool writer_alive(std::string const& path) {
    bool const folder = is_folder(path);
    auto const file =
        HostFile::open(AT_FDCWD, folder ? path + "/lock" : path,
                       {.kind = FileKind::regular_or_block_device, .follow_links = !folder}, path);
    if (!file) {
        return false;
    }
    struct flock asked{};
    asked.l_type = F_WRLCK;
    asked.l_whence = SEEK_SET;
    asked.l_start = 0;
    asked.l_len = 1;
    return ::fcntl(file->descriptor(), F_OFD_GETLK, &asked) == 0 && asked.l_type != F_UNLCK;
}

bool key_lies_beside(std::string const& path, SignatureEngine const& signatures,
                     Hash256 const& key) {
    constexpr std::size_t hex_digits = 64;
    constexpr std::uint64_t key_file_bytes_max = 200;
    std::error_code error;
    fs::path const place = fs::absolute(path, error).lexically_normal();
    if (error == std::errc::not_enough_memory) {
        throw std::bad_alloc{};
    }
    for (fs::path const& folder : {place, place.parent_path()}) {
        for (std::string const& name : names_if_any(folder.string())) {
            std::string const file_path = folder / name;
            std::uint64_t const bytes = regular_bytes(file_path);
            std::string line;
            if (bytes >= hex_digits && bytes <= key_file_bytes_max) {
                line = first_line(file_path, bytes);
            }
            auto seed =
                line.size() == hex_digits ? read_hex(line) : Result<Hash256>{fail(Code::bad_text)};
            bool const found =
                seed && key_hash(signatures.public_key({.bytes = seed->bytes})) == key;
            wipe(std::as_writable_bytes(std::span{line}));
            if (seed) {
                wipe(seed->bytes);
            }
            if (found) {
                return true;
            }
        }
    }
    return false;
}

Verdict verify_host_log(std::string const& path, HostStore& store, VerifyOptions options) {
    Verdict verdict;
    auto pause = first_pause;
    for (int readings = readings_beside_a_writer; readings != 0; --readings) {
        auto const claimed = store.claimed_epoch(); // every writer claims a higher one
        options.writer_alive = writer_alive(path);
        verdict = verify(store, options);
        name_what_failed(store.last_problem(), verdict);
        MediumCheck{path, store.geometry(), verdict}.check();
        bool const moving =
            options.writer_alive || writer_alive(path) || store.claimed_epoch() != claimed;
        if (verdict.worst < Severity::incomplete || !moving || readings == 1) {
            break;
        }
        std::this_thread::sleep_for(pause);
        pause *= 2;
    }
    if (is_folder(path)) {
        check_snapshots(path, *options.engine, verdict);
    }
    verdict.anchors.key_lies_beside =
        !verdict.keys.recent.empty() &&
        key_lies_beside(path, *options.signatures, verdict.keys.current().key);
    return verdict;
}

} // namespace axiom::host
