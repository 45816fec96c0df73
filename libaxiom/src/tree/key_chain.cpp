// The chain of checkpoint keys; see axiom/tree/key_chain.hpp.

#include <axiom/tree/key_chain.hpp>

#include <axiom/codec/plain_text.hpp>
#include <axiom/codec/utf8.hpp>

namespace axiom {

using namespace std::string_view_literals; // a literal that knows its length calls no strlen

namespace {

using StatementRoom = std::array<std::byte, 320>;

constexpr std::string_view rotate_title{"axiom-os.org/key-rotate/v1"};
constexpr std::string_view lost_title{"axiom-os.org/key-lost/v1"};

// The longest statement: a title, three hashes and two numbers, each with its newline.
static_assert(sizeof(StatementRoom) >= rotate_title.size() + 1 + 3 * 65 + 2 * 21);

Result<void> write_line(Writer& to, std::string_view text) noexcept {
    TRY(write_text(to, text));
    return write_text(to, "\n"sv);
}

Result<void> write_line(Writer& to, std::uint64_t number) noexcept {
    TRY(write_decimal(to, number));
    return write_text(to, "\n"sv);
}

Result<void> write_line(Writer& to, Hash256 const& hash) noexcept {
    TRY(write_hex(to, hash));
    return write_text(to, "\n"sv);
}

Result<Bytes> rotate_statement(StatementRoom& room, Hash256 const& log_id, Hash256 const& old_key,
                               KeyRotate const& rotate) noexcept {
    Writer writer{room};
    TRY(write_line(writer, rotate_title));
    TRY(write_line(writer, log_id));
    TRY(write_line(writer, std::uint64_t{rotate.number}));
    TRY(write_line(writer, old_key));
    TRY(write_line(writer, rotate.new_key));
    return writer.written();
}

Result<Bytes> lost_statement(StatementRoom& room, Hash256 const& log_id,
                             KeyLost const& lost) noexcept {
    Writer writer{room};
    TRY(write_line(writer, lost_title));
    TRY(write_line(writer, log_id));
    TRY(write_line(writer, std::uint64_t{lost.number}));
    TRY(write_line(writer, std::uint64_t{lost.era}));
    TRY(write_line(writer, lost.new_key));
    return writer.written();
}

SignatureHalves halves_of(Signature const& signature) noexcept {
    SignatureHalves halves;
    copy_bytes(halves.r.bytes, Bytes{signature.bytes}.first(32));
    copy_bytes(halves.s.bytes, Bytes{signature.bytes}.subspan(32));
    return halves;
}

bool holds(SignatureEngine const& verifier, Hash256 const& key, Bytes statement,
           SignatureHalves const& halves) noexcept {
    Signature signature;
    copy_bytes(signature.bytes, halves.r.view());
    copy_bytes(MutableBytes{signature.bytes}.subspan(32), halves.s.view());
    return verifier.verify(public_key_of(key), statement, signature);
}

Result<void> check_successor(KeyRing const& ring, Hash256 const& key,
                             std::uint32_t number) noexcept {
    KeyRecord const& current = ring.current();
    if (number == 0 || number - 1 != current.number) {
        return fail(Code::out_of_range, number, current.number);
    }
    return key == current.key ? fail(Code::already_exists, number) : Result<void>{};
}

void add(KeyRing& ring, KeyRecord const& record) noexcept {
    if (!ring.recent.full()) {
        ring.recent.push_back(record);
        return;
    }
    for (std::size_t index = 1; index < keys_kept; ++index) {
        ring.recent[index - 1] = ring.recent[index];
    }
    ring.recent[keys_kept - 1] = record;
}

} // namespace

PublicKey public_key_of(Hash256 const& key) noexcept {
    return {key.bytes};
}

Hash256 key_hash(PublicKey const& key) noexcept {
    return {key.bytes};
}

KeyRing key_ring_from(Hash256 const& key, Sequence since) noexcept {
    KeyRing ring;
    ring.origin = {.key = key, .since = since};
    ring.recent.push_back(ring.origin);
    return ring;
}

Result<void> check_next(KeyRing const& ring, KeyRotate const& rotate) noexcept {
    return check_successor(ring, rotate.new_key, rotate.number);
}

Result<void> check_next(KeyRing const& ring, KeyLost const& lost) noexcept {
    TRY(check_successor(ring, lost.new_key, lost.number));
    bool const is_next_era = lost.era > 0 && lost.era - 1 == ring.current().era;
    return is_next_era ? Result<void>{} : fail(Code::out_of_range, lost.era, ring.current().era);
}

Result<void> check_signed(SignatureEngine const& verifier, KeyRing const& ring,
                          Hash256 const& log_id, KeyRotate const& rotate) noexcept {
    TRY(check_next(ring, rotate));
    StatementRoom room;
    Hash256 const& old_key = ring.current().key;
    Bytes const statement = TRY(rotate_statement(room, log_id, old_key, rotate));
    bool const both_hold = holds(verifier, old_key, statement, rotate.by_old) &&
                           holds(verifier, rotate.new_key, statement, rotate.by_new);
    return both_hold ? Result<void>{} : fail(Code::bad_signature, rotate.number);
}

Result<void> check_signed(SignatureEngine const& verifier, KeyRing const& ring,
                          Hash256 const& log_id, KeyLost const& lost) noexcept {
    TRY(check_next(ring, lost));
    StatementRoom room;
    Bytes const statement = TRY(lost_statement(room, log_id, lost));
    return holds(verifier, lost.new_key, statement, lost.by_new)
               ? Result<void>{}
               : fail(Code::bad_signature, lost.number);
}

void apply_key(KeyRing& ring, KeyRotate const& rotate, Sequence sequence) noexcept {
    AXIOM_ASSERT(check_next(ring, rotate));
    add(ring, {.key = rotate.new_key,
               .number = rotate.number,
               .era = ring.current().era,
               .since = sequence});
}

void apply_key(KeyRing& ring, KeyLost const& lost, Sequence sequence) noexcept {
    AXIOM_ASSERT(check_next(ring, lost));
    add(ring, {.key = lost.new_key, .number = lost.number, .era = lost.era, .since = sequence});
}

Result<KeyRotate> make_key_rotate(SignatureEngine const& signer, KeyRing const& ring,
                                  Hash256 const& log_id, RotationSeeds const& seeds) noexcept {
    Hash256 const old_key = key_hash(signer.public_key(seeds.old_seed));
    if (old_key != ring.current().key) {
        return fail(Code::wrong_key);
    }
    KeyRotate rotate{.new_key = key_hash(signer.public_key(seeds.new_seed)),
                     .number = ring.current().number + 1};
    TRY(check_next(ring, rotate));
    StatementRoom room;
    Bytes const statement = TRY(rotate_statement(room, log_id, old_key, rotate));
    rotate.by_old = halves_of(signer.sign(seeds.old_seed, statement));
    rotate.by_new = halves_of(signer.sign(seeds.new_seed, statement));
    return rotate;
}

Result<KeyLost> make_key_lost(SignatureEngine const& signer, KeyRing const& ring,
                              Hash256 const& log_id, SigningSeed const& new_seed,
                              std::string_view reason) noexcept {
    if (reason.size() > key_lost_reason_bytes_max) {
        return fail(Code::too_long, reason.size());
    }
    if (!is_utf8(bytes_of(reason))) {
        return fail(Code::bad_text);
    }
    KeyLost lost{.new_key = key_hash(signer.public_key(new_seed)),
                 .number = ring.current().number + 1,
                 .era = ring.current().era + 1,
                 .reason = reason};
    TRY(check_next(ring, lost));
    StatementRoom room;
    lost.by_new = halves_of(signer.sign(new_seed, TRY(lost_statement(room, log_id, lost))));
    return lost;
}

} // namespace axiom
