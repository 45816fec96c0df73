// Decoding of entry headers; see axiom/log/entry.hpp.

#include <axiom/log/entry.hpp>

namespace axiom {

namespace {

// A part that is absent has length 0 and a zero commitment; one that is present has a commitment.
bool commitment_fits(std::uint32_t part_bytes, Hash256 const& commitment) noexcept {
    return (part_bytes == 0) == commitment.is_zero();
}

} // namespace

Result<void> check_header(EntryHeader const& header) noexcept {
    if (header.header_version != EntryHeader::current_version) {
        return fail(Code::unknown_version, offsetof(EntryHeader, header_version));
    }
    if (header.entry_class > EntryClass::durable) {
        return fail(Code::out_of_range, offsetof(EntryHeader, entry_class));
    }
    if (header.flags != 0) {
        return fail(Code::reserved_not_zero, offsetof(EntryHeader, flags));
    }
    if (load_le<std::uint64_t>(header.reserved) != 0) {
        return fail(Code::reserved_not_zero, offsetof(EntryHeader, reserved));
    }
    if (header.body_bytes > body_bytes_max) {
        return fail(Code::out_of_range, offsetof(EntryHeader, body_bytes), header.body_bytes);
    }
    if (header.attachment_bytes > attachment_bytes_max) {
        return fail(Code::out_of_range, offsetof(EntryHeader, attachment_bytes),
                    header.attachment_bytes);
    }
    if (header.attachment_bytes != 0 && header.attachment_bytes < attachment_salt_bytes) {
        return fail(Code::out_of_range, offsetof(EntryHeader, attachment_bytes));
    }
    if (!commitment_fits(header.body_bytes, header.body_commitment)) {
        return fail(Code::not_canonical, offsetof(EntryHeader, body_commitment));
    }
    if (!commitment_fits(header.attachment_bytes, header.attachment_commitment)) {
        return fail(Code::not_canonical, offsetof(EntryHeader, attachment_commitment));
    }
    return {};
}

Result<EntryHeader> decode_header(Bytes from) noexcept {
    if (from.size() < entry_header_bytes) {
        return fail(Code::truncated, from.size());
    }
    EntryHeader header;
    std::memcpy(static_cast<void*>(&header), from.data(), entry_header_bytes);
    TRY(check_header(header));
    return header;
}

} // namespace axiom
