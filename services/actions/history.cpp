#include <services/actions/history.hpp>

#include <algorithm>

#include <axiom/domain/gated.hpp>
#include <services/console/api.hpp>

namespace axiom::actions {

namespace {} // namespace

void History::entry(Ordered<Entry> const& entry) noexcept {
    EntryHeader const& header = entry.value().header;
    if (header.domain != DomainNumber::actions) {
        return;
    }
    switch (static_cast<action::Kind>(header.kind)) {
    case action::Kind::commit:
        commit(entry.value());
        break;
    case action::Kind::effect_started:
        if (auto const started = decode_whole<action::EffectStarted>(entry.value().body)) {
            set(started->effect, EffectState::started);
            bool const is_first = first_start_ == Sequence{} && started->effect == watched_;
            first_start_ = is_first ? entry.sequence() : first_start_;
        }
        break;
    case action::Kind::outcome:
        if (auto const outcome = decode_whole<action::Outcome>(entry.value().body)) {
            set(outcome->effect, state_of(outcome->status));
            note_made(*outcome);
        }
        break;
    }
}

void History::commit(Entry const& entry) noexcept {
    auto const commit = decode_gated<action::Commit>(entry.body);
    bool const is_session = commit && (commit->action == console::attach_action ||
                                       commit->action == console::detach_action);
    if (!commit || is_session) {
        return; // who sits at a terminal nobody has to carry out
    }
    ActionRow& row = rows_[count_++ % rows_max];
    row = {.sequence = entry.header.sequence.value,
           .principal = entry.header.principal.value,
           .action = HeldText<name_bytes_max>{commit->action},
           .object = HeldText<object_bytes_max>{commit->object},
           .effects = {}};
    for (std::size_t effect = 0; effect < commit->effects.size(); ++effect) {
        row.effects.push_back(EffectState::owed);
    }
}

// A second outcome is rejected, and changes nothing here either.
void History::set(action::EffectPlace effect, EffectState state) noexcept {
    for (ActionRow& row : rows_) {
        bool const is = row.sequence == effect.commit.value && effect.index < row.effects.size();
        if (is && row.effects[effect.index] <= EffectState::started) {
            row.effects[effect.index] = state;
        }
    }
}

void History::note_made(action::Outcome const& outcome) noexcept {
    for (ActionRow& row : rows_) {
        if (row.sequence != outcome.effect.commit.value) {
            continue;
        }
        for (action::NamedHash const& made : outcome.outputs) {
            row.result = made.name == "result" ? made.content : row.result;
            row.output = made.name == "output" ? made.content : row.output;
        }
    }
}

ActionRow const* History::find(std::uint64_t commit) const noexcept {
    auto const at = std::ranges::find(rows_, commit, &ActionRow::sequence);
    return commit != 0 && at != rows_.end() ? &*at : nullptr;
}

Actions History::list(std::uint64_t before) const noexcept {
    Actions found;
    std::uint64_t const oldest = count_ > rows_max ? count_ - rows_max : 0;
    for (std::uint64_t at = count_; at > oldest && !found.actions.full(); --at) {
        ActionRow const& row = rows_[(at - 1) % rows_max];
        if (before == 0 || row.sequence < before) {
            found.actions.push_back(row);
        }
    }
    return found;
}

} // namespace axiom::actions
