// Signed notes: the specification's own example, keys and their ids, and what is refused.

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <axiom/codec/plain_text.hpp>
#include <axiom/tree/note.hpp>
#include <sim-host/platform/hash_engines.hpp>
#include <sim-host/platform/signature_sodium.hpp>
#include <tests/support/small_log.hpp>

namespace {

using namespace axiom;

HashEngine const& engine() {
    return host::fastest_engine();
}
SignatureEngine const& signatures() {
    return host::signature_engine();
}

constexpr std::string_view name{"example.org/notes"};
constexpr std::string_view text{"one line\n\nand another after an empty one\n"};

NoteKey key_number(unsigned number) {
    return {name, signatures().public_key(test::seed_number(number))};
}

std::string signed_text(std::string_view what, unsigned seed) {
    std::array<std::byte, note_bytes_max> room;
    auto const note = sign_note(engine(), signatures(), room, what, name, test::seed_number(seed));
    EXPECT_TRUE(note);
    return note ? std::string{text_of(*note)} : std::string{};
}

Code refusal(std::string_view note, NoteKey const& key) {
    auto const opened = open_note(engine(), signatures(), key, bytes_of(note));
    EXPECT_FALSE(opened) << note;
    return opened ? Code{} : opened.error().code;
}

// The example of Go's package golang.org/x/mod/sumdb/note, so that our reading of the format is not
// only our own.
TEST(note, a_note_that_another_program_signed_opens) {
    auto const key = read_verifier_key(
        engine(), "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
    ASSERT_TRUE(key);
    EXPECT_EQ("PeterNeumann", key->name);
    constexpr std::string_view note{
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n"
        "\n"
        "\xE2\x80\x94 PeterNeumann "
        "x08go/ZJkuBS9UG/"
        "SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"};
    auto const opened = open_note(engine(), signatures(), *key, bytes_of(note));
    ASSERT_TRUE(opened);
    EXPECT_TRUE(opened->ends_with("what your problem is.\n"));
}

TEST(note, opens_with_the_key_that_signed_and_gives_back_the_text) {
    auto const note = signed_text(text, 1);
    auto const opened = open_note(engine(), signatures(), key_number(1), bytes_of(note));
    ASSERT_TRUE(opened);
    EXPECT_EQ(text, *opened);
    EXPECT_EQ(Code::bad_signature, refusal(note, key_number(2)));
}

TEST(note, a_verifier_key_survives_writing_and_reading) {
    std::array<std::byte, 512> room;
    auto const written = write_verifier_key(engine(), room, key_number(3));
    ASSERT_TRUE(written);
    auto const read = read_verifier_key(engine(), text_of(*written));
    ASSERT_TRUE(read);
    EXPECT_EQ(name, read->name);
    EXPECT_EQ(key_number(3).key, read->key);
    std::string altered{text_of(*written)};
    for (char& character : altered) {
        char const kept = character;
        character = static_cast<char>(character ^ 1);
        EXPECT_FALSE(read_verifier_key(engine(), altered)) << altered;
        character = kept;
    }
    for (std::size_t cut = 0; cut < altered.size(); ++cut) {
        EXPECT_FALSE(read_verifier_key(engine(), std::string_view{altered}.substr(0, cut)));
    }
}

TEST(note, every_flipped_bit_and_every_truncation_is_refused) {
    auto const note = signed_text(text, 1);
    NoteKey const key = key_number(1);
    for (std::size_t index = 0; index < note.size(); ++index) {
        for (unsigned bit = 0; bit < 8; ++bit) {
            std::string altered = note;
            altered[index] = static_cast<char>(altered[index] ^ (1U << bit));
            EXPECT_FALSE(open_note(engine(), signatures(), key, bytes_of(altered)))
                << index << "." << bit;
        }
        EXPECT_FALSE(open_note(engine(), signatures(), key, bytes_of(note).first(index)));
    }
}

TEST(note, signatures_by_strangers_are_passed_over) {
    auto const ours = signed_text(text, 1);
    auto const line_of = [&](std::string const& note) { return note.substr(text.size() + 1); };
    auto const with_stranger = ours + line_of(signed_text(text, 2));
    EXPECT_TRUE(open_note(engine(), signatures(), key_number(1), bytes_of(with_stranger)));
    EXPECT_TRUE(open_note(engine(), signatures(), key_number(2), bytes_of(with_stranger)));
    // A stranger's signature may be of any length and kind.
    auto const with_long = ours + "\xE2\x80\x94 " + std::string{name} + " AAAAAAAAAA==\n";
    EXPECT_TRUE(open_note(engine(), signatures(), key_number(1), bytes_of(with_long)));
    EXPECT_EQ(Code::bad_signature, refusal(with_stranger, key_number(3)));
}

TEST(note, one_signature_that_fails_under_a_known_key_spoils_the_note) {
    auto const good = signed_text(text, 1);
    auto const other = signed_text("another text\n", 1);
    auto const spoilt = good + other.substr(other.rfind("\xE2\x80\x94"));
    EXPECT_EQ(Code::bad_signature, refusal(spoilt, key_number(1)));
    // So does one that is too short to be a signature.
    NoteKeyId const id = note_key_id(engine(), key_number(1));
    std::array<std::byte, 5> brief{};
    copy_bytes(brief, id);
    std::array<std::byte, 16> room;
    Writer writer{room};
    ASSERT_TRUE(write_base64(writer, brief));
    auto const shortened = good + "\xE2\x80\x94 " + std::string{name} + " " +
                           std::string{text_of(writer.written())} + "\n";
    EXPECT_EQ(Code::bad_signature, refusal(shortened, key_number(1)));
}

TEST(note, malformed_notes_are_refused_by_their_form) {
    auto const good = signed_text("line\n", 1);
    auto const line = good.substr(6);
    for (std::string const& bad :
         std::vector<std::string>{"",
                                  "\n",
                                  "line\n",
                                  "line\n\n",
                                  "line\n" + line,       // no blank line
                                  "line\r\n\n" + line,   // control character
                                  "line\t\n\n" + line,   // control character
                                  "li\xFFne\n\n" + line, // not UTF-8
                                  good + "\n",           // a blank line after the signatures
                                  good + "trailing\n",   // a line that is no signature
                                  good.substr(0, good.size() - 1), // no newline at the end
                                  "line\n\n- " + line.substr(4),   // hyphen for em dash
                                  "line\n\n\xE2\x80\x94  " + line.substr(4), // empty name
                                  "line\n\n\xE2\x80\x94 n+a AAAAAAAA\n",     // plus in a name
                                  "line\n\n\xE2\x80\x94 n\xC2\xA0"
                                  "a AAAAAAAA\n",                      // Unicode space in a name
                                  "line\n\n\xE2\x80\x94 n AAAA\n",     // nothing behind the id
                                  "line\n\n\xE2\x80\x94 n AAAAAAB\n",  // not whole groups of base64
                                  "line\n\n\xE2\x80\x94 n AAAAAAB=\n", // bits behind the last byte
                                  "line\n\n\xE2\x80\x94 n AAAA AAAA\n",  // space in base64
                                  "line\n\n\xE2\x80\x94 nAAAAAAAA\n"}) { // no space
        auto const split = split_note(bytes_of(bad));
        ASSERT_FALSE(split) << bad;
        EXPECT_TRUE(split.error().code == Code::bad_text || split.error().code == Code::truncated);
    }
    std::string const long_text(note_bytes_max, 'a');
    EXPECT_EQ(Code::too_long, split_note(bytes_of(long_text + "\n\n" + line)).error().code);
}

TEST(note, what_could_not_be_read_is_not_signed) {
    std::array<std::byte, note_bytes_max> room;
    auto const code = [&](std::string_view what, std::string_view key_name) {
        auto const note =
            sign_note(engine(), signatures(), room, what, key_name, test::seed_number(1));
        return note ? Code{} : note.error().code;
    };
    EXPECT_EQ(Code::bad_text, code("no newline", name));
    EXPECT_EQ(Code::bad_text, code("tab\t\n", name));
    EXPECT_EQ(Code::bad_text, code("line\n", ""));
    EXPECT_EQ(Code::bad_text, code("line\n", "a b"));
    EXPECT_EQ(Code::bad_text, code("line\n", "a+b"));
    EXPECT_EQ(Code::no_room, code(std::string(note_bytes_max - 1, 'a') + "\n", name));
}

} // namespace
