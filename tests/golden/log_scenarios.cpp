// The logs of tests/golden/logs; see log_scenarios.hpp.

#include <tests/golden/log_scenarios.hpp>

#include <axiom/policy/founding.hpp>
#include <axiom/tree/key_chain.hpp>
#include <sim-host/inspect/catalog.hpp>
#include <sim-host/log/prune_session.hpp>
#include <sim-host/platform/hash_engines.hpp>
#include <sim-host/platform/signature_sodium.hpp>
#include <tests/golden/kernel_scenario.hpp>
#include <tests/support/first_opinion.hpp>
#include <tests/support/seeded.hpp>
#include <tests/support/small_log.hpp>
#include <tests/support/sparse_log.hpp>
#include <tests/support/temporary_folder.hpp>

namespace axiom::test {
namespace {

using host::LogSession;

constexpr StoreGeometry tiny{.storage_block_bytes = 512, .segment_bytes = 16U << 10U};
constexpr Capacities few_rows{.producers = 4,
                              .accounts = 4,
                              .marks = 4,
                              .streams = 4,
                              .principals = 4,
                              .roles = 4,
                              .rate_counters = 4,
                              .effects = 8};

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

template <class T> T must(Result<T> result) {
    AXIOM_ASSERT(result.has_value());
    return std::move(*result);
}
void must(Result<void> result) {
    AXIOM_ASSERT(result.has_value());
}

// A log and its hand: the clock moves a millisecond with each look at it.
class Hand {
  public:
    explicit Hand(std::uint64_t seed)
        : store_{std::make_unique<host::MemoryStore>(tiny)}, entropy_{seed} {}

    void found(bool with_kernel = false) {
        std::array<std::byte, policy::founding_policy_bytes_max> room{};
        Genesis genesis = must(host::genesis_for(
            {.label = "golden",
             .creator_label = "maker",
             .checkpoint_key = host::signature_engine().public_key(seed_),
             .policy = must(policy::founding_policy(host::creator_principal, room)),
             .capacities = few_rows},
            entropy_));
        if (with_kernel) {
            genesis.domains.clear();
            for (DomainInfo const* const domain : host::known_domains()) {
                genesis.domains.push_back(
                    {static_cast<std::uint16_t>(domain->number), domain->version});
            }
        }
        must(host::LiveLog::create(*store_, live(), genesis));
    }

    std::unique_ptr<LogSession> session(bool sealing = true) {
        return must(LogSession::open(*store_, {.live = live(),
                                               .signer = &host::signature_engine(),
                                               .checkpoint_seed = sealing ? &seed_ : nullptr,
                                               .principal = {},
                                               .earlier = {},
                                               .snapshots = &snapshots_}));
    }

    host::LiveLogOptions live() {
        return {.engine = &host::portable_engine(),
                .entropy = &entropy_,
                .domains = host::known_domains(),
                .ring = {.bytes = 1U << 18U, .entries = 512},
                .attachments = {.bytes = 1U << 18U, .entries = 512},
                .group_bytes = 16U << 10U,
                .slots_max = 64,
                .background = false,
                .now = [this] { return WallTime{now_ += 1'000'000}; }};
    }

    template <class Kind, class Content>
    Sequence propose(LogSession& session, DomainNumber domain, Kind kind, Content const& content,
                     host::Wish wish = {}, std::string_view data = {}) {
        wish.domain = domain;
        wish.kind = static_cast<std::uint16_t>(kind);
        std::optional<host::Attachment> attachment;
        std::vector<std::byte> padded(padded_bytes(attachment_salt_bytes + data.size()));
        if (!data.empty()) {
            must(entropy_.fill(MutableBytes{padded}.first(attachment_salt_bytes)));
            copy_bytes(MutableBytes{padded}.subspan(attachment_salt_bytes), bytes_of(data));
            attachment = {.padded = padded,
                          .bytes = static_cast<std::uint32_t>(attachment_salt_bytes + data.size())};
        }
        auto const granted = must(session.propose(wish, content, attachment));
        AXIOM_ASSERT(granted.appended.has_value());
        return granted.appended->sequence;
    }

    void open_stream(LogSession& session) {
        propose(session, DomainNumber::records, records::Kind::stream,
                records::Stream{.producer = stream_, .name = "stdin", .source = "golden"});
    }

    Sequence line(LogSession& session, std::string_view text, Sequence cause = {}) {
        ++lines_;
        return propose(session, DomainNumber::records, records::Kind::line,
                       records::Line{.object = "lamp", .number = lines_},
                       {.object = "lamp",
                        .causes = {cause, Sequence{}},
                        .producer = stream_,
                        .number = ProducerNumber{lines_}},
                       text);
    }

    template <class Content> void append(LogSession& session, LogKind kind, Content const& body) {
        std::array<std::byte, 1024> room{};
        must(session.append(kind, must(encode_whole(MutableBytes{room}, body))));
        must(session.commit());
    }

    // The log goes on as a log of its own, sealed by another key.
    void fork(unsigned number, std::string_view reason) {
        change_seed(number);
        must(host::LiveLog::fork(
            *store_, live(),
            {.checkpoint_key = host::signature_engine().public_key(seed_), .reason = reason}));
    }

    // What an `Erase` entry asks for: the attachment of `target` becomes zero where it lies.
    void erase_bytes(Sequence target);

    void change_seed(unsigned number) { seed_ = seed_number(number); }
    [[nodiscard]] SigningSeed const& seed() const { return seed_; }
    [[nodiscard]] host::MemoryStore& store() { return *store_; }
    [[nodiscard]] std::unique_ptr<host::MemoryStore> finish() { return std::move(store_); }

    [[nodiscard]] host::SnapshotFolder const& snapshots() const { return snapshots_; }
    [[nodiscard]] Entropy& entropy() { return entropy_; }

  private:
    TemporaryFolder folder_{TemporaryFolder::quick_parent()};
    host::SnapshotFolder const snapshots_{folder_.path().string()};
    std::unique_ptr<host::MemoryStore> store_;
    SeededEntropy entropy_;
    SigningSeed seed_{seed_number(1)};
    std::uint64_t now_{1'790'000'000'000'000'000};
    std::uint64_t lines_{};
    static constexpr ProducerId stream_{7};
};

void Hand::erase_bytes(Sequence target) {
    host::OwnedArena memory{store::SegmentMap::bytes_for(64)};
    Arena arena = memory.arena();
    store::SegmentMap map{arena, 64};
    std::vector<std::byte> buffer(4U << 20U);
    store::SegmentWindow window{*store_, buffer};
    must(map.load(host::portable_engine(), window));
    store::BlockScan scan{host::portable_engine(), window, map, {}};
    scan.start_at_segment(0);
    for (auto step = must(scan.next()); step != store::ScanStep::end; step = must(scan.next())) {
        store::FramePrefix const& prefix = scan.block().frame.prefix;
        SlotIndex const slot = map.segments()[scan.place().segment].slot;
        std::size_t at = static_cast<std::size_t>(prefix.offset) + prefix.attachments_offset;
        for (std::size_t index = 0; step == store::ScanStep::block && index < scan.block().count();
             ++index) {
            EntryHeader const header = scan.block().entry(index).header;
            std::size_t const length = padded_bytes(header.attachment_bytes);
            if (header.sequence == target) {
                zero_bytes(store_->slot_bytes(slot).subspan(at, length));
            }
            at += length;
        }
    }
}

// Genesis, a boot and a tick: the example of docs/log-format.md.
MadeLog make_smallest() {
    Hand hand{2601};
    hand.found();
    auto const session = hand.session(false);
    hand.append(*session, LogKind::tick, Tick{.now = LogTime{5}, .wall = WallTime{6}});
    must(session->close());
    return hand.finish();
}

// Lines with attachments, causes, a mark, and a checkpoint after each part.
MadeLog make_records() {
    Hand hand{2602};
    hand.found();
    auto const session = hand.session();
    hand.open_stream(*session);
    Sequence const first = hand.line(*session, "{\"lamp\":\"on\"}");
    Sequence const second = hand.line(*session, std::string(200, 'x'), first);
    must(session->checkpoint());
    hand.propose(*session, DomainNumber::log, LogKind::mark,
                 Mark{.name = "evening", .sequence = second});
    hand.line(*session, "off", second);
    must(session->close());
    return hand.finish();
}

MadeLog make_erased() {
    Hand hand{2603};
    hand.found();
    auto const session = hand.session();
    hand.open_stream(*session);
    hand.line(*session, "stays");
    Sequence const secret = hand.line(*session, "a name that must go");
    hand.line(*session, "stays too");
    must(session->commit());
    hand.propose(*session, DomainNumber::log, LogKind::erase,
                 Erase{.sequence = secret, .reason = "asked for"});
    must(session->close());
    hand.erase_bytes(secret);
    return hand.finish();
}

MadeLog make_segments() {
    Hand hand{2604};
    hand.found();
    for (int boot = 0; boot < 3; ++boot) {
        auto const session = hand.session();
        if (boot == 0) {
            hand.open_stream(*session);
        }
        for (int line = 0; line < 5; ++line) {
            hand.line(*session, std::string(900, static_cast<char>('a' + line)));
            must(session->commit());
        }
        must(session->close());
    }
    return hand.finish();
}

// A group of which half the storage blocks were lost, found and cut by the next writer.
MadeLog make_torn() {
    Hand hand{2605};
    hand.found();
    std::string torn;
    {
        auto const session = hand.session();
        hand.open_stream(*session);
        hand.line(*session, "kept");
        must(session->commit());
        auto const before = load_sparse(save_sparse(hand.store()));
        for (int line = 0; line < 4; ++line) {
            hand.line(*session, std::string(600, 'l'));
        }
        must(session->commit());
        auto const after = load_sparse(save_sparse(hand.store()));
        bool keep = true;
        for (std::uint32_t slot = 0; slot < before->slots(); ++slot) {
            for (std::size_t at = 0; at < tiny.segment_bytes; at += tiny.storage_block_bytes) {
                auto const old = before->slot_bytes(SlotIndex{slot}).subspan(at, 512);
                auto const now = after->slot_bytes(SlotIndex{slot}).subspan(at, 512);
                if (!equal_bytes(old, now)) {
                    copy_bytes(now, keep ? Bytes{now} : Bytes{old});
                    keep = !keep;
                }
            }
        }
        torn = save_sparse(*after);
        must(session->close());
    }
    auto const image = load_sparse(torn);
    for (std::uint32_t slot = 0; slot < hand.store().slots(); ++slot) {
        MutableBytes const bytes = hand.store().slot_bytes(SlotIndex{slot});
        zero_bytes(bytes);
        if (slot < image->slots()) {
            copy_bytes(bytes, image->slot_bytes(SlotIndex{slot}));
        }
    }
    auto const session = hand.session();
    must(session->close());
    return hand.finish();
}

// A rotation, a loss, and a checkpoint by each key.
MadeLog make_keys() {
    Hand hand{2606};
    hand.found();
    must(hand.session()->close());
    Hash256 const log_id = must(first_opinion(hand.store(), nullptr)).chain.log_id;
    {
        auto const session = hand.session(false);
        SigningSeed const old_seed = hand.seed();
        hand.change_seed(2);
        hand.append(*session, LogKind::key_rotate,
                    must(make_key_rotate(host::signature_engine(), session->domains().log().keys(),
                                         log_id, {old_seed, hand.seed()})));
        must(session->close());
    }
    must(hand.session()->close());
    {
        auto const session = hand.session(false);
        hand.change_seed(3);
        hand.append(*session, LogKind::key_lost,
                    must(make_key_lost(host::signature_engine(), session->domains().log().keys(),
                                       log_id, hand.seed(), "the disk is gone")));
        must(session->close());
    }
    must(hand.session()->close());
    return hand.finish();
}

// A log of two segments, forked, and the fork forked again in the middle of a segment; each with
// entries and seals of its own, and the first with a changed key.
MadeLog make_forked() {
    Hand hand{2608};
    hand.found();
    {
        auto const session = hand.session();
        hand.open_stream(*session);
        for (int line = 0; line < 14; ++line) {
            hand.line(*session, std::string(900, static_cast<char>('a' + line)));
            must(session->commit());
        }
        must(session->close());
    }
    hand.fork(2, "restored from a backup");
    {
        auto const session = hand.session();
        hand.line(*session, "in the fork");
        SigningSeed const next = seed_number(3);
        must(session->rotate_key(next));
        must(session->close());
    }
    hand.fork(4, "cloned");
    auto const session = hand.session();
    hand.line(*session, "in the fork's fork");
    must(session->close());
    return hand.finish();
}

// Two boots of lines, of which one is erased; the third prunes what came before the second.
MadeLog make_pruned() {
    Hand hand{2609};
    hand.found();
    Sequence end{};
    for (int boot = 0; boot < 2; ++boot) {
        auto const session = hand.session();
        end = session->domains().log().facts().boot_at;
        if (boot == 0) {
            hand.open_stream(*session);
        }
        for (int line = 0; line < 8; ++line) {
            hand.line(*session, std::string(700, static_cast<char>('a' + line)));
            must(session->commit());
        }
        if (boot == 0) {
            hand.append(*session, LogKind::tick, Tick{.now = LogTime{5}, .wall = WallTime{6}});
            hand.propose(*session, DomainNumber::log, LogKind::erase,
                         Erase{.sequence = Sequence{4}, .reason = "asked for"});
        }
        must(session->close());
    }
    auto const session = hand.session();
    HashEngine const& engine = host::portable_engine();
    auto const parts = must(host::plan_prune(hand.store(), engine, {}, end));
    auto const agreed = must(host::agree_to_prune(*session, hand.store(), parts, "a year old",
                                                  [] { return Result<void>{}; }));
    must(session->close());
    std::array const ranges{parts[0].range};
    must(host::complete_prunes(hand.store(),
                               {.engine = &engine, .entropy = &hand.entropy(), .ranges = ranges}));
    auto const snapshot = hand.snapshots().read(agreed.snapshot);
    AXIOM_ASSERT(snapshot.has_value());
    return {hand.finish(), std::string{text_of(*snapshot)}};
}

// A policy on trial that is confirmed, and an action with two effects of which one has an outcome.
MadeLog make_policy() {
    Hand hand{2607};
    hand.found();
    auto const session = hand.session();
    std::array<std::byte, policy::founding_policy_bytes_max> room{};
    Bytes const canonical = must(policy::founding_policy(host::creator_principal, room));
    hand.propose(*session, DomainNumber::policy, policy::Kind::install,
                 policy::Install{.trial_ms = 60'000, .canonical = canonical});
    must(session->commit());
    hand.propose(*session, DomainNumber::policy, policy::Kind::confirm,
                 policy::Confirm{.version = session->domains().policy().active().version});
    action::Commit commit{.action = "switch", .object = "lamp", .effects = {}};
    commit.effects.push_back({.kind = action::EffectKind::repeatable, .executor = "relay"});
    commit.effects.push_back({.kind = action::EffectKind::once, .executor = "mail"});
    Sequence const at = hand.propose(*session, DomainNumber::actions, action::Kind::commit, commit);
    std::array<std::byte, 512> body{};
    action::Outcome const outcome{.effect = {at, 0}, .status = action::OutcomeStatus::done};
    must(session->live().append({.domain = DomainNumber::actions,
                                 .kind = static_cast<std::uint16_t>(action::Kind::outcome),
                                 .body = must(encode_whole(MutableBytes{body}, outcome))}));
    must(session->close());
    return hand.finish();
}

// Two boots of a machine with a kernel; with the second everything of the first has ended.
MadeLog make_kernel() {
    Hand hand{2610};
    hand.found(true);
    for (std::uint64_t boot = 0; boot < 2; ++boot) {
        auto const session = hand.session();
        run_kernel(session->live());
        must(session->commit());
        hand.append(*session, LogKind::tick, Tick{.now = LogTime{500 + boot}, .wall = {}});
        must(session->close());
    }
    return hand.finish();
}

constexpr LogScenario all_scenarios[] = {{"smallest", &make_smallest}, {"records", &make_records},
                                         {"erased", &make_erased},     {"segments", &make_segments},
                                         {"torn", &make_torn},         {"keys", &make_keys},
                                         {"policy", &make_policy},     {"forked", &make_forked},
                                         {"pruned", &make_pruned},     {"kernel", &make_kernel}};

} // namespace

std::span<LogScenario const> log_scenarios() {
    return all_scenarios;
}

} // namespace axiom::test
