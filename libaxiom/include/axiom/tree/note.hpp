#pragma once
// Signed notes (https://c2sp.org/signed-note): a text and who signed it, as text.
//
//     note            = text "\n" 1*signature-line          at most `note_bytes_max` bytes
//     text            = lines of UTF-8 without control characters; the last empty line ends it
//     signature-line  = U+2014 " " name " " base64(key id, signature) "\n"
//     name            = one or more characters, no Unicode space, no "+"
//     key id          = the first 4 bytes of SHA-256(name "\n" 0x01 public-key)
//     verifier-key    = name "+" hex(key id) "+" base64(0x01 public-key)
//
// Signatures by keys that the reader does not know are passed over, so that others can add theirs;
// a signature under the known name and id must hold, or the whole note is refused.

#include <string_view>

#include <axiom/base/result.hpp>
#include <axiom/log/log_kinds.hpp>
#include <axiom/port/hash_engine.hpp>
#include <axiom/port/signature_engine.hpp>

namespace axiom {

inline constexpr std::size_t key_name_bytes_max = 256;

/// A key as verifiers know it; the name is borrowed.
struct NoteKey {
    std::string_view name;
    PublicKey key{};
};

/// The four bytes of a key id, in the order in which they are written.
using NoteKeyId = std::array<std::byte, 4>;

[[nodiscard]] NoteKeyId note_key_id(HashEngine const& engine, NoteKey const& key) noexcept;

/// `bad_text` unless a key may be called so.
[[nodiscard]] Result<void> check_key_name(std::string_view name) noexcept;

/// `name+id+key`, the form in which public tools take keys. `bad_text`, `no_room`.
[[nodiscard]] Result<Bytes> write_verifier_key(HashEngine const& engine, MutableBytes to,
                                               NoteKey const& key) noexcept;

/// Borrows the name from `text`. `bad_key` when the id is not the key's, else `bad_text`.
[[nodiscard]] Result<NoteKey> read_verifier_key(HashEngine const& engine,
                                                std::string_view text) noexcept;

/// A note in its two parts, borrowed; its form is checked, nothing else.
struct NoteParts {
    std::string_view text;       // with its last newline: what is signed
    std::string_view signatures; // the signature lines
};

/// `too_long`, `bad_text`: this is not a note.
[[nodiscard]] Result<NoteParts> split_note(Bytes note) noexcept;

/// Signs `text` under `name` and writes the note to `to`; returns what was filled.
[[nodiscard]] Result<Bytes> sign_note(HashEngine const& engine, SignatureEngine const& signer,
                                      MutableBytes to, std::string_view text, std::string_view name,
                                      SigningSeed const& seed) noexcept;

/// The text of a note that `key` signed. `bad_signature` when no signature is by it or one under
/// its name and id does not hold; what `split_note` refuses.
[[nodiscard]] Result<std::string_view> open_note(HashEngine const& engine,
                                                 SignatureEngine const& verifier,
                                                 NoteKey const& key, Bytes note) noexcept;

} // namespace axiom
