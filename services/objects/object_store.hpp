#pragma once
// ObjectStore: contents under the hash of what they are, kept once, on a medium of slots.
//
//     content   | chunk | chunk | chunk |      each stored once, whoever brings it
//     object    id = hash of the content       a record with the names of its chunks
//
//     put: chunks ─▶ flush ─▶ object's record ─▶ flush ─▶ it is there
//
// So an object is there with all of its chunks or not at all. Nothing is believed that is read: a
// chunk hashes to its name, a list to its head, and before anything of an object is told for the
// first time after a start, the whole hashes to its id. What does not is `object_damaged`; whoever
// puts the content again mends it. Nothing is ever removed.

#include <axiom/crypto/hash_stream.hpp>
#include <services/objects/object_index.hpp>

namespace axiom::objects {

/// The content that one object may have.
inline constexpr std::uint64_t object_bytes_max = std::uint64_t{64} << 20U;
inline constexpr std::size_t chunks_of_object_max =
    (object_bytes_max + chunk_bytes_max - 1) / chunk_bytes_max;
static_assert(chunks_of_object_max * sizeof(Hash256) <= chunk_bytes_max);

struct StoreLimits {
    std::uint32_t slots{64};
    std::uint32_t chunks{65536};
    std::uint32_t objects{16384};
};

struct StoreTotals {
    std::uint64_t objects{};
    std::uint64_t chunks{};
    std::uint64_t content_bytes{}; // of all chunks, each once
    std::uint64_t medium_bytes{};  // that are taken
    std::uint64_t medium_bytes_max{};
    std::uint64_t damaged{}; // places that the start found neither empty nor whole
};

class ObjectStore {
  public:
    [[nodiscard]] static std::size_t bytes_for(StoreLimits const& limits) noexcept;

    /// All outlive it.
    ObjectStore(Store& medium, HashEngine const& hashes, Arena& arena,
                StoreLimits const& limits) noexcept;

    /// First of all: finds what is there. On an empty medium a store begins with `secret`, which
    /// nobody knows; a medium that may only be read (`secret` null) stays empty. `object_damaged`:
    /// the medium holds something, and no founding. `table_full`: more than the limits say.
    [[nodiscard]] Result<void> open(Hash256 const* secret) noexcept;

    /// Stores a part of content, of 1 to `chunk_bytes_max` bytes, and says its name. Durable with
    /// the object that it becomes part of. `objects_full`, or what the medium says.
    [[nodiscard]] Result<Hash256> add_chunk(Bytes content) noexcept;

    /// Whether it was there before.
    struct Added {
        bool was_there{};
    };
    /// Durable when it returns. Every chunk was added since the start.
    [[nodiscard]] Result<Added> add_object(Hash256 const& id, std::uint64_t bytes,
                                           std::uint64_t owner,
                                           std::span<Hash256 const> chunks) noexcept;

    /// `no_such_row`.
    [[nodiscard]] Result<ObjectRow> find(Hash256 const& id) noexcept;

    /// Fills `to` with what lies at `offset`; it may reach the content's end, not beyond:
    /// `out_of_range`. `no_such_row`, `object_damaged`, or what the medium says.
    [[nodiscard]] Result<void> read(Hash256 const& id, std::uint64_t offset,
                                    MutableBytes to) noexcept;

    /// In the order in which they were found or put.
    [[nodiscard]] std::span<ObjectRow const> all() noexcept { return objects_.all(); }
    [[nodiscard]] StoreTotals totals() noexcept;

  private:
    [[nodiscard]] Result<void> found(Hash256 const& secret) noexcept;
    [[nodiscard]] Result<bool> find_founding() noexcept;
    [[nodiscard]] Result<void> scan_slot(SlotIndex slot) noexcept;
    [[nodiscard]] Result<void> take_record(RecordHead const& head, SlotOffset at) noexcept;
    [[nodiscard]] Result<void> take_object(RecordHead const& head, SlotOffset at) noexcept;
    [[nodiscard]] Result<void> keep(ObjectRow const& row) noexcept;
    [[nodiscard]] Result<void> make_durable() noexcept;
    [[nodiscard]] Result<Bytes> block_at(SlotOffset at) noexcept;
    [[nodiscard]] Result<SlotOffset> place_for(std::size_t record_bytes) noexcept;
    [[nodiscard]] Result<SlotOffset> append(RecordHead head, Bytes payload) noexcept;
    [[nodiscard]] Result<Bytes> load(RecordKind kind, Hash256 const& name, SlotOffset at,
                                     std::size_t payload_bytes) noexcept;
    [[nodiscard]] Result<Bytes> chunk(Hash256 const& name) noexcept;
    [[nodiscard]] Result<void> use(ObjectRow& row) noexcept;
    [[nodiscard]] Result<void> prove(ObjectRow& row) noexcept;
    [[nodiscard]] std::size_t whole_blocks(std::size_t bytes) const noexcept;
    [[nodiscard]] Hash256 list_name(std::size_t index) const noexcept;

    Store* medium_;
    HashEngine const* hashes_;
    StoreLimits limits_;
    std::size_t block_bytes_{};
    Founding founding_{};
    ChunkRows chunks_;
    ObjectRows objects_;
    MutableBytes record_; // one that is being written or was read
    MutableBytes list_;   // the names of the chunks of `listed_`
    MutableBytes window_; // what the scan has read
    std::span<HashStream> stream_;
    SlotOffset window_at_{};
    bool window_holds_{};
    Hash256 listed_{}; // whose list is at hand; zeros: nobody's
    Hash256 cached_{}; // the chunk in `record_`; zeros: none
    SlotIndex tail_slot_{};
    std::uint64_t tail_{};
    bool dirty_{};                        // something was written that no flush covers
    std::optional<ObjectRow> unproved_{}; // its list does not hold, and nothing came behind it yet
    std::uint64_t content_bytes_{};
    std::uint64_t damaged_{};
};

} // namespace axiom::objects
