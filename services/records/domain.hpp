#pragma once
// The records domain: lines that were taken in from outside, in streams.
//
// A stream is one producer's; its lines are attachments, so that the domain knows their count,
// their bytes and their place, never their text: a line can be erased without changing any state.
// Line numbers rise within a stream; what produced a line twice is stopped by the log's producer
// window, not here.

#include <axiom/domain/domain.hpp>
#include <axiom/domain/hashed_table.hpp>
#include <axiom/domain/key_index.hpp>

#include <services/records/kinds.hpp>

namespace axiom::records {

/// The domain's table of kinds.
extern DomainInfo const records_domain;

class RecordsDomain final : public Domain {
  public:
    RecordsDomain(Arena& arena, Capacities const& capacities) noexcept;

    [[nodiscard]] static std::size_t bytes_for(Capacities const& capacities) noexcept;

    /// The stream of a producer, or null.
    [[nodiscard]] StreamRow const* find(ProducerId producer) const noexcept;

    [[nodiscard]] DomainInfo const& info() const noexcept override { return records_domain; }
    Result<void> apply(Ordered<Entry> const& entry) noexcept override;
    Result<void> genesis(Genesis const& /*genesis*/) noexcept override { return {}; }
    void boot(Boot const& /*boot*/) noexcept override {}
    void tick(LogTime /*now*/) noexcept override {}
    void clear() noexcept override;
    [[nodiscard]] Hash256 root(HashEngine const& engine) noexcept override;
    Result<void> save(Writer& to) const noexcept override;
    Result<void> load(Reader& from) noexcept override;
    [[nodiscard]] std::size_t save_bytes_max() const noexcept override;

  private:
    Result<void> open(Stream const& stream, Sequence at) noexcept;
    Result<void> add(Line const& line, EntryHeader const& header) noexcept;
    Result<void> index_rows() noexcept;
    [[nodiscard]] std::optional<std::uint32_t> row_of(ProducerId producer) const noexcept;

    HashedTable<StreamRow> streams_;
    KeyIndex index_;
};

} // namespace axiom::records
