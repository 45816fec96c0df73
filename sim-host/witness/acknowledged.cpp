// What was acknowledged, looked for; see sim-host/witness/acknowledged.hpp.

#include <sim-host/witness/acknowledged.hpp>

#include <axiom/action/action_kinds.hpp>
#include <axiom/domain/gated.hpp>
#include <sim-host/replay/replayer.hpp>

namespace axiom::host {

namespace {

std::string at(std::uint64_t entry) {
    return " at entry " + std::to_string(entry);
}

bool acts_on(EntryView const& view, std::string const& object) {
    bool const is_commit =
        view.entry.header.domain == DomainNumber::actions &&
        view.entry.header.kind == static_cast<std::uint16_t>(action::Kind::commit);
    auto const commit =
        is_commit ? decode_gated<action::Commit>(view.entry.body) : fail(Code::unknown_kind);
    return commit && commit->object == object;
}

void look_for_entries(OpenedLog& log, Acknowledged const& acknowledged,
                      std::vector<std::string>& missing) {
    auto heads = acknowledged.heads;
    auto actions = acknowledged.actions;
    auto const read = log.for_each({.first = {}, .end = log.end()}, [&](EntryView const& view) {
        auto const head = heads.find(view.sequence.value + 1);
        if (head != heads.end()) {
            if (head->second != view.link) {
                missing.push_back("another head than was acknowledged" + at(view.sequence.value));
            }
            heads.erase(head);
        }
        auto const acted = actions.find(view.sequence.value);
        if (acted != actions.end()) {
            if (!acts_on(view, acted->second)) {
                missing.push_back("not the action that was acknowledged" + at(acted->first));
            }
            actions.erase(acted);
        }
        return true;
    });
    if (!read) {
        missing.push_back("the log cannot be read: " + read.error().text);
    }
    for (auto const& [next, head] : heads) {
        missing.push_back("an acknowledged head is lost: before" + at(next));
    }
    for (auto const& [entry, object] : actions) {
        missing.push_back("an acknowledged action is lost:" + at(entry));
    }
}

void look_for_states(OpenedLog& log, Acknowledged const& acknowledged,
                     std::vector<std::string>& missing) {
    Replayer replayer{log};
    for (auto const& [next, state] : acknowledged.states) {
        auto const hash = replayer.advance_to(Sequence{next})
                              ? replayer.state_hash()
                              : Result<Hash256>{fail(Code::entry_missing, next)};
        if (!hash || *hash != state) {
            missing.push_back("another state than axiomd had" + at(next));
        }
    }
    if (!replayer.advance_to(log.end()) || replayer.rejected() != 0) {
        missing.push_back("the log does not replay");
    }
}

} // namespace

std::vector<std::string> missing_in(OpenedLog& log, Acknowledged const& acknowledged) {
    std::vector<std::string> missing;
    look_for_entries(log, acknowledged, missing);
    look_for_states(log, acknowledged, missing);
    return missing;
}

} // namespace axiom::host
