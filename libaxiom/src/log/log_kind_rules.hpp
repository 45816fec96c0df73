#pragma once
// The rules of the log's own kinds: each checks its precondition first and changes the state
// second.

#include <axiom/domain/gated.hpp>
#include <axiom/log/log_state.hpp>

namespace axiom {

struct LogKindRules {
    LogState& state;
    Sequence at; // the entry's own sequence

    Result<void> apply(Genesis const& body) const noexcept { return state.genesis(body); }
    Result<void> apply(Boot const& body) const noexcept;
    Result<void> apply(Attach const& body) const noexcept;
    Result<void> apply(Tick const& body) const noexcept;
    Result<void> apply(CheckpointEntry const& body) const noexcept;
    Result<void> apply(KeyRotate const& body) const noexcept { return apply_next_key(body); }
    Result<void> apply(KeyLost const& body) const noexcept { return apply_next_key(body); }
    Result<void> apply(Fork const& body) const noexcept;
    Result<void> apply(SnapshotEntry const& body) const noexcept;
    Result<void> apply(Migrate const& body) const noexcept;
    Result<void> apply(Fault const& body) const noexcept;
    Result<void> apply(Repaired const& body) const noexcept;
    Result<void> apply(Prune const& body) const noexcept;
    Result<void> apply(Erase const& body) const noexcept;
    Result<void> apply(AccountEntry const& body) const noexcept;
    Result<void> apply(Mark const& body) const noexcept;

    /// Decodes `body` as a `Body` and applies what it says.
    template <class Body> Result<void> decode_and_apply(Bytes body) const noexcept {
        if constexpr (IsGated<Body>::value) {
            return apply(TRY(decode_gated<decltype(Body::content)>(body)));
        } else {
            return apply(TRY(decode_whole<Body>(body)));
        }
    }

  private:
    /// Signatures are the verifier's to check: a reducer has no engine for them.
    template <class Body> Result<void> apply_next_key(Body const& body) const noexcept {
        TRY(check_next(state.keys(), body));
        apply_key(state.keys_.edit(0), body, at);
        return {};
    }

    [[nodiscard]] LogFacts& edit_facts() const noexcept { return state.edit_facts(); }
};

} // namespace axiom
