// Checkpoints: one spelling, honest sizes, and only the named key's signature.

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <axiom/tree/checkpoint.hpp>
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

Checkpoint sample() {
    Checkpoint checkpoint;
    checkpoint.log_id.bytes.fill(std::byte{0xAB});
    checkpoint.tree.size = TreeSize{41};
    checkpoint.tree.root.bytes.fill(std::byte{0x11});
    checkpoint.entries = Sequence{1000};
    checkpoint.head.bytes.fill(std::byte{0x22});
    checkpoint.epoch = Epoch{3};
    checkpoint.boot = BootNumber{2};
    return checkpoint;
}

std::string text_of_checkpoint(Checkpoint const& checkpoint) {
    std::array<std::byte, checkpoint_text_bytes_max> room;
    auto const text = write_checkpoint_text(room, checkpoint);
    EXPECT_TRUE(text);
    return text ? std::string{text_of(*text)} : std::string{};
}

std::string replaced(std::string whole, std::string_view from, std::string_view to) {
    std::size_t const at = whole.find(from);
    EXPECT_NE(std::string::npos, at) << from;
    return whole.replace(at, from.size(), to);
}

TEST(checkpoint, reads_as_it_was_written) {
    std::string const text = text_of_checkpoint(sample());
    EXPECT_EQ("axiom-os.org/log/" +
                  std::string(64, ' ').replace(0, 64,
                                               [] {
                                                   std::string hex;
                                                   for (int pair = 0; pair < 32; ++pair) {
                                                       hex += "ab";
                                                   }
                                                   return hex;
                                               }()) +
                  "\n41\nERERERERERERERERERERERERERERERERERERERERERE=\nentries 1000\nhead " +
                  std::string(64, '2') + "\nepoch 3\nboot 2\n",
              text);
    auto const read = read_checkpoint_text(text);
    ASSERT_TRUE(read);
    EXPECT_EQ(sample(), *read);
}

TEST(checkpoint, another_spelling_of_the_same_numbers_is_refused) {
    std::string const good = text_of_checkpoint(sample());
    for (std::string const& bad :
         {replaced(good, "\n41\n", "\n041\n"), replaced(good, "\n41\n", "\n+41\n"),
          replaced(good, "\n41\n", "\n41 \n"), replaced(good, "\n41\n", "\n\n"),
          replaced(good, "entries 1000", "entries  1000"),
          replaced(good, "entries 1000", "Entries 1000"), replaced(good, "abab", "ABAB"),
          replaced(good, "ERE=", "ERF="), replaced(good, "ERE=", "ERE"),
          replaced(good, "epoch 3\nboot 2\n", "boot 2\nepoch 3\n"), replaced(good, "boot 2\n", ""),
          good + "more\n", good + "\n",
          replaced(good, "entries 1000", "entries 18446744073709551616"),
          replaced(good, "axiom-os.org/log/", "axiom-os.org/other/")}) {
        EXPECT_FALSE(read_checkpoint_text(bad)) << bad;
    }
    EXPECT_TRUE(read_checkpoint_text(replaced(good, "epoch 3", "epoch 18446744073709551615")));
}

TEST(checkpoint, sizes_that_no_log_has_are_neither_written_nor_read) {
    std::string const good = text_of_checkpoint(sample());
    for (auto const& [blocks, entries] : std::vector<std::pair<std::uint64_t, std::uint64_t>>{
             {0, 0},
             {0, 1},
             {1, 0},
             {2, 1},
             {1, 257},
             {41, 41 * 256 + 1},
             {tree_size_max.value + 1, ~std::uint64_t{0}}}) {
        Checkpoint checkpoint = sample();
        checkpoint.tree.size = TreeSize{blocks};
        checkpoint.entries = Sequence{entries};
        std::array<std::byte, checkpoint_text_bytes_max> room;
        EXPECT_EQ(Code::out_of_range, write_checkpoint_text(room, checkpoint).error().code);
        auto const text = replaced(replaced(good, "\n41\n", "\n" + std::to_string(blocks) + "\n"),
                                   "entries 1000", "entries " + std::to_string(entries));
        EXPECT_EQ(Code::out_of_range, read_checkpoint_text(text).error().code);
    }
    for (auto const& [blocks, entries] : std::vector<std::pair<std::uint64_t, std::uint64_t>>{
             {1, 1}, {1, 256}, {41, 41}, {41, 41 * 256}}) {
        Checkpoint checkpoint = sample();
        checkpoint.tree.size = TreeSize{blocks};
        checkpoint.entries = Sequence{entries};
        EXPECT_EQ(checkpoint, *read_checkpoint_text(text_of_checkpoint(checkpoint)));
    }
}

TEST(checkpoint, no_flipped_bit_or_truncation_of_the_signed_note_is_accepted) {
    auto const seed = test::seed_number(5);
    PublicKey const key = signatures().public_key(seed);
    std::array<std::byte, note_bytes_max> room;
    auto const signed_note = sign_checkpoint(engine(), signatures(), room, sample(), seed);
    ASSERT_TRUE(signed_note);
    std::vector<std::byte> note{signed_note->begin(), signed_note->end()};
    auto const opened = open_checkpoint(engine(), signatures(), key, note);
    ASSERT_TRUE(opened);
    EXPECT_EQ(sample(), *opened);
    for (std::size_t index = 0; index < note.size(); ++index) {
        for (unsigned bit = 0; bit < 8; ++bit) {
            note[index] ^= std::byte{1} << bit;
            EXPECT_FALSE(open_checkpoint(engine(), signatures(), key, note));
            note[index] ^= std::byte{1} << bit;
        }
        EXPECT_FALSE(open_checkpoint(engine(), signatures(), key, Bytes{note}.first(index)));
    }
    EXPECT_EQ(
        Code::bad_signature,
        open_checkpoint(engine(), signatures(), signatures().public_key(test::seed_number(6)), note)
            .error()
            .code);
}

// The same key under another log's name is another key.
TEST(checkpoint, a_signature_for_one_log_is_none_for_another) {
    auto const seed = test::seed_number(5);
    std::array<std::byte, note_bytes_max> room;
    std::array<std::byte, checkpoint_text_bytes_max> text_room;
    Checkpoint other = sample();
    other.log_id.bytes.fill(std::byte{0xCD});
    auto const text = *write_checkpoint_text(text_room, other);
    auto const note = sign_note(engine(), signatures(), room, text_of(text),
                                Origin{sample().log_id}.text(), seed);
    ASSERT_TRUE(note);
    EXPECT_EQ(
        Code::bad_signature,
        open_checkpoint(engine(), signatures(), signatures().public_key(seed), *note).error().code);
}

} // namespace
