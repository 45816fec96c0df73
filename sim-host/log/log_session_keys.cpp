// The checkpoint key of a session: which one opens a log, and how it changes; see
// sim-host/log/log_session.hpp.
//
//     entry that names the new key, durable ─▶ checkpoint by the new key
//
// A crash between the two leaves a log whose key in force is the new one and whose newest
// checkpoint is by the old one: both verify, and the next session with the new key seals the rest.
// Whoever calls has made the new key's file durable before, so no log is ever without its key.

#include <sim-host/log/log_session.hpp>

#include <axiom/tree/receipt.hpp>

namespace axiom::host {

Result<void> LogSession::admit(LogState const& state) {
    if (options_.checkpoint_seed == nullptr) {
        return {};
    }
    if (state.keys().recent.empty()) {
        return fail(Code::not_a_log); // genesis did not say which key seals the log
    }
    KeyRecord const& in_force = state.keys().current();
    auto const fits = [&](SigningSeed const* seed) {
        return seed != nullptr && key_hash(options_.signer->public_key(*seed)) == in_force.key;
    };
    if (!fits(options_.checkpoint_seed) && options_.other_seed) {
        options_.checkpoint_seed = options_.other_seed(state.keys());
    }
    return fits(options_.checkpoint_seed) ? Result<void>{}
                                          : fail(Code::wrong_key, in_force.since.value);
}

Result<Sequence> LogSession::rotate_key(SigningSeed const& next) {
    follow();
    KeyRing const& ring = domains_->log().keys();
    if (options_.checkpoint_seed == nullptr) {
        return fail(Code::wrong_key, ring.current().since.value);
    }
    if (ring.current().number + 1 >= receipt_key_entries_max) {
        return fail(Code::table_full, ring.current().number);
    }
    KeyRotate const rotate =
        TRY(make_key_rotate(*options_.signer, ring, live_->durable_position().log_id,
                            {*options_.checkpoint_seed, next}));
    std::array<std::byte, 256> body{};
    return change_key(LogKind::key_rotate, TRY(encode_whole(MutableBytes{body}, rotate)), next);
}

Result<Sequence> LogSession::lose_key(SigningSeed const& next, std::string_view reason) {
    follow();
    KeyLost const lost = TRY(make_key_lost(*options_.signer, domains_->log().keys(),
                                           live_->durable_position().log_id, next, reason));
    std::array<std::byte, 256 + key_lost_reason_bytes_max> body{};
    return change_key(LogKind::key_lost, TRY(encode_whole(MutableBytes{body}, lost)), next);
}

Result<Sequence> LogSession::change_key(LogKind kind, Bytes body, SigningSeed const& next) {
    Sequence const at = TRY(append(kind, body)).sequence;
    TRY(commit());
    options_.checkpoint_seed = &next;
    TRY(checkpoint());
    return at;
}

} // namespace axiom::host
