// Signed notes; see axiom/tree/note.hpp.

#include <axiom/tree/note.hpp>

#include <axiom/codec/plain_text.hpp>
#include <axiom/codec/utf8.hpp>

namespace axiom {

using namespace std::string_view_literals; // a literal that knows its length calls no strlen

namespace {

constexpr std::byte ed25519_type{0x01};
constexpr std::string_view space{" "};
constexpr std::string_view plus{"+"};
constexpr std::string_view line_start{"\xE2\x80\x94 "}; // em dash, space
constexpr std::size_t signed_bytes = sizeof(NoteKeyId) + sizeof(Signature);

// Every space of Unicode beyond ASCII, as UTF-8.
constexpr std::string_view wide_spaces[] = {
    {"\xC2\x85"},     {"\xC2\xA0"},     {"\xE1\x9A\x80"}, {"\xE2\x80\x80"}, {"\xE2\x80\x81"},
    {"\xE2\x80\x82"}, {"\xE2\x80\x83"}, {"\xE2\x80\x84"}, {"\xE2\x80\x85"}, {"\xE2\x80\x86"},
    {"\xE2\x80\x87"}, {"\xE2\x80\x88"}, {"\xE2\x80\x89"}, {"\xE2\x80\x8A"}, {"\xE2\x80\xA8"},
    {"\xE2\x80\xA9"}, {"\xE2\x80\xAF"}, {"\xE2\x81\x9F"}, {"\xE3\x80\x80"}};

// The 0x01 and the 32 bytes that stand for a key in ids and verifier keys.
using EncodedKey = std::array<std::byte, 1 + sizeof(PublicKey)>;

EncodedKey encode_key(PublicKey const& key) noexcept {
    EncodedKey encoded{ed25519_type};
    copy_bytes(MutableBytes{encoded}.subspan(1), key.bytes);
    return encoded;
}

struct SignatureLine {
    std::string_view name;
    std::string_view base64;
};

Result<SignatureLine> read_signature_line(Lines& lines) noexcept {
    std::string_view const rest = TRY(lines.next_after(line_start));
    std::size_t const name_end = find_text(rest, space);
    if (name_end == rest.size()) {
        return fail(Code::bad_text);
    }
    SignatureLine const line{{rest.data(), name_end},
                             {rest.data() + name_end + 1, rest.size() - name_end - 1}};
    TRY(check_key_name(line.name));
    if (TRY(base64_bytes(line.base64)) <= sizeof(NoteKeyId)) {
        return fail(Code::bad_text);
    }
    return line;
}

// The id at the front of a signature of any length.
Result<NoteKeyId> key_id_of(SignatureLine const& line) noexcept {
    std::array<std::byte, 6> front; // two groups of characters, of which the last may be padded
    std::size_t const bytes = TRY(base64_bytes(line.base64));
    TRY(read_base64(MutableBytes{front}.first(bytes < front.size() ? bytes : front.size()),
                    {line.base64.data(), base64_characters(front.size())}));
    NoteKeyId id;
    copy_bytes(id, Bytes{front}.first(id.size()));
    return id;
}

Result<void> check_note_characters(Bytes text) noexcept {
    for (std::size_t index = 0; index < text.size(); ++index) {
        if (text[index] < std::byte{0x20} && text[index] != std::byte{'\n'}) {
            return fail(Code::bad_text, index);
        }
    }
    return is_utf8(text) ? Result<void>{} : fail(Code::bad_text);
}

// Where the lines behind the last empty line begin; 0 when no line is empty.
std::size_t after_last_blank_line(std::string_view note) noexcept {
    for (std::size_t end = note.size(); end >= 2; --end) {
        if (note[end - 1] == '\n' && note[end - 2] == '\n') {
            return end;
        }
    }
    return 0;
}

std::uint8_t hex_digit_value(char digit) noexcept {
    return static_cast<std::uint8_t>(digit >= 'a' ? digit - 'a' + 10 : digit - '0');
}

Result<NoteKeyId> read_key_id(std::string_view hex) noexcept {
    NoteKeyId id{};
    if (hex.size() != 2 * id.size()) {
        return fail(Code::bad_text);
    }
    for (std::size_t index = 0; index < hex.size(); ++index) {
        char const digit = hex[index];
        bool const is_hex = (digit >= '0' && digit <= '9') || (digit >= 'a' && digit <= 'f');
        if (!is_hex) {
            return fail(Code::bad_text, index);
        }
        id[index / 2] = id[index / 2] << 4U | std::byte{hex_digit_value(digit)};
    }
    return id;
}

} // namespace

NoteKeyId note_key_id(HashEngine const& engine, NoteKey const& key) noexcept {
    constexpr std::byte newline{'\n'};
    EncodedKey const encoded = encode_key(key.key);
    std::array<Bytes, 3> const parts{bytes_of(key.name), Bytes{&newline, 1}, Bytes{encoded}};
    Hash256 const hash = engine.sha256(parts.data(), parts.size());
    NoteKeyId id;
    copy_bytes(id, hash.view().first(id.size()));
    return id;
}

Result<void> check_key_name(std::string_view name) noexcept {
    if (name.empty() || name.size() > key_name_bytes_max || !is_utf8(bytes_of(name))) {
        return fail(Code::bad_text);
    }
    for (std::size_t index = 0; index < name.size(); ++index) {
        if (static_cast<unsigned char>(name[index]) <= ' ' || name[index] == '+') {
            return fail(Code::bad_text, index);
        }
    }
    for (std::string_view const wide_space : wide_spaces) {
        std::size_t const at = find_text(name, wide_space);
        if (at != name.size()) {
            return fail(Code::bad_text, at);
        }
    }
    return {};
}

Result<Bytes> write_verifier_key(HashEngine const& engine, MutableBytes to,
                                 NoteKey const& key) noexcept {
    constexpr std::string_view digits{"0123456789abcdef"};
    TRY(check_key_name(key.name));
    Writer writer{to};
    TRY(write_text(writer, key.name));
    TRY(write_text(writer, plus));
    for (std::byte const byte : note_key_id(engine, key)) {
        auto const value = std::to_integer<unsigned>(byte);
        std::array<char, 2> const hex{digits[value >> 4U], digits[value & 15U]};
        TRY(write_text(writer, {hex.data(), hex.size()}));
    }
    TRY(write_text(writer, plus));
    TRY(write_base64(writer, encode_key(key.key)));
    return writer.written();
}

Result<NoteKey> read_verifier_key(HashEngine const& engine, std::string_view text) noexcept {
    std::size_t const name_end = find_text(text, plus);
    if (name_end == text.size()) {
        return fail(Code::bad_text);
    }
    NoteKey key{{text.data(), name_end}, {}};
    TRY(check_key_name(key.name));
    text.remove_prefix(name_end + 1);
    std::size_t const id_end = find_text(text, plus);
    if (id_end == text.size()) {
        return fail(Code::bad_text, name_end);
    }
    NoteKeyId const id = TRY(read_key_id({text.data(), id_end}));
    text.remove_prefix(id_end + 1);
    EncodedKey encoded;
    TRY(read_base64(encoded, text));
    if (encoded[0] != ed25519_type) {
        return fail(Code::bad_key);
    }
    copy_bytes(key.key.bytes, Bytes{encoded}.subspan(1));
    return note_key_id(engine, key) == id ? Result<NoteKey>{key} : fail(Code::bad_key);
}

Result<NoteParts> split_note(Bytes note) noexcept {
    if (note.size() > note_bytes_max) {
        return fail(Code::too_long, note.size());
    }
    TRY(check_note_characters(note));
    std::string_view const whole = text_of(note);
    std::size_t const signatures = after_last_blank_line(whole);
    if (signatures == 0 || signatures == whole.size()) {
        return fail(Code::bad_text, whole.size());
    }
    NoteParts const parts{{whole.data(), signatures - 1},
                          {whole.data() + signatures, whole.size() - signatures}};
    Lines lines{parts.signatures};
    while (!lines.at_end()) {
        static_cast<void>(TRY(read_signature_line(lines)));
    }
    return parts;
}

Result<Bytes> sign_note(HashEngine const& engine, SignatureEngine const& signer, MutableBytes to,
                        std::string_view text, std::string_view name,
                        SigningSeed const& seed) noexcept {
    TRY(check_key_name(name));
    TRY(check_note_characters(bytes_of(text)));
    if (!text.ends_with('\n')) {
        return fail(Code::bad_text, text.size());
    }
    NoteKeyId const id = note_key_id(engine, {name, signer.public_key(seed)});
    Signature const signature = signer.sign(seed, bytes_of(text));
    std::array<std::byte, signed_bytes> encoded;
    copy_bytes(encoded, id);
    copy_bytes(MutableBytes{encoded}.subspan(id.size()), signature.bytes);

    Writer writer{to.first(to.size() < note_bytes_max ? to.size() : note_bytes_max)};
    TRY(write_text(writer, text));
    TRY(write_text(writer, "\n"sv));
    TRY(write_text(writer, line_start));
    TRY(write_text(writer, name));
    TRY(write_text(writer, space));
    TRY(write_base64(writer, encoded));
    TRY(write_text(writer, "\n"sv));
    return writer.written();
}

Result<std::string_view> open_note(HashEngine const& engine, SignatureEngine const& verifier,
                                   NoteKey const& key, Bytes note) noexcept {
    NoteParts const parts = TRY(split_note(note));
    NoteKeyId const id = note_key_id(engine, key);
    bool is_signed = false;
    Lines lines{parts.signatures};
    while (!lines.at_end()) {
        SignatureLine const line = TRY(read_signature_line(lines));
        if (line.name != key.name || TRY(key_id_of(line)) != id) {
            continue;
        }
        std::array<std::byte, signed_bytes> encoded;
        if (!read_base64(encoded, line.base64)) {
            return fail(Code::bad_signature);
        }
        Signature signature;
        copy_bytes(signature.bytes, Bytes{encoded}.subspan(id.size()));
        if (!verifier.verify(key.key, bytes_of(parts.text), signature)) {
            return fail(Code::bad_signature);
        }
        is_signed = true;
    }
    return is_signed ? Result<std::string_view>{parts.text} : fail(Code::bad_signature);
}

} // namespace axiom
