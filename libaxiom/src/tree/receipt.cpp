// The form of receipts; see axiom/tree/receipt.hpp. What they prove is checked in
// receipt_check.cpp.

#include <axiom/tree/receipt.hpp>

#include <axiom/codec/reader.hpp>
#include <axiom/codec/writer.hpp>

namespace axiom {

namespace {

constexpr std::uint64_t magic = 0x504352'4D4F495841; // "AXIOMRCP"
constexpr std::uint16_t version = 1;
constexpr std::uint16_t flag_body = 1;
constexpr std::uint16_t flag_salt = 2;

// Whether a body follows: one that is left out and one that never was look alike without this.
enum class BodyPart : std::uint8_t { left_out, present };

bool has_salt_length(Bytes salt) noexcept {
    return salt.empty() || salt.size() == attachment_salt_bytes;
}

std::span<Hash256 const> hashes_of(Bytes bytes) noexcept {
    static_assert(sizeof(Hash256) == 32 && alignof(Hash256) == 1);
    return {reinterpret_cast<Hash256 const*>(bytes.data()), bytes.size() / sizeof(Hash256)};
}

Bytes bytes_of_hashes(std::span<Hash256 const> hashes) noexcept {
    return std::as_bytes(hashes);
}

Result<void> write_placed(Writer& to, PlacedEntry const& placed) noexcept {
    if (placed.header.size() != entry_header_bytes || placed.record.size() != block_record_bytes ||
        placed.block_path.size() > block_path_hashes_max ||
        placed.tree_path.size() > proof_hashes_max) {
        return fail(Code::out_of_range, to.size());
    }
    TRY(to.bytes(placed.header));
    TRY(to.bytes(placed.record));
    TRY(to.word(placed.leaf.value));
    TRY(to.word(static_cast<std::uint8_t>(placed.block_path.size())));
    TRY(to.word(static_cast<std::uint8_t>(placed.tree_path.size())));
    TRY(to.zeros(6));
    TRY(to.bytes(bytes_of_hashes(placed.block_path)));
    TRY(to.bytes(bytes_of_hashes(placed.tree_path)));
    return to.bytes(placed.body);
}

// What a receipt holds is of the versions that this version of receipts has: another one in a
// header is a change of its bytes, which nothing vouches for yet.
Result<EntryHeader> header_in(PlacedEntry const& placed, std::size_t start) noexcept {
    auto const header = decode_header(placed.header);
    if (!header && header.error().code == Code::unknown_version) {
        return fail(Code::leaf_mismatch, start);
    }
    return header;
}

Result<PlacedEntry> read_placed(Reader& from, BodyPart body) noexcept {
    std::size_t const start = from.offset();
    PlacedEntry placed;
    placed.header = TRY(from.bytes(entry_header_bytes));
    placed.record = TRY(from.bytes(block_record_bytes));
    placed.leaf = LeafIndex{TRY(from.word<std::uint64_t>())};
    std::size_t const counts_at = from.offset();
    std::size_t const block_hashes = TRY(from.word<std::uint8_t>());
    std::size_t const tree_hashes = TRY(from.word<std::uint8_t>());
    TRY(from.zeros(6));
    if (block_hashes > block_path_hashes_max || tree_hashes > proof_hashes_max) {
        return fail(Code::out_of_range, counts_at);
    }
    placed.block_path = hashes_of(TRY(from.bytes(block_hashes * sizeof(Hash256))));
    placed.tree_path = hashes_of(TRY(from.bytes(tree_hashes * sizeof(Hash256))));
    if (body == BodyPart::left_out) {
        return placed;
    }
    EntryHeader const header = TRY(header_in(placed, start));
    if (header.body_bytes == 0) {
        return fail(Code::not_canonical, start);
    }
    std::size_t const body_at = from.offset();
    placed.body = TRY(from.bytes(padded_bytes(header.body_bytes)));
    return is_zero(placed.body.subspan(header.body_bytes))
               ? Result<PlacedEntry>{placed}
               : fail(Code::padding_not_zero, body_at + header.body_bytes);
}

} // namespace

Result<Bytes> write_receipt(MutableBytes to, Receipt const& receipt) noexcept {
    if (receipt.keys.empty() || !has_salt_length(receipt.salt) || receipt.note.empty() ||
        receipt.note.size() > note_bytes_max) {
        return fail(Code::out_of_range);
    }
    Writer writer{to};
    auto const flags = static_cast<std::uint16_t>((receipt.subject.body.empty() ? 0 : flag_body) |
                                                  (receipt.salt.empty() ? 0 : flag_salt));
    TRY(writer.word(magic));
    TRY(writer.word(version));
    TRY(writer.word(flags));
    TRY(writer.word(static_cast<std::uint16_t>(receipt.keys.size())));
    TRY(writer.word(static_cast<std::uint16_t>(receipt.note.size())));
    TRY(writer.bytes(receipt.origin_previous.view()));
    TRY(write_placed(writer, receipt.subject));
    TRY(writer.bytes(receipt.salt));
    for (PlacedEntry const& placed : receipt.keys) {
        TRY(write_placed(writer, placed));
    }
    TRY(writer.bytes(receipt.note));
    static_cast<void>(TRY(read_receipt(writer.written())));
    return writer.written();
}

Result<Receipt> read_receipt(Bytes from) noexcept {
    Reader reader{from};
    if (TRY(reader.word<std::uint64_t>()) != magic) {
        return fail(Code::bad_proof);
    }
    if (TRY(reader.word<std::uint16_t>()) != version) {
        return fail(Code::unknown_version, 8);
    }
    std::uint16_t const flags = TRY(reader.word<std::uint16_t>());
    if ((flags & ~(flag_body | flag_salt)) != 0) {
        return fail(Code::reserved_not_zero, 10);
    }
    std::uint16_t const key_entries = TRY(reader.word<std::uint16_t>());
    if (key_entries == 0 || key_entries > receipt_key_entries_max) {
        return fail(Code::out_of_range, 12, key_entries);
    }
    std::uint16_t const note_bytes = TRY(reader.word<std::uint16_t>());
    if (note_bytes == 0 || note_bytes > note_bytes_max) {
        return fail(Code::out_of_range, 14, note_bytes);
    }

    Receipt receipt;
    copy_bytes(receipt.origin_previous.bytes, TRY(reader.bytes(sizeof(Hash256))));
    receipt.subject =
        TRY(read_placed(reader, (flags & flag_body) != 0 ? BodyPart::present : BodyPart::left_out));
    if ((flags & flag_salt) != 0) {
        receipt.salt = TRY(reader.bytes(attachment_salt_bytes));
    }
    for (std::uint16_t index = 0; index < key_entries; ++index) {
        receipt.keys.push_back(TRY(read_placed(reader, BodyPart::present)));
    }
    receipt.note = TRY(reader.bytes(note_bytes));
    TRY(reader.finish());
    return receipt;
}

} // namespace axiom
