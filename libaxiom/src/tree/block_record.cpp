// Sealing and reading of block records; see axiom/tree/block_record.hpp.

#include <axiom/tree/block_record.hpp>

#include <axiom/crypto/hash.hpp>

namespace axiom {

namespace {

Hash256 hash_of(HashEngine const& engine, BlockRecord const& record) noexcept {
    return hash_bytes(engine, context::block_record,
                      record_bytes(record).first(offsetof(BlockRecord, hash)));
}

} // namespace

void seal_record(HashEngine const& engine, BlockRecord& record) noexcept {
    record.hash = hash_of(engine, record);
}

Result<BlockRecord> decode_record(HashEngine const& engine, Bytes from) noexcept {
    if (from.size() < block_record_bytes) {
        return fail(Code::truncated, from.size());
    }
    BlockRecord record;
    std::memcpy(static_cast<void*>(&record), from.data(), block_record_bytes);
    if (record.magic != BlockRecord::magic_value) {
        return fail(Code::block_mismatch, offsetof(BlockRecord, magic));
    }
    if (record.version != BlockRecord::current_version) {
        return fail(Code::unknown_version, offsetof(BlockRecord, version));
    }
    if (record.reserved_0 != 0 || !is_zero(record.reserved_1) || !is_zero(record.reserved_2)) {
        return fail(Code::reserved_not_zero, offsetof(BlockRecord, reserved_0));
    }
    if (record.count > block_entries_max) {
        return fail(Code::out_of_range, offsetof(BlockRecord, count), record.count);
    }
    if (record.hash != hash_of(engine, record)) {
        return fail(Code::block_mismatch, offsetof(BlockRecord, hash));
    }
    return record;
}

} // namespace axiom
