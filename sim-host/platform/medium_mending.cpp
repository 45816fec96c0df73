// Mending a medium; see sim-host/platform/medium_mending.hpp.

#include <sim-host/platform/medium_mending.hpp>

#include <algorithm>
#include <cerrno>

#include <axiom/store/segment_format.hpp>
#include <sim-host/platform/folder_names.hpp>
#include <sim-host/platform/hash_engines.hpp>

namespace axiom::host {

namespace {

constexpr std::string_view segment_suffix = ".axm";

/// What the headers of segments say.
struct Told {
    std::optional<StoreGeometry> geometry{}; // nothing when they say nothing, or different things
    Epoch epoch{};                           // the highest
    bool bears_out{};                        // one has the geometry that was asked about
    bool any{};                              // there is a segment's file, whatever is in it
};

/// Reads headers until one has the geometry `wanted`, or all.
HostResult<Told> ask_segments(LogFolder const& folder, std::optional<StoreGeometry> wanted) {
    Told told;
    auto const segments = folder.open_segments();
    if (!segments) {
        return segments.error().error.code == Code::no_memory
                   ? HostResult<Told>{std::unexpected(segments.error())}
                   : told;
    }
    bool agree = true;
    for (std::string const& name : TRY(folder_names(*segments))) {
        if (!name.ends_with(segment_suffix)) {
            continue;
        }
        told.any = true;
        auto const file =
            HostFile::open(segments->descriptor(), name, {}, segments->path() + "/" + name);
        std::array<std::byte, store::segment_header_bytes> bytes{};
        auto const read =
            file ? file->read(0, bytes) : HostResult<void>{std::unexpected(file.error())};
        if (!read && read.error().error.code == Code::no_memory) {
            return std::unexpected(read.error());
        }
        auto const header = read ? store::decode_segment_header(fastest_engine(), bytes)
                                 : Result<store::SegmentHeader>{fail(Code::frame_damaged)};
        StoreGeometry geometry{};
        if (header) {
            geometry = {.storage_block_bytes = header->storage_block_bytes,
                        .segment_bytes = header->segment_bytes};
        }
        if (!header || !is_store_geometry(geometry)) {
            continue;
        }
        told.epoch = std::max(told.epoch, header->epoch);
        agree = agree && (!told.geometry || *told.geometry == geometry);
        told.geometry = geometry;
        if (wanted && *wanted == geometry) {
            told.bears_out = true;
            return told;
        }
    }
    if (!agree) {
        told.geometry.reset();
    }
    return told;
}

/// Copies of the header as they lie in a medium.
struct Headers {
    std::array<MediumText, 2> texts{};
    std::array<Result<MediumHeader>, 2> read{fail(Code::not_a_log), fail(Code::not_a_log)};
    Problem problem{}; // why no copy can be used, where none can
    bool is_newer{};   // a copy is of a version that this program does not know
};

HostResult<Headers> read_headers(LogFolder const& folder) {
    Headers headers;
    auto const medium = folder.open_medium(false);
    if (!medium && medium.error().error_number != ENOENT) {
        return std::unexpected(medium.error()); // not a file, or not to be had: nothing to mend
    }
    if (!medium) {
        headers.problem = medium.error();
        return headers;
    }
    for (std::size_t copy = 0; copy < 2; ++copy) {
        auto const read = medium->read(medium_header_places[copy], headers.texts[copy]);
        if (!read && read.error().error.code != Code::size_changed) {
            return std::unexpected(read.error());
        }
        headers.read[copy] = decode_medium_header(headers.texts[copy]);
        headers.is_newer =
            headers.is_newer ||
            (!headers.read[copy] && headers.read[copy].error().code == Code::unknown_version);
    }
    if (auto const header = read_folder_header(*medium); !header) {
        headers.problem = header.error();
    }
    return headers;
}

std::unexpected<Problem> lost(LogFolder const& folder, std::string_view what,
                              std::string_view next) {
    auto problem = found_problem(Code::frame_damaged, folder.path() + "/medium", what);
    problem.error().next = next;
    return problem;
}

std::unexpected<Problem> lost_of_image(HostFile const& image, std::string_view what) {
    auto problem = found_problem(Code::frame_damaged, image.path(), what);
    problem.error().next = "put the image back from a copy: it says this nowhere else";
    return problem;
}

struct Settled {
    StoreGeometry geometry{};
    bool from_header{}; // a copy of the medium's header says it
    bool is_newer{};    // and another one is of a version that this program does not know
};

HostResult<Settled> settle(LogFolder const& folder, std::optional<StoreGeometry> otherwise) {
    Headers const headers = TRY(read_headers(folder));
    std::optional<StoreGeometry> said;
    Told told;
    for (auto const& header : headers.read) {
        if (!header || header->slots_max != 0) {
            continue;
        }
        told = TRY(ask_segments(folder, header->geometry));
        if (told.bears_out) {
            return Settled{header->geometry, true, headers.is_newer};
        }
        said = said ? said : std::optional{header->geometry};
    }
    if (!said && !headers.is_newer) {
        told = TRY(ask_segments(folder, {}));
    }
    if (told.geometry) { // no copy that is whole says so
        return Settled{*told.geometry, false, headers.is_newer};
    }
    if (said) {
        return Settled{*said, true, headers.is_newer};
    }
    if (!told.any || headers.is_newer) {
        return std::unexpected(headers.problem);
    }
    if (otherwise) {
        return Settled{*otherwise, false, false};
    }
    return lost(folder, "neither it nor the header of any segment says the log's lengths",
                "axiom repair --mirror DIR, or axiom repair --from-archive DIR: only another copy "
                "of the log says them");
}

std::optional<MediumRecord> record_in(Bytes area, std::size_t copy) {
    MediumText text;
    copy_bytes(text, area.subspan(medium_record_places[copy], text.size()));
    return decode_medium_record(text);
}

/// Makes of `area` what the medium must hold, and says where it did not. `lost` is what the record
/// of claims says where neither copy does.
std::vector<MediumMend> mend_area(std::vector<std::byte>& area, MediumHeader const& header,
                                  MediumRecord const& lost) {
    std::vector<MediumMend> mends;
    std::vector<std::byte> right(medium_area_bytes);
    auto const put = [&](std::uint64_t place, MediumText const& text, std::string_view what) {
        MutableBytes const to = MutableBytes{right}.subspan(place, text.size());
        copy_bytes(to, text);
        if (!equal_bytes(to, Bytes{area}.subspan(place, text.size()))) {
            mends.push_back({place, what});
        }
    };
    for (std::uint64_t const place : medium_header_places) {
        put(place, encode_medium_header(header), "a copy of its header");
    }
    std::array const records{record_in(area, 0), record_in(area, 1)};
    for (std::size_t copy = 0; copy < 2; ++copy) {
        auto const& whole = records[copy] ? records[copy] : records[1 - copy];
        put(medium_record_places[copy], encode_medium_record(whole.value_or(lost)),
            "a copy of its record of claims");
    }
    for (std::uint64_t at = 0; at < medium_area_bytes; ++at) {
        if (at % medium_place_bytes >= sizeof(MediumText) && area[at] != std::byte{}) {
            mends.push_back({at, "bytes that must be zero"});
            break; // said once: there may be as many as bytes
        }
    }
    area = std::move(right);
    return mends;
}

/// Reads the area; what the file is too short for is zeros.
HostResult<std::vector<std::byte>> read_area(HostFile const& medium, std::uint64_t start) {
    std::vector<std::byte> area(medium_area_bytes);
    std::uint64_t const size = TRY(medium.size());
    std::uint64_t const there = std::min(size - std::min(size, start), medium_area_bytes);
    TRY(medium.read(start, MutableBytes{area}.first(there)));
    return area;
}

/// Writes place after place, each durable before the next, so that a text's other copy is whole
/// while it is written.
HostResult<void> write_area(HostFile const& medium, std::uint64_t start,
                            std::vector<std::byte> const& area) {
    for (std::uint64_t at = 0; at < medium_area_bytes; at += medium_place_bytes) {
        TRY(medium.write(start + at, Bytes{area}.subspan(at, medium_place_bytes)));
        TRY(medium.flush_data());
    }
    return {};
}

HostResult<std::vector<MediumMend>> mend_file(LogFolder const& folder, HostFile const& medium,
                                              StoreGeometry geometry, bool only_look) {
    std::vector<std::byte> area = TRY(read_area(medium, 0));
    MediumRecord lost{.serial = 1, .epoch = {}, .slots = 0};
    if (!record_in(area, 0) && !record_in(area, 1)) {
        lost.epoch = TRY(ask_segments(folder, {})).epoch;
    }
    auto mends = mend_area(area, {.geometry = geometry}, lost);
    std::uint64_t const size = TRY(medium.size());
    if (size != medium_area_bytes) {
        mends.push_back({std::min(size, medium_area_bytes), "its length"});
    }
    if (!mends.empty() && !only_look) {
        TRY(write_area(medium, 0, area));
        TRY(medium.set_size(medium_area_bytes));
        TRY(medium.flush_all());
    }
    return mends;
}

HostResult<void> make_lost_medium(LogFolder const& folder, StoreGeometry geometry) {
    Told const told = TRY(ask_segments(folder, {}));
    TRY(folder.make_medium(geometry));
    HostFile const medium = TRY(folder.open_medium(true));
    return MediumArea{medium, 0}.reset_claim(told.epoch);
}

HostResult<MediumHeader> image_header(HostFile const& image, Bytes area) {
    std::optional<MediumHeader> found;
    for (std::uint64_t const place : medium_header_places) {
        MediumText text;
        copy_bytes(text, area.subspan(place, text.size()));
        auto const header = decode_medium_header(text);
        if (!header && header.error().code == Code::unknown_version) {
            return found_problem(Code::unknown_version, image.path(),
                                 "is a medium of a version that this program does not know");
        }
        if (header && found && *found != *header) {
            return lost_of_image(image, "the two copies of its header differ");
        }
        found = header ? std::optional{*header} : found;
    }
    if (!found) {
        return lost_of_image(image, "neither copy of its header is whole");
    }
    return *found;
}

} // namespace

HostResult<StoreGeometry> rightful_geometry(LogFolder const& folder,
                                            std::optional<StoreGeometry> otherwise) {
    return TRY(settle(folder, otherwise)).geometry;
}

HostResult<StoreGeometry> read_geometry(LogFolder const& folder) {
    Settled const settled = TRY(settle(folder, {}));
    if (!settled.from_header) {
        return lost(folder,
                    folder.has_medium() ? "no copy of its header says what the segments say"
                                        : "is not there, and the segments are",
                    "axiom repair: it is made anew from what the segments say");
    }
    return settled.geometry;
}

HostResult<std::vector<MediumMend>> mend_medium(LogFolder const& folder, Mending const& mending) {
    Settled const settled = TRY(settle(folder, mending.otherwise));
    if (settled.is_newer) {
        return std::vector<MediumMend>{};
    }
    if (!folder.has_medium()) {
        if (mending.allowed) {
            TRY(make_lost_medium(folder, settled.geometry));
        }
        return std::vector<MediumMend>{{0, "the file, which was not there"}};
    }
    HostFile const medium = TRY(folder.open_medium(mending.allowed));
    if (!mending.allowed) {
        return mend_file(folder, medium, settled.geometry, true);
    }
    MediumArea const area{medium, 0};
    TRY(area.lock_record());
    auto mended = mend_file(folder, medium, settled.geometry, false);
    TRY(area.unlock_record());
    return mended;
}

HostResult<std::vector<MediumMend>> mend_image_medium(HostFile const& image, std::uint64_t start,
                                                      bool allowed) {
    MediumArea const medium{image, start};
    if (allowed) {
        TRY(medium.lock_record());
    }
    std::vector<std::byte> area = TRY(read_area(image, start));
    MediumHeader const header = TRY(image_header(image, area));
    if (!record_in(area, 0) && !record_in(area, 1)) {
        return lost_of_image(image, "neither copy of its record of claims is whole");
    }
    auto mends = mend_area(area, header, {});
    if (!mends.empty() && allowed) {
        TRY(write_area(image, start, area));
    }
    if (allowed) {
        TRY(medium.unlock_record());
    }
    return mends;
}

} // namespace axiom::host
