// The vectors of docs/checkpoint-and-proofs.md: made anew here and compared with what lies in the
// tree, and what lies in the tree read back and checked.

#include <bit>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include <axiom/codec/value.hpp>
#include <axiom/crypto/hash.hpp>
#include <axiom/tree/frontier.hpp>
#include <axiom/tree/leaves_root.hpp>
#include <axiom/tree/receipt_check.hpp>
#include <sim-host/platform/hash_engines.hpp>
#include <sim-host/platform/signature_sodium.hpp>
#include <tests/support/golden_file.hpp>
#include <tests/support/small_log.hpp>

namespace {

using namespace axiom;
using Json = nlohmann::ordered_json;
using test::expect_golden;
using test::seed_number;
using test::SmallLog;

HashEngine const& engine() {
    return host::portable_engine();
}
SignatureEngine const& signatures() {
    return host::signature_engine();
}

std::string hex(Hash256 const& hash) {
    return std::string{text_of(to_hex(hash))};
}

std::string hex(Bytes bytes) {
    constexpr std::string_view digits{"0123456789abcdef"};
    std::string text;
    for (std::byte const byte : bytes) {
        text += digits[std::to_integer<unsigned>(byte) >> 4U];
        text += digits[std::to_integer<unsigned>(byte) & 15U];
    }
    return text;
}

template <class Hashes> Json hex_list(Hashes const& hashes) {
    Json list = Json::array();
    for (Hash256 const& hash : hashes) {
        list.push_back(hex(hash));
    }
    return list;
}

void expect_golden_json(std::string_view path, Json const& value) {
    std::string const text = value.dump(1) + "\n";
    expect_golden(path, bytes_of(text));
}

class LeafVector final : public LeafSource {
  public:
    std::vector<Hash256> leaves;

    Result<Hash256> leaf(LeafIndex index) noexcept override { return leaves[index.value]; }
};

TEST(tree_vectors, block_tree) {
    std::vector<Hash256> leaves;
    for (unsigned index = 0; index < 13; ++index) {
        leaves.emplace_back().bytes.fill(static_cast<std::byte>(index));
    }
    Json vectors;
    vectors["context"] = context::block_node.text;
    vectors["leaves"] = hex_list(leaves);
    for (std::size_t count = 1; count <= leaves.size(); ++count) {
        auto const part = std::span{leaves}.first(count);
        vectors["roots"].push_back({{"count", count}, {"root", hex(leaves_root(engine(), part))}});
    }
    for (std::size_t const count : {1, 2, 5, 13}) {
        auto const part = std::span{leaves}.first(count);
        for (std::size_t index = 0; index < count; ++index) {
            vectors["paths"].push_back(
                {{"index", index},
                 {"count", count},
                 {"path", hex_list(make_block_path(engine(), part, index))}});
        }
    }
    expect_golden_json("tree/block_tree.json", vectors);
}

TEST(tree_vectors, public_tree) {
    LeafVector source;
    TreeFrontier frontier;
    Json vectors;
    for (unsigned index = 0; index < 11; ++index) {
        std::array<std::byte, block_record_bytes> record;
        record.fill(static_cast<std::byte>(index));
        Hash256 const leaf = tree_leaf(engine(), record);
        vectors["roots"].push_back({{"size", index}, {"root", hex(frontier.root(engine()))}});
        vectors["leaves"].push_back(
            {{"record", "256 bytes of " + std::to_string(index)}, {"leaf", hex(leaf)}});
        source.leaves.push_back(leaf);
        frontier.append(engine(), leaf);
    }
    vectors["roots"].push_back({{"size", 11}, {"root", hex(frontier.root(engine()))}});
    for (std::uint64_t const size : {1U, 2U, 7U, 11U}) {
        for (std::uint64_t index = 0; index < size; ++index) {
            auto const proof =
                make_inclusion_proof(engine(), source, LeafIndex{index}, TreeSize{size});
            vectors["inclusion"].push_back(
                {{"index", index}, {"size", size}, {"proof", hex_list(*proof)}});
        }
    }
    for (std::uint64_t const newer : {7U, 8U, 11U}) {
        for (std::uint64_t older = 1; older <= newer; ++older) {
            auto const proof = make_consistency_proof(
                engine(), source, {.older = TreeSize{older}, .newer = TreeSize{newer}});
            vectors["consistency"].push_back(
                {{"older", older}, {"newer", newer}, {"proof", hex_list(*proof)}});
        }
    }
    std::array<std::byte, TreeFrontier::encoded_bytes_max> room;
    Writer writer{room};
    ASSERT_TRUE(frontier.encode(writer));
    vectors["frontier_of_11"] = hex(writer.written());
    expect_golden_json("tree/public_tree.json", vectors);
}

std::string verifier_key(SmallLog const& log) {
    std::array<std::byte, 512> room;
    Origin const origin{log.log_id()};
    return std::string{text_of(*write_verifier_key(
        engine(), room, {origin.text(), public_key_of(log.ring().current().key)}))};
}

template <class T> std::string body_hex(T const& body) {
    std::array<std::byte, 1024> room;
    return hex(*encode_whole(MutableBytes{room}, body));
}

TEST(tree_vectors, keys) {
    Hash256 log_id;
    log_id.bytes.fill(std::byte{0xA1});
    KeyRing ring = key_ring_from(key_hash(signatures().public_key(seed_number(1))), Sequence{0});
    KeyRotate const rotate =
        *make_key_rotate(signatures(), ring, log_id, {seed_number(1), seed_number(2)});
    apply_key(ring, rotate, Sequence{10});
    KeyLost const lost =
        *make_key_lost(signatures(), ring, log_id, seed_number(3), "the disk died");
    Json vectors;
    for (unsigned number = 1; number <= 3; ++number) {
        SigningSeed const seed = seed_number(number);
        vectors["keys"].push_back(
            {{"seed", hex(seed.bytes)}, {"public_key", hex(signatures().public_key(seed).bytes)}});
    }
    vectors["log_id"] = hex(log_id);
    vectors["key_rotate"] = {{"from", 0}, {"to", 1}, {"body", body_hex(rotate)}};
    vectors["key_lost"] = {{"from", 1}, {"to", 2}, {"body", body_hex(lost)}};
    expect_golden_json("tree/keys.json", vectors);
}

Json checkpoint_json(Checkpoint const& checkpoint) {
    return {{"log_id", hex(checkpoint.log_id)},  {"tree_size", checkpoint.tree.size.value},
            {"root", hex(checkpoint.tree.root)}, {"entries", checkpoint.entries.value},
            {"head", hex(checkpoint.head)},      {"epoch", checkpoint.epoch.value},
            {"boot", checkpoint.boot.value}};
}

struct NamedReceipt {
    std::string name;
    SmallLog log;
    Sequence sequence;
};

// One receipt of each shape: plain; with rotated and lost keys; of a fork, after and before it.
std::vector<NamedReceipt> sample_receipts() {
    SmallLog plain{seed_number(1)};
    for (int index = 0; index < 9; ++index) {
        plain.add_record("{\"line\":" + std::to_string(index) + "}",
                         index == 3 ? "an attached line" : "");
        if (index % 4 == 3) {
            plain.seal();
        }
    }
    plain.seal();
    SmallLog keys = plain;
    keys.rotate(seed_number(2));
    keys.add_record("under the second key");
    keys.seal();
    keys.lose(seed_number(3), "the disk died");
    keys.rotate(seed_number(4));
    keys.seal();
    SmallLog forked = plain;
    forked.fork(seed_number(5));
    forked.add_record("in the fork");
    forked.seal();
    return {{"plain", plain, Sequence{2}},      {"genesis", plain, Sequence{0}},
            {"attachment", plain, Sequence{4}}, {"keys", keys, Sequence{11}},
            {"forked", forked, Sequence{11}},   {"before_fork", forked, Sequence{4}}};
}

TEST(tree_vectors, checkpoint) {
    auto const samples = sample_receipts();
    SmallLog const& log = samples[0].log;
    expect_golden("tree/plain.note", bytes_of(log.note()));
    Json vectors = checkpoint_json(log.checkpoint());
    vectors["verifier_key"] = verifier_key(log);
    vectors["note"] = log.note();
    expect_golden_json("tree/checkpoint.json", vectors);
}

TEST(tree_vectors, receipts) {
    Json vectors = Json::array();
    for (NamedReceipt& sample : sample_receipts()) {
        auto const& entry = sample.log.entries()[sample.sequence.value];
        auto const bytes = sample.log.receipt(sample.sequence);
        std::string const file = "tree/" + sample.name + ".axr";
        expect_golden(file, bytes);
        auto const verdict = check_receipt(engine(), signatures(), bytes,
                                           {.log_id = sample.log.log_id(), .key = {}});
        ASSERT_TRUE(verdict);
        Json row{{"file", sample.name + ".axr"},
                 {"log_id", hex(sample.log.log_id())},
                 {"verifier_key", verifier_key(sample.log)},
                 {"sequence", sample.sequence.value},
                 {"leaf", hex(entry.leaf)},
                 {"entry_hash", verdict->link ? Json(hex(*verdict->link)) : Json()},
                 {"body", hex(Bytes{entry.body}.first(entry.header.body_bytes))},
                 {"attachment", hex(Bytes{entry.attachment}.first(entry.header.attachment_bytes))},
                 {"era", verdict->key.era},
                 {"key_number", verdict->key.number},
                 {"origin", verdict->origin},
                 {"checkpoint", checkpoint_json(verdict->checkpoint)}};
        vectors.push_back(row);
    }
    expect_golden_json("tree/receipts.json", vectors);
}

std::vector<std::byte> bytes_of_file(std::string const& path) {
    std::ifstream stream{path, std::ios::binary};
    EXPECT_TRUE(stream) << path;
    std::string const text{std::istreambuf_iterator<char>{stream}, {}};
    return {bytes_of(text).begin(), bytes_of(text).end()};
}

// What a released program wrote is checked for good, whatever this program would write today.
TEST(tree_vectors, receipts_that_lie_in_the_tree_are_accepted) {
    auto const listing = bytes_of_file("tests/golden/tree/receipts.json");
    Json const rows = Json::parse(text_of(Bytes{listing}));
    ASSERT_EQ(6U, rows.size());
    for (Json const& row : rows) {
        auto const bytes = bytes_of_file("tests/golden/tree/" + row["file"].get<std::string>());
        auto const log_id = hash_from_hex(row["log_id"].get<std::string>());
        auto const key =
            read_verifier_key(engine(), row["verifier_key"].get_ref<std::string const&>());
        ASSERT_TRUE(key);
        auto const verdict = check_receipt(host::fastest_engine(), signatures(), bytes,
                                           {.log_id = log_id, .key = key->key});
        ASSERT_TRUE(verdict) << row["file"];
        EXPECT_EQ(row["sequence"], verdict->header.sequence.value);
        EXPECT_EQ(row["era"], verdict->key.era);
    }
}

} // namespace
