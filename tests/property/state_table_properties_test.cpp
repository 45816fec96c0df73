// Tables and the log domain against plain models.

#include <map>

#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>

#include <axiom/domain/hashed_table.hpp>
#include <tests/support/log_state_world.hpp>

namespace {

struct Cell {
    std::uint64_t number{};
};

} // namespace

template <> struct axiom::Schema<Cell> {
    static constexpr auto fields = Fields{Field{"number", &Cell::number, "a number"}};
};

namespace {

using namespace axiom;
using test::LogStateWorld;

using Step = std::tuple<std::uint8_t, std::uint8_t, std::uint16_t>;

struct TableWorld {
    explicit TableWorld(std::uint32_t capacity)
        : arena{HashedTable<Cell>::bytes_for(capacity)}, table{arena, capacity} {}
    Hash256 root() { return table.root(host::portable_engine()); }

    test::OwnedArena arena;
    HashedTable<Cell> table;
};

/// The same rows put into a fresh table of another capacity, and hashed there from nothing.
Hash256 root_from_scratch(TableWorld const& world) {
    std::vector<std::byte> bytes(HashedTable<Cell>::save_bytes_max(world.table.capacity()));
    Writer writer{bytes};
    world.table.save(writer).value();
    Reader reader{writer.written()};
    TableWorld fresh{world.table.capacity() * 5 + 1};
    fresh.table.load(reader).value();
    return fresh.root();
}

RC_GTEST_PROP(tables, have_the_root_of_their_rows_whatever_their_history,
              (std::vector<Step> const& steps)) {
    TableWorld world{40};
    std::map<std::uint32_t, std::uint64_t> model;
    for (auto const& [what, where, number] : steps) {
        std::uint32_t const index = where % 40;
        if (what % 4 == 0 && model.contains(index)) {
            world.table.remove(index);
            model.erase(index);
        } else if (what % 4 == 1 && model.contains(index)) {
            world.table.edit(index).number = number;
            model[index] = number;
        } else if (what % 16 == 2) {
            RC_ASSERT(world.root() == root_from_scratch(world));
        } else if (model.size() < 40) {
            std::uint32_t lowest = 0;
            while (model.contains(lowest)) {
                ++lowest;
            }
            RC_ASSERT(world.table.add({number}).index == lowest);
            model[lowest] = number;
        }
    }
    RC_ASSERT(world.table.size() == model.size());
    for (auto const& [index, number] : model) {
        RC_ASSERT(world.table.row(index).number == number);
    }
    RC_ASSERT(world.root() == root_from_scratch(world));
}

RC_GTEST_PROP(log_state, answers_producers_like_a_list_of_all_their_entries,
              (std::vector<Step> const& steps)) {
    LogStateWorld world;
    world.begin().value();
    std::map<std::uint64_t, std::vector<Sequence>> model;
    for (auto const& [who, how, back] : steps) {
        std::uint64_t const producer = who % 5 + 1;
        auto& entries = model[producer];
        // A burst, so that windows are left behind; then a question about some number.
        for (int burst = how % 40; burst > 0; --burst) {
            ProducerNumber const next{entries.size() + 1};
            auto const fresh = world.state.check_producer(ProducerId{producer}, next);
            bool const room = !entries.empty() || std::ranges::count_if(model, [](auto const& row) {
                                                      return !row.second.empty();
                                                  }) < test::small_capacities.producers;
            RC_ASSERT(fresh.has_value() == room);
            if (!room) {
                RC_ASSERT(fresh.error().code == Code::table_full);
                break;
            }
            entries.push_back(world.state.next());
            world.take_foreign(ProducerId{producer}, next).value();
        }
        std::uint64_t const number = back % (entries.size() + 3);
        auto const answer =
            world.state.check_producer(ProducerId{producer}, ProducerNumber{number});
        if (number == 0 || number > entries.size() + 1) {
            RC_ASSERT(answer.error().code == Code::number_gap);
        } else if (number + producer_results_kept <= entries.size()) {
            RC_ASSERT(answer.error().code == Code::too_old);
        } else if (number <= entries.size()) {
            RC_ASSERT(answer.value() == std::optional{entries[number - 1]});
        }
    }
    RC_ASSERT(world.state.facts().irregular == 0U);
}

RC_GTEST_PROP(log_state, meters_accounts_like_a_sum_over_milliseconds,
              (std::vector<Step> const& steps)) {
    LogStateWorld world;
    world.begin().value();
    AccountId const account{4};
    constexpr std::uint64_t rate = 700;
    constexpr std::uint64_t burst = 3000;
    world.take(LogKind::account, AccountEntry{account, rate, burst}).value();
    std::uint64_t left = burst * 1000; // thousandths of a byte
    std::uint64_t now = 0;
    for (auto const& [what, by, size] : steps) {
        if (what % 2 == 0) {
            for (int passed = by % 128; passed > 0; --passed) {
                ++now;
                left = std::min(burst * 1000, left + rate);
            }
            world.take(LogKind::tick, Tick{.now = LogTime{now}}).value();
        } else {
            std::uint32_t const body = size % 3000;
            std::uint64_t const bytes = entry_bytes(body);
            bool const fits = bytes * 1000 <= left;
            RC_ASSERT(world.state.check_rate(account, bytes).has_value() == fits);
            if (fits) {
                world.take_foreign({}, {}, account, body).value();
                left -= bytes * 1000;
            }
        }
        RC_ASSERT(world.state.check_rate(account, left / 1000));
        RC_ASSERT(!world.state.check_rate(account, left / 1000 + 1));
    }
}

RC_GTEST_PROP(log_state, counts_erasures_and_moves_marks_like_a_map,
              (std::vector<Step> const& steps)) {
    LogStateWorld world;
    world.begin().value();
    std::map<std::string, Sequence> marks;
    std::uint64_t erased = 0;
    for (auto const& [what, name, target] : steps) {
        Sequence const at{target % (world.state.next().value + 2)};
        bool const earlier = at < world.state.next();
        if (what % 2 == 0) {
            RC_ASSERT(world.take(LogKind::erase, Erase{at, ""}).has_value() == earlier);
            erased += earlier ? 1 : 0;
            continue;
        }
        std::string const text(1, static_cast<char>('a' + name % 5));
        bool const room = marks.contains(text) || marks.size() < test::small_capacities.marks;
        RC_ASSERT(world.take(LogKind::mark, Mark{text, at}).has_value() == (earlier && room));
        if (earlier && room) {
            marks[text] = at;
        }
    }
    RC_ASSERT(world.state.facts().erased == erased);
    for (auto const& [text, at] : marks) {
        RC_ASSERT(world.state.mark(text) == at);
    }
}

} // namespace
