// Checkpoints; see axiom/tree/checkpoint.hpp.

#include <axiom/tree/checkpoint.hpp>

#include <algorithm>

#include <axiom/codec/plain_text.hpp>
#include <axiom/log/limits.hpp>

namespace axiom {

using namespace std::string_view_literals; // a literal that knows its length calls no strlen

namespace {

constexpr std::string_view entries_label{"entries "};
constexpr std::string_view head_label{"head "};
constexpr std::string_view epoch_label{"epoch "};
constexpr std::string_view boot_label{"boot "};

Result<void> check_sizes(Checkpoint const& checkpoint) noexcept {
    std::uint64_t const blocks = checkpoint.tree.size.value;
    std::uint64_t const entries = checkpoint.entries.value;
    bool const fits = blocks >= 1 && checkpoint.tree.size <= tree_size_max && blocks <= entries &&
                      (entries - 1) / block_entries_max < blocks;
    return fits ? Result<void>{} : fail(Code::out_of_range, blocks, entries);
}

Result<void> write_number_line(Writer& to, std::string_view label, std::uint64_t number) noexcept {
    TRY(write_text(to, label));
    TRY(write_decimal(to, number));
    return write_text(to, "\n"sv);
}

Result<std::uint64_t> read_number_line(Lines& lines, std::string_view label) noexcept {
    std::string_view const number = TRY(lines.next_after(label));
    return read_decimal(number);
}

Result<Hash256> read_hash_line(Lines& lines, std::string_view label) noexcept {
    std::string_view const hash = TRY(lines.next_after(label));
    return read_hex(hash);
}

} // namespace

Origin::Origin(Hash256 const& log_id) noexcept {
    HashHex const hex = to_hex(log_id);
    std::ranges::copy(hex, std::ranges::copy(origin_prefix, text_.begin()).out);
}

Result<Bytes> write_checkpoint_text(MutableBytes to, Checkpoint const& checkpoint) noexcept {
    TRY(check_sizes(checkpoint));
    Writer writer{to};
    TRY(write_text(writer, Origin{checkpoint.log_id}.text()));
    TRY(write_text(writer, "\n"sv));
    TRY(write_number_line(writer, ""sv, checkpoint.tree.size.value));
    TRY(write_base64(writer, checkpoint.tree.root.view()));
    TRY(write_text(writer, "\n"sv));
    TRY(write_number_line(writer, entries_label, checkpoint.entries.value));
    TRY(write_text(writer, head_label));
    TRY(write_hex(writer, checkpoint.head));
    TRY(write_text(writer, "\n"sv));
    TRY(write_number_line(writer, epoch_label, checkpoint.epoch.value));
    TRY(write_number_line(writer, boot_label, checkpoint.boot.value));
    return writer.written();
}

Result<Checkpoint> read_checkpoint_text(std::string_view text) noexcept {
    Lines lines{text};
    Checkpoint checkpoint;
    checkpoint.log_id = TRY(read_hash_line(lines, origin_prefix));
    checkpoint.tree.size = TreeSize{TRY(read_number_line(lines, ""sv))};
    std::string_view const root = TRY(lines.next());
    TRY(read_base64(checkpoint.tree.root.bytes, root));
    checkpoint.entries = Sequence{TRY(read_number_line(lines, entries_label))};
    checkpoint.head = TRY(read_hash_line(lines, head_label));
    checkpoint.epoch = Epoch{TRY(read_number_line(lines, epoch_label))};
    checkpoint.boot = BootNumber{TRY(read_number_line(lines, boot_label))};
    if (!lines.at_end()) {
        return fail(Code::trailing_bytes);
    }
    TRY(check_sizes(checkpoint));
    return checkpoint;
}

Result<Bytes> sign_checkpoint(HashEngine const& engine, SignatureEngine const& signer,
                              MutableBytes to, Checkpoint const& checkpoint,
                              SigningSeed const& seed) noexcept {
    std::array<std::byte, checkpoint_text_bytes_max> room;
    Bytes const text = TRY(write_checkpoint_text(room, checkpoint));
    return sign_note(engine, signer, to, text_of(text), Origin{checkpoint.log_id}.text(), seed);
}

Result<Checkpoint> read_claimed_checkpoint(Bytes note) noexcept {
    NoteParts const parts = TRY(split_note(note));
    return read_checkpoint_text(parts.text);
}

Result<Checkpoint> open_checkpoint(HashEngine const& engine, SignatureEngine const& verifier,
                                   PublicKey const& key, Bytes note) noexcept {
    Checkpoint const checkpoint = TRY(read_claimed_checkpoint(note));
    Origin const origin{checkpoint.log_id};
    static_cast<void>(TRY(open_note(engine, verifier, {origin.text(), key}, note)));
    return checkpoint;
}

} // namespace axiom
