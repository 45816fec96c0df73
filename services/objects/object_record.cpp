#include <services/objects/object_record.hpp>

namespace axiom::objects {

namespace {

constexpr std::uint64_t magic = 0x31434552'4A424F58; // "XOBJREC1"
constexpr std::size_t kind_offset = 8;
constexpr std::size_t payload_bytes_offset = 12;
constexpr std::size_t content_bytes_offset = 16;
constexpr std::size_t owner_offset = 24;
constexpr std::size_t name_offset = 32;
constexpr std::size_t payload_offset = 64;
constexpr std::size_t check_offset = 96;
static_assert(check_offset + sizeof(Hash256) == record_head_bytes);

Hash256 hash_at(Bytes from, std::size_t offset) noexcept {
    Hash256 hash;
    copy_bytes(hash.bytes, from.subspan(offset, sizeof(Hash256)));
    return hash;
}

bool is_known(RecordKind kind) noexcept {
    return kind >= RecordKind::founding && kind <= RecordKind::object;
}

} // namespace

Hash256 Founding::check_of(Bytes head, SlotOffset at) const noexcept {
    std::array<std::byte, sizeof(Hash256) + 16 + check_offset> covered{};
    MutableBytes const to{covered};
    copy_bytes(to, Bytes{secret.bytes});
    store_le(to.subspan(sizeof(Hash256)), std::uint64_t{at.slot.value});
    store_le(to.subspan(sizeof(Hash256) + 8), at.offset);
    copy_bytes(to.subspan(sizeof(Hash256) + 16), head.first(check_offset));
    return hash_bytes(*hashes, context::object_record, covered);
}

void put_head(MutableBytes to, RecordHead const& head, Founding const& founding,
              SlotOffset at) noexcept {
    store_le(to, magic);
    store_le(to.subspan(kind_offset), static_cast<std::uint32_t>(head.kind));
    store_le(to.subspan(payload_bytes_offset), head.payload_bytes);
    store_le(to.subspan(content_bytes_offset), head.content_bytes);
    store_le(to.subspan(owner_offset), head.owner);
    copy_bytes(to.subspan(name_offset), Bytes{head.name.bytes});
    copy_bytes(to.subspan(payload_offset), Bytes{head.payload.bytes});
    copy_bytes(to.subspan(check_offset), Bytes{founding.check_of(to, at).bytes});
}

std::optional<RecordHead> head_in(Bytes block, Founding const& founding, SlotOffset at) noexcept {
    if (load_le<std::uint64_t>(block) != magic) {
        return std::nullopt;
    }
    RecordHead const head{
        .kind = static_cast<RecordKind>(load_le<std::uint32_t>(block.subspan(kind_offset))),
        .payload_bytes = load_le<std::uint32_t>(block.subspan(payload_bytes_offset)),
        .content_bytes = load_le<std::uint64_t>(block.subspan(content_bytes_offset)),
        .owner = load_le<std::uint64_t>(block.subspan(owner_offset)),
        .name = hash_at(block, name_offset),
        .payload = hash_at(block, payload_offset)};
    bool const holds = is_known(head.kind) && head.payload_bytes <= chunk_bytes_max &&
                       hash_at(block, check_offset) == founding.check_of(block, at);
    return holds ? std::optional{head} : std::nullopt;
}

std::optional<Hash256> secret_in(Bytes block, HashEngine const& hashes, SlotOffset at) noexcept {
    Founding const founding{.hashes = &hashes, .secret = hash_at(block, name_offset)};
    auto const head = head_in(block, founding, at);
    return head && head->kind == RecordKind::founding ? std::optional{head->name} : std::nullopt;
}

} // namespace axiom::objects
