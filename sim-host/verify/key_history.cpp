// Following the keys through a log; see sim-host/verify/key_history.hpp.

#include <sim-host/verify/key_history.hpp>

#include <axiom/codec/value.hpp>

namespace axiom::host {

namespace {

class KeyWalk {
  public:
    explicit KeyWalk(SignatureEngine const& signatures) : signatures_{signatures} {}

    Result<void> take(EntryView const& view) {
        Bytes const body = view.entry.body;
        log_id_ = view.record->log_id;
        auto const kind = static_cast<LogKind>(view.entry.header.kind);
        switch (kind) {
        case LogKind::genesis:
            return begin(TRY(decode_whole<Genesis>(body)).checkpoint_key, kind, view.sequence, {});
        case LogKind::fork: {
            Fork const fork = TRY(decode_whole<Fork>(body));
            return begin(fork.checkpoint_key, kind, view.sequence, fork.reason);
        }
        case LogKind::key_rotate:
            return change(TRY(decode_whole<KeyRotate>(body)), kind, view.sequence, {});
        case LogKind::key_lost: {
            KeyLost const lost = TRY(decode_whole<KeyLost>(body));
            return change(lost, kind, view.sequence, lost.reason);
        }
        default:
            return {};
        }
    }

    std::vector<KeyChange> changes;

  private:
    Result<void> begin(Hash256 const& key, LogKind how, Sequence at, std::string_view reason) {
        ring_ = key_ring_from(key, at);
        changes.push_back({ring_.current(), how, log_id_, std::string{reason}});
        return {};
    }

    template <class Change>
    Result<void> change(Change const& body, LogKind how, Sequence at, std::string_view reason) {
        if (changes.empty()) {
            return fail(Code::not_a_log);
        }
        TRY(check_signed(signatures_, ring_, log_id_, body));
        apply_key(ring_, body, at);
        changes.push_back({ring_.current(), how, log_id_, std::string{reason}});
        return {};
    }

    SignatureEngine const& signatures_;
    KeyRing ring_;
    Hash256 log_id_{};
};

} // namespace

HostResult<std::vector<KeyChange>> key_history(OpenedLog& log, SignatureEngine const& signatures) {
    KeyWalk walk{signatures};
    Result<void> held{};
    Sequence at{};
    TRY(log.for_each({Sequence{0}, log.end()}, [&](EntryView const& view) {
        if (!view.reduced && view.entry.header.domain == DomainNumber::log) {
            at = view.sequence;
            held = walk.take(view);
        }
        return held.has_value();
    }));
    if (!held || walk.changes.empty()) {
        Code const code = held ? Code::not_a_log : held.error().code;
        return found_problem(code, log.path(), text_of(code).what, at.value);
    }
    return std::move(walk.changes);
}

} // namespace axiom::host
