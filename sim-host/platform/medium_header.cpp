#include <sim-host/platform/medium_header.hpp>

namespace axiom::host {

namespace {

constexpr std::string_view header_magic = "AXMEDIUM";
constexpr std::string_view record_magic = "AXRECORD";
constexpr std::uint32_t medium_version = 1;
constexpr std::size_t crc_offset = 60;

void seal(MediumText& text) noexcept {
    MutableBytes const bytes{text};
    store_le(bytes.subspan(crc_offset), crc32(bytes.first(crc_offset)));
}

bool is_sealed(Bytes text, std::string_view magic) noexcept {
    return equal_bytes(text.first(magic.size()), bytes_of(magic)) &&
           load_le<std::uint32_t>(text.subspan(crc_offset)) == crc32(text.first(crc_offset));
}

} // namespace

MediumText encode_medium_header(MediumHeader const& header) noexcept {
    MediumText text{};
    MutableBytes const bytes{text};
    copy_bytes(bytes, bytes_of(header_magic));
    store_le(bytes.subspan(8), medium_version);
    store_le(bytes.subspan(12), header.geometry.storage_block_bytes);
    store_le(bytes.subspan(16), header.geometry.segment_bytes);
    store_le(bytes.subspan(24), header.slots_start);
    store_le(bytes.subspan(32), header.slots_max);
    seal(text);
    return text;
}

MediumText encode_medium_record(MediumRecord const& record) noexcept {
    MediumText text{};
    MutableBytes const bytes{text};
    copy_bytes(bytes, bytes_of(record_magic));
    store_le(bytes.subspan(8), record.serial);
    store_le(bytes.subspan(16), record.epoch.value);
    store_le(bytes.subspan(24), record.slots);
    seal(text);
    return text;
}

Result<MediumHeader> decode_medium_header(MediumText const& text) noexcept {
    Bytes const bytes{text};
    if (!is_sealed(bytes, header_magic)) {
        return fail(Code::not_a_log);
    }
    if (load_le<std::uint32_t>(bytes.subspan(8)) != medium_version) {
        return fail(Code::unknown_version, 8, load_le<std::uint32_t>(bytes.subspan(8)));
    }
    if (!is_zero(bytes.subspan(36, crc_offset - 36))) {
        return fail(Code::reserved_not_zero, 36);
    }
    MediumHeader header;
    header.geometry.storage_block_bytes = load_le<std::uint32_t>(bytes.subspan(12));
    header.geometry.segment_bytes = load_le<std::uint64_t>(bytes.subspan(16));
    header.slots_start = load_le<std::uint64_t>(bytes.subspan(24));
    header.slots_max = load_le<std::uint32_t>(bytes.subspan(32));
    if (!is_store_geometry(header.geometry)) {
        return fail(Code::out_of_range, 12);
    }
    return header;
}

std::optional<MediumRecord> decode_medium_record(MediumText const& text) noexcept {
    Bytes const bytes{text};
    if (!is_sealed(bytes, record_magic) || !is_zero(bytes.subspan(28, crc_offset - 28))) {
        return std::nullopt;
    }
    return MediumRecord{load_le<std::uint64_t>(bytes.subspan(8)),
                        Epoch{load_le<std::uint64_t>(bytes.subspan(16))},
                        load_le<std::uint32_t>(bytes.subspan(24))};
}

} // namespace axiom::host
