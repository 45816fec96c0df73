// Tables of state: lowest free index, generations, and a root that follows from the live rows
// alone.

#include <gtest/gtest.h>

#include <axiom/crypto/hash.hpp>
#include <axiom/domain/hashed_table.hpp>
#include <axiom/domain/key_index.hpp>
#include <sim-host/platform/hash_engines.hpp>
#include <tests/support/forged.hpp>

namespace {

struct Item {
    std::uint64_t number{};
    axiom::HeldText<100> label{};
};

} // namespace

template <> struct axiom::Schema<Item> {
    static constexpr auto fields =
        Fields{Field{"number", &Item::number, "a number"},
               Field{"label", &Item::label, "a label, so that rows differ in length"}};
};

namespace {

using namespace axiom;

struct World {
    explicit World(std::uint32_t capacity)
        : arena{HashedTable<Item>::bytes_for(capacity)}, table{arena, capacity} {}

    Hash256 root() { return table.root(host::portable_engine()); }

    std::vector<std::byte> saved() const {
        std::vector<std::byte> bytes(HashedTable<Item>::save_bytes_max(table.capacity()));
        Writer writer{bytes};
        EXPECT_TRUE(table.save(writer));
        bytes.resize(writer.size());
        return bytes;
    }

    Result<void> load(Bytes bytes) {
        Reader reader{bytes};
        return table.load(reader);
    }

    test::OwnedArena arena;
    HashedTable<Item> table;
};

Item item(std::uint64_t number) {
    return {.number = number, .label = HeldText<100>{std::string(number % 100, 'x')}};
}

TEST(row_tree, constants_follow_from_their_definition) {
    EXPECT_TRUE(empty_nodes[0].is_zero());
    for (std::size_t level = 1; level <= row_tree_depth; ++level) {
        std::array<Hash256, 4> children{};
        children.fill(empty_nodes[level - 1]);
        EXPECT_EQ(empty_nodes[level], hash_bytes(host::portable_engine(), context::state_node,
                                                 std::as_bytes(std::span{children})))
            << level;
    }
}

TEST(hashed_table, root_of_one_row_is_what_the_document_says) {
    World world{7};
    world.table.add({.number = 5, .label = HeldText<100>{"ab"}});
    // index 0, zeros, generation 1, number 5, length 2, "ab", padding
    std::array<std::byte, 64> row{};
    row[8] = std::byte{1};
    row[16] = std::byte{5};
    row[24] = std::byte{2};
    row[28] = std::byte{'a'};
    row[29] = std::byte{'b'};
    Hash256 node = hash_bytes(host::portable_engine(), context::state_row, row);
    for (std::size_t level = 0; level < row_tree_depth; ++level) {
        std::array<Hash256, 4> children{};
        children.fill(empty_nodes[level]);
        children[0] = node;
        node = hash_bytes(host::portable_engine(), context::state_node,
                          std::as_bytes(std::span{children}));
    }
    std::array<std::byte, 64> table{};
    copy_bytes(table, node.view());
    table[32] = std::byte{1}; // rows ever added
    table[40] = std::byte{1}; // rows that live
    EXPECT_EQ(world.root(), hash_bytes(host::portable_engine(), context::state_root, table));
}

TEST(hashed_table, root_does_not_depend_on_capacity) {
    Hash256 expected{};
    for (std::uint32_t const capacity : {50U, 64U, 65U, 1000U, 5000U}) {
        World world{capacity};
        for (std::uint64_t number = 0; number < 50; ++number) {
            world.table.add(item(number));
        }
        expected = expected.is_zero() ? world.root() : expected;
        EXPECT_EQ(world.root(), expected) << capacity;
    }
}

TEST(hashed_table, allocation_takes_the_lowest_free_index) {
    World world{300};
    for (std::uint64_t number = 0; number < 300; ++number) {
        EXPECT_EQ(world.table.add(item(number)).index, number);
    }
    EXPECT_TRUE(world.table.full());
    for (std::uint32_t const index : {299U, 64U, 7U}) {
        world.table.remove(index);
    }
    EXPECT_EQ(world.table.add(item(1)).index, 7U);
    EXPECT_EQ(world.table.add(item(1)).index, 64U);
    EXPECT_EQ(world.table.add(item(1)).index, 299U);
}

TEST(hashed_table, handle_of_a_removed_row_never_finds_the_next_one_there) {
    World world{4};
    auto const old = world.table.add(item(1));
    world.table.remove(old.index);
    auto const fresh = world.table.add(item(1));
    EXPECT_EQ(old.index, fresh.index);
    EXPECT_FALSE(world.table.is_live(old));
    EXPECT_TRUE(world.table.is_live(fresh));
    EXPECT_FALSE(world.table.is_live(RowHandle{99, 1}));
    EXPECT_FALSE(world.table.is_live(RowHandle{}));
}

TEST(hashed_table, load_accepts_what_save_writes_and_has_its_root) {
    World world{40};
    for (std::uint64_t number = 0; number < 30; ++number) {
        world.table.add(item(number));
    }
    world.table.remove(3);
    World copy{100};
    ASSERT_TRUE(copy.load(world.saved()));
    EXPECT_EQ(copy.root(), world.root());
    EXPECT_EQ(copy.table.add(item(1)).index, 3U);
}

TEST(hashed_table, load_refuses_rows_out_of_order_and_is_empty_again) {
    World world{4};
    world.table.add(item(0));
    world.table.add(item(0));
    auto const sound = world.saved();
    std::size_t const row_bytes = (sound.size() - 12) / 2;
    struct Case {
        char const* name;
        std::size_t offset;
        std::uint8_t value;
        Code code;
    };
    for (auto const& [name, offset, value, code] : {
             Case{"more rows than were ever added", 8, 3, Code::out_of_range},
             Case{"more rows than capacity", 8, 5, Code::out_of_range},
             Case{"the same index twice", 12 + row_bytes, 0, Code::not_canonical},
             Case{"an index beyond capacity", 12 + row_bytes, 4, Code::not_canonical},
             Case{"generation zero", 16, 0, Code::not_canonical},
             Case{"a generation that was never given", 16, 3, Code::not_canonical},
         }) {
        auto bytes = sound;
        bytes[offset] = std::byte{value};
        World copy{4};
        Hash256 const empty = copy.root();
        auto const loaded = copy.load(bytes);
        ASSERT_FALSE(loaded) << name;
        EXPECT_EQ(loaded.error().code, code) << name;
        EXPECT_EQ(copy.root(), empty) << name;
        EXPECT_TRUE(copy.load(sound)) << name;
    }
    for (std::size_t length = 0; length < sound.size(); ++length) {
        World copy{4};
        EXPECT_FALSE(copy.load(Bytes{sound}.first(length))) << length;
    }
}

TEST(key_index, finds_what_was_inserted_and_not_what_was_erased) {
    test::OwnedArena arena{KeyIndex::bytes_for(200)};
    KeyIndex index{arena, 200};
    auto const always = [](std::uint32_t /*row*/) { return true; };
    for (std::uint32_t row = 0; row < 200; ++row) {
        index.insert(row * 1000, row);
    }
    for (std::uint32_t row = 0; row < 200; row += 3) {
        index.erase(row * 1000, row);
    }
    for (std::uint32_t row = 0; row < 200; ++row) {
        auto const found = index.find(row * 1000, always);
        EXPECT_EQ(found.has_value(), row % 3 != 0) << row;
        EXPECT_EQ(found.value_or(row), row);
    }
}

} // namespace
