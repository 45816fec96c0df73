// Random logs, written through sessions that end in order, by a power cut, or by a take-over, with
// seals, changed and lost keys and forks among the entries: our recovery, our verifier and the
// independent one come to the same head, tree, keys and verdict on each medium.
//
// Each run is a few dozen logs; the seed of a failing one is in its trace, and alone makes it
// again.

#include <gtest/gtest.h>

#include <sim-host/log/live_log.hpp>
#include <sim-host/platform/hash_engines.hpp>
#include <sim-host/platform/signature_sodium.hpp>
#include <tests/support/lying_store.hpp>
#include <tests/support/second_opinion.hpp>
#include <tests/support/small_log.hpp>

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

enum class Contents : std::uint8_t { entries, entries_and_proofs };

class RandomLog {
  public:
    explicit RandomLog(std::uint64_t seed, Contents contents = Contents::entries_and_proofs)
        : seeded_{seed}, proofs_{contents == Contents::entries_and_proofs}, entropy_{seed + 1},
          store_{{.storage_block_bytes = seeded_.chance(500) ? 512U : 4096U,
                  .segment_bytes = 32U << 10U},
                 seed + 2} {}

    void run() {
        Genesis genesis{
            .label = "random", .checkpoint_key = key_of(1), .capacities = {4, 4, 4, 4, 4, 4, 4, 4}};
        genesis.domains.push_back({1, log_domain.version});
        ASSERT_TRUE(host::LiveLog::create(store_, options(), genesis));
        std::uint64_t const sessions = 1 + seeded_.below(3);
        for (std::uint64_t index = 0; index < sessions; ++index) {
            if (proofs_ && seeded_.chance(300)) {
                ASSERT_TRUE(host::LiveLog::fork(
                    store_, options(),
                    {.checkpoint_key = PublicKey{key_of(++keys_).bytes}, .reason = "restored"}));
            }
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
                goes_on = goes_on && (*live)->commit((*live)->next_sequence()) &&
                          (!proofs_ || !seeded_.chance(500) || append_proof(**live));
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

    // A checkpoint, a change of the key or a fork, on what is durable.
    Result<void> append_proof(host::LiveLog& live) {
        Hash256 const log_id = live.durable_position().log_id;
        KeyRing const ring = live.state().keys();
        SigningSeed const seed = seed_of(ring.current().key);
        std::vector<std::byte> room(note_bytes_max + 256);
        switch (seeded_.below(6)) {
        case 0: {
            SigningSeed const next = seed_number(++keys_);
            KeyRotate const rotate =
                TRY(make_key_rotate(host::signature_engine(), ring, log_id, {seed, next}));
            return append_own(live, LogKind::key_rotate,
                              TRY(encode_whole(MutableBytes{room}, rotate)));
        }
        case 1: {
            KeyLost const lost = TRY(make_key_lost(host::signature_engine(), ring, log_id,
                                                   seed_number(++keys_), "lost"));
            return append_own(live, LogKind::key_lost, TRY(encode_whole(MutableBytes{room}, lost)));
        }
        case 2: {
            Fork fork{.parent_head = live.durable_position().head,
                      .checkpoint_key = key_of(++keys_),
                      .reason = "while it runs"};
            TRY(entropy_.fill(fork.entropy.bytes));
            return append_own(live, LogKind::fork, TRY(encode_whole(MutableBytes{room}, fork)));
        }
        default:
            return seal(live, seed);
        }
    }

    Result<void> seal(host::LiveLog& live, SigningSeed const& seed) {
        store::ChainPosition const end = live.durable_position();
        if (end.next.value <= live.state().keys().current().since.value) {
            return {}; // a checkpoint covers the entry that brought its key
        }
        std::array<std::byte, note_bytes_max> note{};
        std::vector<std::byte> room(note_bytes_max + 16);
        Bytes const signed_note =
            TRY(sign_checkpoint(host::portable_engine(), host::signature_engine(), note,
                                {.log_id = end.log_id,
                                 .tree = end.tree.head(host::portable_engine()),
                                 .entries = end.next,
                                 .head = end.head,
                                 .epoch = end.epoch,
                                 .boot = end.boot},
                                seed));
        return append_own(
            live, LogKind::checkpoint,
            TRY(encode_whole(MutableBytes{room}, CheckpointEntry{.note = text_of(signed_note)})));
    }

    static Result<void> append_own(host::LiveLog& live, LogKind kind, Bytes body) {
        TRY(live.append(
            {.domain = DomainNumber::log, .kind = static_cast<std::uint16_t>(kind), .body = body}));
        return live.commit(live.next_sequence());
    }

    static Hash256 key_of(unsigned number) {
        return key_hash(host::signature_engine().public_key(seed_number(number)));
    }
    [[nodiscard]] SigningSeed seed_of(Hash256 const& key) const {
        unsigned number = 1;
        while (number < keys_ && key_of(number) != key) {
            ++number;
        }
        return seed_number(number);
    }

    Seeded seeded_;
    bool proofs_;
    unsigned keys_{1}; // seeds 1 to this one have been used; a crash may have brought an older back
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
    RandomLog{33, Contents::entries}.run();
}

} // namespace
} // namespace axiom::test
