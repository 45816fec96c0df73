#include <tests/support/engine_world.hpp>

#include <cstring>

namespace axiom::test {

using kernel::Check;

namespace {

constexpr Capacities capacities = default_capacities;

Hash256 log_id() {
    Hash256 id;
    id.bytes.fill(std::byte{7});
    return id;
}

kernel::CallAnswer refusal(Check check, std::uint64_t detail = 0) {
    return kernel::answer_of({.check = check, .argument = kernel::no_argument, .detail = detail});
}

template <class Asks> Asks asked_in(kernel::Words const& asked, kernel::MessageBuffer& buffer) {
    Reader reader{Bytes{buffer.bytes}.first(asked.head.bytes())};
    Asks asks{};
    AXIOM_ASSERT(decode_value(reader, asks).has_value());
    return asks;
}

template <class Value> PeerAnswer put(kernel::MessageBuffer& buffer, Value const& value) {
    return kernel::Words{.head = *put_message(buffer, value), .words = {}};
}

} // namespace

EngineWorld::EngineWorld(std::string_view policy)
    : state_arena_{axiomd::ShadowSet::bytes_for(capacities)},
      state_{host::portable_engine(), state_arena_, capacities},
      arena_{Loop::bytes_for(size) + engine::Engine::bytes_for()}, loop_{calls_, arena_, size},
      engine_{loop_, arena_, host::portable_engine(), slots} {
    auto const draft = std::make_unique<policy::PolicyDraft>();
    std::vector<std::byte> room(policy::policy_bytes_max);
    Bytes const canonical = policy::parse_policy(policy, *draft, room).value();
    append(entry_of(log_domain, LogKind::genesis,
                    Genesis{.label = "world",
                            .entropy = log_id(),
                            .checkpoint_key = log_id(),
                            .creator = PrincipalId{creator},
                            .creator_key = log_id(),
                            .creator_label = "creator",
                            .capacities = capacities,
                            .domains = axiomd::known_versions(),
                            .policy = canonical}));
    for (std::uint64_t const principal : {2, 3, 4}) {
        std::string const label = "principal " + std::to_string(principal);
        append(entry_of(identity::identity_domain, identity::Kind::add,
                        identity::Add{.principal = PrincipalId{principal},
                                      .parent = PrincipalId{creator},
                                      .key = {},
                                      .label = label}));
    }
    kernel_.peer(slots.axiomd, [this](kernel::Words const& asked, kernel::MessageBuffer& buffer) {
        return axiomd(asked, buffer);
    });
    kernel_.peer(slots.time, [this](kernel::Words const&, kernel::MessageBuffer& buffer) {
        std::scoped_lock const alone{mutex_};
        return time_is_away
                   ? PeerAnswer{std::unexpected{kernel::Refusal{.check = Check::capability}}}
                   : put(buffer, time::Times{.log_ms = state_.log().now().value, .wall_ns = 1});
    });
    kernel_.carries_out(kernel::Call::log_propose,
                        [this](kernel::CallFrame const& frame, kernel::MessageBuffer& buffer) {
                            return propose(frame, buffer);
                        });
}

void EngineWorld::append(OwnedEntry entry) {
    entry.header.sequence = state_.shadows().next();
    entry.header.body_commitment.bytes[0] = std::byte{1};
    auto const outcome = state_.shadows().apply(entry.ordered()).value();
    AXIOM_ASSERT(outcome.applied());
    std::vector<std::byte> bytes(entry_bytes(entry.body.size()));
    copy_bytes(bytes, header_bytes(entry.header));
    copy_bytes(MutableBytes{bytes}.subspan(entry_header_bytes), Bytes{entry.body});
    entries_.push_back(std::move(bytes));
}

void EngineWorld::run() {
    AXIOM_ASSERT(loop_.begin().has_value());
    AXIOM_ASSERT(engine_.follow().begun());
    static_cast<void>(serve<engine::EngineApi>(loop_, engine_));
    kernel_.end();
}

PeerAnswer EngineWorld::axiomd(kernel::Words const& asked, kernel::MessageBuffer& buffer) {
    kernel_.until_taken(); // signals go before requests: else none would come to be heard
    std::scoped_lock const alone{mutex_};
    if (axiomd_down > 0) {
        --axiomd_down;
        return std::unexpected{kernel::Refusal{.check = Check::capability}};
    }
    switch (asked.words[0]) {
    case axiomd::AskClock::method:
        return put(buffer, axiomd::Clock{.is_armed = true, .log_ms = 0, .wall_ns = 1});
    case axiomd::SaveState::method:
        return save(asked_in<axiomd::SaveState>(asked, buffer), buffer);
    default:
        return follow(asked_in<axiomd::Follow>(asked, buffer), buffer);
    }
}

PeerAnswer EngineWorld::save(axiomd::SaveState const& asks, kernel::MessageBuffer& buffer) {
    if (asks.offset == 0) {
        saved_.resize(snapshot_bytes_max(state_.shadows()));
        saved_.resize(save_snapshot(state_.shadows(), log_id(), log_id(), saved_).value().size());
    }
    Bytes const rest = Bytes{saved_}.subspan(asks.offset);
    return put(buffer, axiomd::Saved{.next = state_.shadows().next().value,
                                     .log_id = log_id(),
                                     .total_bytes = static_cast<std::uint32_t>(saved_.size()),
                                     .piece = rest.first(std::min<std::size_t>(
                                         rest.size(), axiomd::piece_bytes_max))});
}

PeerAnswer EngineWorld::follow(axiomd::Follow const& asks, kernel::MessageBuffer& buffer) {
    if (std::exchange(axiomd_forgets, false)) {
        return refusal_words({Code::entry_missing, asks.from});
    }
    std::uint64_t const next = state_.shadows().next().value;
    bool const waits = awaited_ != 0 && !kernel_.has_replied_to(awaited_);
    if (asks.from >= next && waits) {
        std::this_thread::sleep_for(std::chrono::milliseconds{1}); // its other couriers' turn
    } else if (asks.from >= next) {
        kernel_.pass(kernel::Nanoseconds{1'000'000'000});
        if (!steps_.empty()) {
            steps_.front()();
            steps_.pop_front();
        } else if (++idle_ > 2) {
            for (kernel::Call const call : {kernel::Call::receive, kernel::Call::reply_receive}) {
                kernel_.refuse(call, Check::slot);
            }
        }
    }
    std::uint64_t const from = std::min<std::uint64_t>(asks.from, entries_.size());
    bool const any = from < entries_.size();
    return put(buffer, axiomd::Followed{.next = from + (any ? 1 : 0),
                                        .rest = 0,
                                        .watermark = state_.shadows().next().value,
                                        .entries = any ? Bytes{entries_[from]} : Bytes{}});
}

// As the kernel does: what it kept names who asked then, once.
kernel::CallAnswer EngineWorld::propose(kernel::CallFrame const& frame,
                                        kernel::MessageBuffer& buffer) {
    std::scoped_lock const alone{mutex_};
    std::uint64_t const token = frame.arguments[1];
    auto const verdict = static_cast<kernel::Verdict>(frame.arguments[2]);
    kernel::ProposalHead head;
    std::memcpy(&head, buffer.bytes.data(), sizeof(head));
    if (verdict == kernel::Verdict::keep) {
        if (keeps_nobody) {
            return refusal(Check::table_full);
        }
        who_[kept_token + ++kept] = who_.at(token);
        return {.words = {kept_token + kept}};
    }
    if (!who_.contains(token)) {
        return refusal(Check::token);
    }
    if (verdict == kernel::Verdict::deny) {
        denied.push_back(token);
        return {};
    }
    if (stale > 0) {
        --stale;
        return refusal(Check::log, static_cast<std::uint64_t>(Code::stale_decision));
    }
    if (token > kept_token && asker_has_ended) {
        who_.erase(token);
        return refusal(Check::capability);
    }
    OwnedEntry entry;
    entry.header.domain = DomainNumber{head.domain};
    entry.header.kind = head.kind;
    entry.header.entry_class =
        state_.shadows().find(entry.header.domain)->info().find(head.kind)->entry_class;
    entry.header.principal = PrincipalId{who_.at(token)};
    entry.header.decided_at = Sequence{head.decided_at};
    entry.header.causes = {Sequence{head.causes[0]}, Sequence{head.causes[1]}};
    entry.header.body_bytes = head.body_bytes;
    entry.body.assign(buffer.bytes.begin() + sizeof(head),
                      buffer.bytes.begin() + sizeof(head) + head.body_bytes);
    std::uint64_t const sequence = state_.shadows().next().value;
    entry.header.sequence = Sequence{sequence};
    committed.push_back({entry.header, entry.body});
    append(std::move(entry));
    if (token > kept_token) {
        who_.erase(token);
    }
    return {.words = {sequence, 0}};
}

} // namespace axiom::test
