// Rebuilding the log domain's state; see sim-host/log/log_replay.hpp.

#include <sim-host/log/log_replay.hpp>

namespace axiom::host {

bool capacities_make_sense(Capacities const& capacities) noexcept {
    for (std::uint32_t const rows :
         {capacities.producers, capacities.accounts, capacities.marks, capacities.streams,
          capacities.principals, capacities.roles, capacities.rate_counters, capacities.effects}) {
        if (rows == 0 || rows > capacity_max) {
            return false;
        }
    }
    return true;
}

void LogReplay::begin(Entry const& genesis) {
    auto const body = decode_whole<Genesis>(genesis.body);
    if (!body || !capacities_make_sense(body->capacities)) {
        return;
    }
    arena_ = std::make_unique<OwnedArena>(LogState::bytes_for(body->capacities));
    Arena arena = arena_->arena();
    state_ = std::make_unique<LogState>(arena, body->capacities);
}

void LogReplay::entry(Ordered<Entry> const& entry) noexcept {
    Entry const& value = entry.value();
    if (entry.sequence() == Sequence{0} && value.header.domain == DomainNumber::log) {
        begin(value);
    }
    if (state_ != nullptr && !was_reduced_) {
        state_->observe(value.header);
        if (value.header.domain == DomainNumber::log) {
            static_cast<void>(state_->apply(entry)); // the shadows count what is rejected
        }
    }
    if (also_ != nullptr) {
        also_->entry(entry);
    }
}

void LogReplay::reduced(Sequence sequence, Hash256 const& leaf) noexcept {
    state_.reset(); // what the entry did to the state cannot be known from its leaf
    was_reduced_ = true;
    if (also_ != nullptr) {
        also_->reduced(sequence, leaf);
    }
}

} // namespace axiom::host
