#pragma once
// A live log on any store, with the log's own kinds: what crash, take-over and anomaly tests drive.

#include <memory>
#include <vector>

#include <sim-host/log/live_log.hpp>
#include <sim-host/platform/hash_engines.hpp>
#include <sim-host/platform/system_entropy.hpp>

namespace axiom::test {

/// Segments so small that a few groups fill one.
inline constexpr StoreGeometry tiny_segments{.storage_block_bytes = 512,
                                             .segment_bytes = 24U << 10U};

/// Every entry that a sink received: header and body.
class SeenEntries final : public EntrySink {
  public:
    void entry(Ordered<Entry> const& entry) noexcept override {
        Bytes const header = header_bytes(entry.value().header);
        Bytes const body = entry.value().body;
        std::vector<std::byte> all{header.begin(), header.end()};
        all.insert(all.end(), body.begin(), body.end());
        list.push_back(std::move(all));
    }
    void reduced(Sequence, Hash256 const&) noexcept override { ++leaves; }

    std::vector<std::vector<std::byte>> list;
    std::size_t leaves{};
};

class LiveWorld {
  public:
    explicit LiveWorld(Store& store, bool background = false)
        : store_{store}, background_{background} {}

    host::LiveLogOptions options() {
        return {.engine = &host::portable_engine(),
                .entropy = &entropy_,
                .domains = domains_,
                .ring = {.bytes = 1U << 20U, .entries = 1024},
                .attachments = {.bytes = 1U << 20U, .entries = 1024},
                .group_bytes = 64U << 10U,
                .slots_max = 4096,
                .background = background_,
                .now = [] { return WallTime{1}; }};
    }

    Result<void> create() {
        Genesis genesis{.label = "live", .capacities = {4, 4, 4, 4, 4, 4, 4, 4}};
        genesis.domains.push_back(
            {static_cast<std::uint16_t>(DomainNumber::log), log_domain.version});
        return host::LiveLog::create(store_, options(), genesis);
    }

    Result<std::unique_ptr<host::LiveLog>> open(EntrySink* sink = nullptr) {
        return host::LiveLog::open(store_, options(), sink);
    }

    /// Appends a tick.
    static Result<Appended> tick(host::LiveLog& live, std::uint64_t now, ProducerId producer = {},
                                 ProducerNumber number = {}) {
        std::array<std::byte, 16> room{};
        return live.append(
            {.domain = DomainNumber::log,
             .kind = static_cast<std::uint16_t>(LogKind::tick),
             .producer = producer,
             .producer_number = number,
             .body = TRY(encode_whole(MutableBytes{room}, Tick{.now = LogTime{now}, .wall = {}}))});
    }

  private:
    Store& store_;
    bool background_;
    host::SystemEntropy entropy_;
    std::array<DomainInfo const*, 1> domains_{&log_domain};
};

} // namespace axiom::test
