#pragma once
// A log session with every domain, a founding policy and a folder for snapshots, on any store: what
// tests of sessions, snapshots and pruning drive.

#include <algorithm>
#include <array>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <axiom/policy/founding.hpp>
#include <services/records/kinds.hpp>
#include <sim-host/inspect/catalog.hpp>
#include <sim-host/log/log_session.hpp>
#include <sim-host/platform/hash_engines.hpp>
#include <sim-host/platform/signature_sodium.hpp>
#include <sim-host/platform/system_entropy.hpp>

namespace axiom::test {

class SessionWorld {
  public:
    /// `folder` is the log's data folder, in which snapshots lie; it is made if need be.
    explicit SessionWorld(std::string const& folder) : snapshots_{folder} {
        std::filesystem::create_directories(folder);
    }

    [[nodiscard]] host::LogSessionOptions options() {
        return {.live = {.engine = &host::fastest_engine(),
                         .entropy = &entropy_,
                         .domains = host::known_domains(),
                         .ring = {.bytes = 1U << 20U, .entries = 1024},
                         .attachments = {.bytes = 1U << 20U, .entries = 1024},
                         .group_bytes = 64U << 10U,
                         .slots_max = 4096,
                         .archive_digest = {},
                         .background = false,
                         .now = [this] { return WallTime{now_ += 1'000'000}; }},
                .signer = &host::signature_engine(),
                .checkpoint_seed = &seed_,
                .principal = {},
                .earlier = {},
                .snapshots = &snapshots_,
                .snapshot_every = 1'000'000};
    }

    Result<void> create(Store& store) {
        std::array<std::byte, policy::founding_policy_bytes_max> room{};
        Bytes const policy = TRY(policy::founding_policy(host::creator_principal, room));
        Genesis const genesis =
            TRY(host::genesis_for({.label = "test",
                                   .creator_label = "tester",
                                   .checkpoint_key = host::signature_engine().public_key(seed_),
                                   .policy = policy,
                                   .capacities = {8, 8, 8, 8, 8, 8, 8, 8}},
                                  entropy_));
        return host::LiveLog::create(store, options().live, genesis);
    }

    Result<std::unique_ptr<host::LogSession>> open(Store& store) {
        return host::LogSession::open(store, options());
    }

    Result<host::Granted> mark(host::LogSession& log, std::string_view name = "m") {
        return log.propose(
            {.domain = DomainNumber::log, .kind = static_cast<std::uint16_t>(LogKind::mark)},
            Mark{.name = name, .sequence = Sequence{0}});
    }

    Result<host::Granted> stream(host::LogSession& log, ProducerId producer) {
        return log.propose({.domain = DomainNumber::records,
                            .kind = static_cast<std::uint16_t>(records::Kind::stream)},
                           records::Stream{.producer = producer, .name = "s", .source = "test"});
    }

    /// A line of a producer whose stream is open, with `bytes` bytes of text.
    Result<host::Granted> line(host::LogSession& log, ProducerId producer, std::uint64_t number,
                               std::size_t bytes) {
        std::size_t const length = attachment_salt_bytes + bytes;
        std::vector<std::byte> padded(padded_bytes(length), std::byte{0});
        std::fill_n(padded.begin(), length, std::byte{0x5A});
        return log.propose({.domain = DomainNumber::records,
                            .kind = static_cast<std::uint16_t>(records::Kind::line),
                            .object = "o",
                            .causes = {},
                            .producer = producer,
                            .number = ProducerNumber{number}},
                           records::Line{.object = "o", .number = number},
                           host::Attachment{padded, static_cast<std::uint32_t>(length)});
    }

    [[nodiscard]] host::SnapshotFolder const& snapshots() const noexcept { return snapshots_; }

  private:
    host::SnapshotFolder const snapshots_;
    host::SystemEntropy entropy_;
    SigningSeed seed_{{std::byte{1}}};
    std::uint64_t now_{};
};

} // namespace axiom::test
