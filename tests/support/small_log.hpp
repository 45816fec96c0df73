#pragma once
// A log held in memory, made the slow and obvious way: what proofs and receipts are tried on.

#include <cstdint>
#include <string>
#include <vector>

#include <axiom/log/entry.hpp>
#include <axiom/log/log_kinds.hpp>
#include <axiom/port/signature_engine.hpp>
#include <axiom/tree/block_record.hpp>
#include <axiom/tree/checkpoint.hpp>
#include <axiom/tree/key_chain.hpp>
#include <axiom/tree/receipt.hpp>

namespace axiom::test {

/// A signing seed whose bytes are all `number`.
[[nodiscard]] SigningSeed seed_number(unsigned number);

class SmallLog {
  public:
    struct StoredEntry {
        EntryHeader header;
        std::vector<std::byte> body;       // padded
        std::vector<std::byte> attachment; // salt, data, padding
        Hash256 leaf;
        Hash256 link;
    };
    struct StoredBlock {
        BlockRecord record;
        std::vector<Hash256> leaves;
    };

    /// A log whose genesis carries the public key of `seed`, in a block of its own.
    explicit SmallLog(SigningSeed const& seed);

    /// Appends an entry of the records domain with `text` as body and, if not empty, `data`
    /// attached.
    Sequence add_record(std::string_view text, std::string_view data = {});

    Sequence rotate(SigningSeed const& next);
    /// Takes a rotation as it stands, whoever signed it; `next` is the seed of its new key.
    Sequence rotate_unchecked(KeyRotate const& body, SigningSeed const& next);
    Sequence lose(SigningSeed const& next, std::string_view reason);
    /// Begins a new log on this one: from here on its id is the fork's link.
    Sequence fork(SigningSeed const& seed);
    /// The same within the open block, as no writer does it.
    Sequence fork_within_block(SigningSeed const& seed);

    /// Ends the open block, if there is one.
    void seal();

    [[nodiscard]] Checkpoint checkpoint() const;
    [[nodiscard]] std::string note() const; // signed by the key in force

    /// Parts of the receipt of an entry in a sealed block; borrows from this log.
    [[nodiscard]] Receipt receipt_parts(Sequence sequence);
    [[nodiscard]] std::vector<std::byte> receipt(Sequence sequence);

    [[nodiscard]] Hash256 log_id() const { return log_id_; }
    [[nodiscard]] KeyRing const& ring() const { return ring_; }
    [[nodiscard]] std::vector<StoredEntry> const& entries() const { return entries_; }
    [[nodiscard]] std::vector<StoredBlock> const& blocks() const { return blocks_; }
    [[nodiscard]] std::vector<Hash256> tree_leaves() const;

  private:
    Sequence add(DomainNumber domain, std::uint16_t kind, Bytes body, std::string_view data);
    PlacedEntry place(Sequence sequence);

    SigningSeed seed_;
    Hash256 log_id_{};
    KeyRing ring_;
    std::vector<Sequence> key_entries_;
    std::vector<StoredEntry> entries_;
    std::vector<StoredBlock> blocks_;
    std::size_t sealed_{};                    // entries in blocks
    std::vector<std::vector<Hash256>> paths_; // what receipts borrow
    std::string note_;
};

} // namespace axiom::test
