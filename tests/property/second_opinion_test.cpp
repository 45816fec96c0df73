// Random logs, written through sessions that end in order, by a power cut, or by a take-over: our
// recovery and the independent verifier come to the same head, tree and verdict on each medium.
//
// Each run is a few dozen logs; the seed of a failing one is in its trace, and alone makes it
// again.

#include <gtest/gtest.h>

#include <sim-host/log/live_log.hpp>
#include <sim-host/platform/hash_engines.hpp>
#include <tests/support/lying_store.hpp>
#include <tests/support/second_opinion.hpp>

namespace axiom::test {
namespace {

constexpr std::uint64_t logs_per_run = 24;

class SeededEntropy final : public Entropy {
  public:
    explicit SeededEntropy(std::uint64_t seed) noexcept : seeded_{seed} {}

    [[nodiscard]] Result<void> fill(MutableBytes to) noexcept override {
        for (std::byte& byte : to) {
            byte = static_cast<std::byte>(seeded_.next());
        }
        return {};
    }

  private:
    Seeded seeded_;
};

class RandomLog {
  public:
    explicit RandomLog(std::uint64_t seed)
        : seeded_{seed}, entropy_{seed + 1},
          store_{{.storage_block_bytes = seeded_.chance(500) ? 512U : 4096U,
                  .segment_bytes = 32U << 10U},
                 seed + 2} {}

    void run() {
        Genesis genesis{.label = "random", .capacities = {4, 4, 4, 4, 4, 4, 4, 4}};
        genesis.domains.push_back({1, log_domain.version});
        ASSERT_TRUE(host::LiveLog::create(store_, options(), genesis));
        std::uint64_t const sessions = 1 + seeded_.below(3);
        for (std::uint64_t index = 0; index < sessions; ++index) {
            ASSERT_NO_FATAL_FAILURE(session());
            ASSERT_NO_FATAL_FAILURE(expect_same_opinion(store_));
        }
    }

  private:
    host::LiveLogOptions options() {
        return {.engine = &host::portable_engine(),
                .entropy = &entropy_,
                .domains = domains_,
                .ring = {.bytes = 1U << 20U, .entries = 1024},
                .attachments = {.bytes = 1U << 20U, .entries = 1024},
                .group_bytes = 64U << 10U,
                .slots_max = 64,
                .archive_digest = {},
                .background = false,
                .now = [] { return WallTime{1}; }};
    }

    // Ends in order, or with the power: then the medium keeps any legal part of what was not
    // flushed.
    void session() {
        if (seeded_.chance(700)) {
            store_.plan(Fault::power_cut, store_.operations() + seeded_.below(40));
        }
        {
            auto live = host::LiveLog::open(store_, options(), nullptr);
            ASSERT_TRUE(live || !store_.is_powered()) << text_of(live.error().code).name;
            bool goes_on = live.has_value();
            for (std::uint64_t group = 1 + seeded_.below(5); goes_on && group != 0; --group) {
                for (std::uint64_t entry = 1 + seeded_.below(20); goes_on && entry != 0; --entry) {
                    goes_on = append(**live).has_value();
                }
                goes_on = goes_on && (*live)->commit((*live)->next_sequence());
            }
            ASSERT_TRUE(goes_on || !store_.is_powered());
        }
        store_.plan_nothing();
        if (!store_.is_powered()) {
            store_.crash();
        }
    }

    Result<Appended> append(host::LiveLog& live) {
        std::array<std::byte, 16> room{};
        Tick const tick{.now = LogTime{++now_}, .wall = {}};
        Proposal const proposal{.domain = DomainNumber::log,
                                .kind = static_cast<std::uint16_t>(LogKind::tick),
                                .body = TRY(encode_whole(MutableBytes{room}, tick))};
        if (seeded_.chance(600)) {
            return live.append(proposal);
        }
        std::size_t const bytes = attachment_salt_bytes + seeded_.below(1500);
        std::vector<std::byte> padded(padded_bytes(bytes));
        TRY(entropy_.fill(MutableBytes{padded}.first(bytes)));
        return live.append(proposal, host::Attachment{padded, static_cast<std::uint32_t>(bytes)});
    }

    Seeded seeded_;
    SeededEntropy entropy_;
    LyingStore store_;
    std::array<DomainInfo const*, 1> domains_{&log_domain};
    std::uint64_t now_{};
};

TEST(SecondOpinion, RandomLogsAndTheirCrashesReadTheSameToBothVerifiers) {
    for (std::uint64_t seed = 1; seed <= logs_per_run && !testing::Test::HasFailure(); ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        RandomLog{seed}.run();
    }
}

// A power cut took the attachment of an entry whose header and body had reached the medium.
TEST(SecondOpinion, AnEntryWhoseAttachmentWasLostIsNotTakenForWritten) {
    RandomLog{33}.run();
}

} // namespace
} // namespace axiom::test
