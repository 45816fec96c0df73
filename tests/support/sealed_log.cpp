// A real log; see sealed_log.hpp.

#include <tests/support/sealed_log.hpp>

#include <iostream>

#include <axiom/codec/value.hpp>
#include <axiom/log/chain.hpp>
#include <axiom/log/genesis.hpp>
#include <sim-host/platform/hash_engines.hpp>
#include <sim-host/platform/signature_sodium.hpp>
#include <tests/support/every_log.hpp>
#include <tests/support/seeded.hpp>

namespace axiom::test {

namespace {

template <class T> T must(Result<T> result) {
    if (!result) {
        std::cerr << "making a log for a test: " << text_of(result.error().code).name << ' '
                  << result.error().where << ' ' << result.error().detail << '\n';
    }
    AXIOM_ASSERT(result.has_value());
    if constexpr (!std::is_void_v<T>) {
        return std::move(*result);
    }
}

} // namespace

Result<void> SeededEntropy::fill(MutableBytes to) noexcept {
    Seeded choices{state_++};
    for (std::byte& byte : to) {
        byte = static_cast<std::byte>(choices.next());
    }
    return {};
}

host::LiveLogOptions SealedLog::options() {
    return {.engine = &host::portable_engine(),
            .entropy = &entropy_,
            .domains = domains_,
            .ring = {.bytes = 1U << 19U, .entries = 4096},
            .attachments = {.bytes = 1U << 20U, .entries = 4096},
            .group_bytes = 64U << 10U,
            .background = !works_alone_,
            .now = [] { return WallTime{1'700'000'000'000'000'000}; }};
}

SealedLog::SealedLog(Store& store, SigningSeed const& seed, std::string_view label)
    : store_{store}, seed_{seed}, entropy_{label.size() * 1000} {
    Genesis genesis{.label = label, .capacities = default_capacities};
    must(entropy_.fill(genesis.entropy.bytes));
    genesis.checkpoint_key = key_hash(host::signature_engine().public_key(seed));
    genesis.domains.push_back({static_cast<std::uint16_t>(DomainNumber::log), log_domain.version});
    must(host::LiveLog::create(store, options(), genesis));
}

SealedLog::SealedLog(Store& store, SigningSeed const& seed, Existing /*existing*/)
    : store_{store}, seed_{seed}, entropy_{1U << 20U} {}

void SealedLog::open() {
    live_ = must(host::LiveLog::open(store_, options(), nullptr));
    now_ = live_->state().now().value;
}

Sequence SealedLog::append(LogKind kind, Bytes body, bool gated) {
    Proposal proposal{.domain = DomainNumber::log,
                      .kind = static_cast<std::uint16_t>(kind),
                      .time = WallTime{1'700'000'000'000'000'001},
                      .body = body};
    if (!gated) {
        return must(live_->append(proposal)).sequence;
    }
    proposal.decided_at = Sequence{live_->next_sequence().value - 1};
    return must(live_->propose(EngineCapability::after_the_policy(), proposal)).sequence;
}

void SealedLog::add(std::uint64_t count, std::size_t attachment_bytes, std::uint64_t group) {
    std::vector<std::byte> padded(
        attachment_bytes == 0 ? 0 : padded_bytes(attachment_salt_bytes + attachment_bytes));
    for (std::uint64_t index = 0; index < count; ++index) {
        std::array<std::byte, 16> room{};
        ++now_;
        Bytes const body =
            *encode_whole(MutableBytes{room}, Tick{.now = LogTime{now_}, .wall = WallTime{now_}});
        std::optional<host::Attachment> attachment;
        if (attachment_bytes != 0) {
            std::size_t const bytes = attachment_salt_bytes + attachment_bytes;
            must(entropy_.fill(MutableBytes{padded}.first(bytes)));
            attachment = host::Attachment{padded, static_cast<std::uint32_t>(bytes)};
        }
        Proposal const proposal{.domain = DomainNumber::log,
                                .kind = static_cast<std::uint16_t>(LogKind::tick),
                                .time = WallTime{now_},
                                .body = body};
        must(live_->append(proposal, attachment));
        if ((index + 1) % group == 0) {
            must(live_->commit(live_->next_sequence()));
        }
    }
    must(live_->commit(live_->next_sequence()));
}

Hash256 SealedLog::log_id() {
    return live_->durable_position().log_id;
}

Checkpoint SealedLog::checkpoint() {
    store::ChainPosition const position = live_->durable_position();
    return {.log_id = position.log_id,
            .tree = position.tree.head(host::portable_engine()),
            .entries = position.next,
            .head = position.head,
            .epoch = position.epoch,
            .boot = position.boot};
}

std::string SealedLog::note() {
    std::array<std::byte, note_bytes_max> room;
    return std::string{text_of(must(sign_checkpoint(
        host::portable_engine(), host::signature_engine(), room, checkpoint(), seed_)))};
}

Sequence SealedLog::seal() {
    return seal_forged(seed_, [](Checkpoint&) {});
}

Sequence SealedLog::seal_forged(SigningSeed const& seed, void (*forge)(Checkpoint&)) {
    must(live_->commit(live_->next_sequence()));
    Checkpoint said = checkpoint();
    forge(said);
    std::array<std::byte, note_bytes_max> room;
    Bytes const note =
        must(sign_checkpoint(host::portable_engine(), host::signature_engine(), room, said, seed));
    std::vector<std::byte> body(note_bytes_max);
    Bytes const encoded =
        must(encode_whole(MutableBytes{body}, CheckpointEntry{.note = text_of(note)}));
    Sequence const at = append(LogKind::checkpoint, encoded);
    must(live_->commit(live_->next_sequence()));
    return at;
}

Sequence SealedLog::erase(Sequence target) {
    std::vector<std::byte> body(body_bytes_max);
    Bytes const encoded = must(encode_whole(
        MutableBytes{body}, Gated<Erase>{{}, {.sequence = target, .reason = "asked for"}}));
    Sequence const at = append(LogKind::erase, encoded, true);
    must(live_->commit(live_->next_sequence()));
    return at;
}

Sequence SealedLog::rotate(SigningSeed const& next) {
    KeyRotate const rotate = must(
        make_key_rotate(host::signature_engine(), live_->state().keys(), log_id(), {seed_, next}));
    std::array<std::byte, 256> body{};
    Sequence const at = append(LogKind::key_rotate, must(encode_whole(MutableBytes{body}, rotate)));
    must(live_->commit(live_->next_sequence()));
    seed_ = next;
    return at;
}

Sequence SealedLog::lose(SigningSeed const& next, std::string_view reason) {
    KeyLost const lost = must(
        make_key_lost(host::signature_engine(), live_->state().keys(), log_id(), next, reason));
    std::array<std::byte, 512> body{};
    Sequence const at = append(LogKind::key_lost, must(encode_whole(MutableBytes{body}, lost)));
    must(live_->commit(live_->next_sequence()));
    seed_ = next;
    return at;
}

void SealedLog::fork(SigningSeed const& next, std::string_view reason) {
    AXIOM_ASSERT(live_ == nullptr);
    must(host::LiveLog::fork(
        store_, options(),
        {.checkpoint_key = host::signature_engine().public_key(next), .reason = reason}));
    seed_ = next;
}

void SealedLog::close() {
    must(live_->close());
    live_.reset();
    show_log(store_);
}

} // namespace axiom::test
