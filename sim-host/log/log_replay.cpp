// Rebuilding the log domain's state; see sim-host/log/log_replay.hpp.

#include <sim-host/log/log_replay.hpp>

#include <new>

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

Result<void> check_capacities(Capacities const& capacities, std::size_t state_bytes,
                              std::size_t allowed) noexcept {
    if (!capacities_make_sense(capacities)) {
        return fail(Code::out_of_range);
    }
    return state_bytes <= allowed ? Result<void>{}
                                  : fail(Code::state_too_large, state_bytes, allowed);
}

Result<void> LogReplay::begin(Entry const& genesis) noexcept {
    Capacities const rows = TRY(decode_whole<Genesis>(genesis.body)).capacities;
    std::size_t const bytes = LogState::bytes_for(rows);
    TRY(check_capacities(rows, bytes, state_bytes_max_));
    try {
        arena_ = std::make_unique<OwnedArena>(bytes);
        Arena arena = arena_->arena();
        state_ = std::make_unique<LogState>(arena, rows);
    } catch (std::bad_alloc const&) {
        return fail(Code::no_memory, bytes);
    }
    return {};
}

Result<void> LogReplay::begin_behind(LogState const& state) {
    std::vector<std::byte> room(state.save_bytes_max());
    Writer writer{room};
    TRY(state.save(writer));
    arena_ = std::make_unique<OwnedArena>(LogState::bytes_for(state.capacities()));
    Arena arena = arena_->arena();
    state_ = std::make_unique<LogState>(arena, state.capacities());
    Reader reader{writer.written()};
    TRY(state_->load(reader));
    from_ = state_->next();
    return {};
}

void LogReplay::entry(Ordered<Entry> const& entry) noexcept {
    Entry const& value = entry.value();
    if (entry.sequence() < from_) {
        return;
    }
    if (entry.sequence() == Sequence{0} && value.header.domain == DomainNumber::log) {
        if (auto const begun = begin(value); !begun) {
            refused_ = begun.error();
        }
    }
    if (missing_) {
        note_prune(value);
    } else if (state_ != nullptr) {
        state_->observe(value.header);
        if (value.header.domain == DomainNumber::log) {
            static_cast<void>(state_->apply(entry)); // the shadows count what is rejected
        }
    }
    if (also_ != nullptr) {
        also_->entry(entry);
    }
}

// What the entry did to the state cannot be known from its leaf.
void LogReplay::reduced(Sequence sequence, Hash256 const& leaf) noexcept {
    if (sequence < from_) {
        return;
    }
    if (!missing_) {
        state_.reset();
        missing_ = Error{Code::entry_missing, sequence.value};
    }
    if (also_ != nullptr) {
        also_->reduced(sequence, leaf);
    }
}

void LogReplay::note_prune(Entry const& entry) {
    if (entry.header.domain != DomainNumber::log ||
        entry.header.kind != static_cast<std::uint16_t>(LogKind::prune)) {
        return;
    }
    auto const prune = decode_whole<Gated<Prune>>(entry.body);
    if (prune && prune->content.first.value <= missing_->where &&
        missing_->where < prune->content.end.value) {
        missing_->detail = prune->content.snapshot.value;
    }
}

} // namespace axiom::host
