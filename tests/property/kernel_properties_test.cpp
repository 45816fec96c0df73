// The kernel's authority against a plain model, under requests that are mostly nearly right.

#include <array>
#include <map>
#include <optional>
#include <vector>

#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>

#include <kernel/cap/look.hpp>
#include <tests/support/choices.hpp>
#include <tests/support/kernel_model.hpp>
#include <tests/support/kernel_world.hpp>

namespace axiom::kernel::test {
namespace {

constexpr KernelCapacities roomy{.accounts = 64,
                                 .processes = 64,
                                 .threads = 64,
                                 .spaces = 64,
                                 .regions = 64,
                                 .endpoints = 64,
                                 .notifications = 64,
                                 .contexts = 64,
                                 .interrupts = 64,
                                 .ports = 64,
                                 .capabilities = 256};

// So tight that accounts run dry in the middle of things.
constexpr Quota tight{.pages = 40,
                      .objects = 24,
                      .capabilities = 30,
                      .threads = 5,
                      .cpu_us = 900'000,
                      .log_bytes = 1000};

using axiom::test::Choices;

Slot any_slot(Choices& choose) {
    return Slot{static_cast<std::uint32_t>(choose.below(20))};
}

/// The world and the model side by side, with what each calls the same thing.
class SideBySide {
  public:
    SideBySide() : world_{roomy, tight}, model_{world_.start} {
        handles_[KernelModel::first_process] = world_.first.process;
    }

    void step(Choices& choose) {
        int const process = living_process(choose);
        switch (choose.below(10)) {
        case 0:
            return ask(process, account(process, choose));
        case 1:
        case 2:
        case 3:
            return ask(process, create(process, choose));
        case 4:
        case 5:
            return ask(process, derive(process, choose));
        case 6:
            return ask(process, MoveRequest{.source = slot_of(process, choose),
                                            .into = target(process, choose)});
        case 7:
            return take_away(process, choose);
        case 8:
            return ask(process, bind(process, choose));
        default:
            now_ += choose.below(3);
            world_.tick(LogTime{now_});
            model_.tick(now_);
            return agree();
        }
    }

    void replays_to_the_same() {
        RC_ASSERT(world_.shadow_root() == world_.root());
        std::vector<std::byte> bytes(world_.domain.save_bytes_max());
        Writer writer{bytes};
        RC_ASSERT(world_.domain.save(writer).has_value());
        KernelWorld other{roomy, tight};
        other.domain.clear();
        Reader reader{writer.written()};
        RC_ASSERT(other.domain.load(reader).has_value());
        RC_ASSERT(other.root() == world_.root());
    }

  private:
    int living_process(Choices& choose) {
        std::vector<int> living;
        for (auto const& [name, handle] : handles_) {
            if (model_.alive(name)) {
                living.push_back(name);
            }
        }
        RC_PRE(!living.empty());
        return living[choose.below(living.size())];
    }

    // Mostly a slot that holds a capability of this type.
    Slot slot_of(int process, Choices& choose, std::optional<ObjectType> type = {}) {
        std::vector<Slot> held;
        for (auto const& [name, capability] : model_.capabilities()) {
            bool const fits = !type || model_.objects().at(capability.object).type == *type;
            if (capability.process == process && fits) {
                held.push_back(Slot{capability.slot});
            }
        }
        bool const any = held.empty() || choose.below(8) == 7;
        return any ? any_slot(choose) : held[choose.below(held.size())];
    }

    Target target(int process, Choices& choose) {
        bool const own = choose.below(3) != 2;
        return {.process = own ? own_space : slot_of(process, choose, ObjectType::process),
                .slot = any_slot(choose)};
    }

    AccountRequest account(int process, Choices& choose) {
        return {.account = slot_of(process, choose, ObjectType::account),
                .into = target(process, choose),
                .limit = {.pages = choose.below(20),
                          .objects = choose.below(12),
                          .capabilities = choose.below(16),
                          .threads = choose.below(4),
                          .cpu_us = choose.below(500'000),
                          .log_bytes = choose.below(500)}};
    }

    CreateRequest create(int process, Choices& choose) {
        auto const type = static_cast<ObjectType>(choose.below(object_types));
        auto const held = [&](ObjectType used) { return slot_of(process, choose, used); };
        CreateRequest request{.account = held(ObjectType::account),
                              .into = target(process, choose),
                              .type = type,
                              .uses = own_space};
        switch (type) {
        case ObjectType::process:
            request.uses = held(ObjectType::space);
            request.count = choose.one_of<std::uint64_t>({0, 0, 0, 40, 64});
            request.first = choose.one_of<std::uint64_t>({1, 1, 1, 7});
            break;
        case ObjectType::thread:
            request.uses = held(ObjectType::process);
            request.first = choose.one_of<std::uint64_t>({0, 20, 30, 63, 64, 255, 256});
            break;
        case ObjectType::context:
            request.first = choose.below(2000);
            request.count = choose.one_of<std::uint64_t>({1000, 10'000, 50});
            break;
        case ObjectType::region:
            request.count = choose.below(30);
            request.first = choose.one_of<std::uint64_t>({0, 0, 5, 8});
            request.uses = request.first != 0 ? held(ObjectType::region) : own_space;
            break;
        case ObjectType::interrupt:
        case ObjectType::ports:
            request.first = choose.below(20);
            request.count = choose.below(5);
            request.uses = held(type);
            break;
        default:
            request.uses = choose.one_of({own_space, own_space, own_space, Slot{3}});
        }
        return request;
    }

    DeriveRequest derive(int process, Choices& choose) {
        bool const all = choose.below(2) == 0;
        auto const type = choose.one_of<std::optional<ObjectType>>(
            {std::nullopt, std::nullopt, ObjectType::endpoint});
        return {.source = slot_of(process, choose, type),
                .into = target(process, choose),
                .rights = all ? right::all : Rights{static_cast<std::uint8_t>(choose.below(64))},
                .badge = choose.one_of<std::uint64_t>({0, 0, 0, 1, 2}),
                .expires = LogTime{choose.one_of<std::uint64_t>({0, 0, 0, 3, 10, 20})}};
    }

    BindRequest bind(int process, Choices& choose) {
        constexpr std::array targets{ObjectType::context, ObjectType::endpoint,
                                     ObjectType::notification, ObjectType::notification,
                                     ObjectType::endpoint};
        auto const binding = choose.below(targets.size());
        bool const line = static_cast<Binding>(binding) == Binding::line;
        bool const none = choose.below(4) == 3;
        return {
            .binding = static_cast<Binding>(binding),
            .subject = slot_of(process, choose, line ? ObjectType::interrupt : ObjectType::thread),
            .target = none ? own_space : slot_of(process, choose, targets[binding]),
            .bit =
                static_cast<std::uint8_t>(choose.one_of<unsigned>({0, 0, 0, line ? 63U : 1U, 64}))};
    }

    // Seldom what everything else descends from, or little would be left to see.
    Slot slot_to_lose(int process, Choices& choose) {
        Slot const slot = slot_of(process, choose);
        bool const root = process == KernelModel::first_process && slot.value < start_capabilities;
        return root && choose.below(16) != 7 ? any_slot(choose) : slot;
    }

    void take_away(int process, Choices& choose) {
        switch (choose.below(8)) {
        case 5: {
            auto const type = choose.one_of({ObjectType::thread, ObjectType::process});
            return ask(process, EndRequest{.slot = slot_of(process, choose, type), .code = 1});
        }
        case 6:
            if (process != KernelModel::first_process) {
                return ask(process, ExitRequest{.what = ObjectType::process, .code = 2});
            }
            [[fallthrough]];
        case 7:
            return ask(process, RevokeRequest{.slot = slot_to_lose(process, choose),
                                              .itself = choose.below(2) == 0});
        default:
            return ask(process, RemoveRequest{.slot = slot_to_lose(process, choose)});
        }
    }

    template <class Request> void ask(int process, Request const& request) {
        Asker const asker{.process = handles_.at(process), .thread = {}};
        Hash256 const before = world_.root();
        Sequence const next = world_.log.next_sequence();
        bool const expected = model_.ask(process, request);
        auto const answer = world_.ask(asker, request);
        if (!answer) {
            RC_LOG() << sentence_of(answer.error().check) << ", argument "
                     << int{answer.error().argument} << "\n";
        }
        RC_ASSERT(answer.has_value() == expected);
        RC_ASSERT(world_.log.next_sequence().value == next.value + (expected ? 1 : 0));
        RC_ASSERT(expected || world_.root() == before);
        agree();
    }

    // Who holds what, and what that costs.
    void agree() {
        RC_ASSERT(world_.state().capabilities().size() == model_.capabilities().size());
        for (auto const& [name, capability] : model_.capabilities()) {
            auto const* const row =
                world_.at(handles_.at(capability.process), Slot{capability.slot});
            RC_ASSERT(row != nullptr);
            RC_ASSERT(row->rights.bits == capability.rights);
            RC_ASSERT(row->badge == capability.badge);
            RC_ASSERT(row->expires.value == capability.expires);
            RC_ASSERT(row->depth == capability.depth);
            auto const known = names_.try_emplace(capability.object, row->object);
            RC_ASSERT(known.first->second == row->object);
            if (row->object.type == ObjectType::process) {
                handles_[capability.object] = row->object.row;
                RC_ASSERT(world_.state().processes().row(row->object.row.index).principal.value ==
                          model_.objects().at(capability.object).principal);
            }
        }
        std::map<ObjectType, std::uint32_t> counts;
        for (auto const& [name, object] : model_.objects()) {
            ++counts[object.type];
            if (names_.contains(name)) {
                agree_on_uses(names_.at(name), object);
            }
            if (object.type == ObjectType::account && names_.contains(name)) {
                RowHandle const row = names_.at(name).row;
                RC_ASSERT(world_.state().accounts().row(row.index).used == model_.spent(name));
            }
        }
        world_.state().for_each_object_table(
            [&](ObjectType type, auto const& table) { RC_ASSERT(table.size() == counts[type]); });
    }

    // What an object has of others, and through which capability.
    void agree_on_uses(ObjectName const& object, ModelObject const& model) {
        auto const agree_on = [&](Bound const& bound, std::optional<ModelUse> const& use) {
            RC_ASSERT((bound.target.generation != 0) == use.has_value());
            if (use && names_.contains(use->object)) {
                RC_ASSERT(bound.target == names_.at(use->object).row);
            }
            RC_ASSERT((bound.through.generation != 0) == (use && use->through));
            if (use && use->through) {
                ModelCapability const& through = model_.capabilities().at(*use->through);
                auto const* const held =
                    world_.at(handles_.at(through.process), Slot{through.slot});
                RC_ASSERT(held == &world_.state().capabilities().row(bound.through.index));
            }
            RC_ASSERT(bound.badge == (use ? use->badge : 0));
        };
        auto const bound_to = [&](std::optional<Binding> binding) {
            auto const found = model.uses.find(binding);
            return found == model.uses.end() ? std::nullopt : std::optional{found->second};
        };
        if (object.type == ObjectType::thread) {
            ThreadRow const& row = world_.state().threads().row(object.row.index);
            agree_on(row.context, bound_to(Binding::context));
            agree_on(row.faults, bound_to(Binding::faults));
            agree_on(row.budgets, bound_to(Binding::budgets));
            agree_on(row.signals, bound_to(Binding::signals));
            RC_ASSERT((row.life == Life::ended) == model.ended);
            if (!model.ended) {
                agree_on(row.process, model.process);
            }
        } else if (object.type == ObjectType::process) {
            agree_on(world_.state().processes().row(object.row.index).space,
                     bound_to(std::nullopt));
        } else if (object.type == ObjectType::interrupt) {
            agree_on(world_.state().interrupts().row(object.row.index).notification,
                     bound_to(Binding::line));
        }
    }

    KernelWorld world_;
    KernelModel model_;
    std::map<int, RowHandle> handles_; // of processes
    std::map<int, ObjectName> names_;
    std::uint64_t now_{};
};

RC_GTEST_PROP(kernel, does_what_a_plain_model_says_and_replays_to_it, ()) {
    Choices choose{*rc::gen::resize(
        2000, rc::gen::container<std::vector<std::uint32_t>>(rc::gen::inRange(0U, 5040U)))};
    SideBySide both;
    while (choose.more()) {
        both.step(choose);
    }
    both.replays_to_the_same();
}

TEST(KernelBadge, IsGivenOnceAndStays) {
    KernelWorld world{roomy, ample};
    auto const derive = [&](std::uint32_t from, std::uint32_t into, std::uint64_t badge) {
        return world.ask(DeriveRequest{.source = Slot{from},
                                       .into = {.slot = Slot{into}},
                                       .rights = right::all,
                                       .badge = badge});
    };
    ASSERT_TRUE(world.ask(CreateRequest{.account = account_slot,
                                        .into = {.slot = Slot{10}},
                                        .type = ObjectType::endpoint,
                                        .uses = own_space}));
    ASSERT_TRUE(derive(10, 11, 7));
    EXPECT_EQ(derive(11, 12, 8).error().check, Check::badge);
    ASSERT_TRUE(derive(11, 12, 0));
    EXPECT_EQ(world.at(Slot{12})->badge, 7U);
}

// However many they are, and whatever descends from them.
TEST(KernelExpiry, ATickTakesEverythingWhoseTimeHasCome) {
    KernelWorld world{roomy, ample};
    KernelModel model{world.start};
    std::size_t const before = world.state().capabilities().size();
    for (std::uint32_t made = 0; made < 90; ++made) {
        DeriveRequest const request{.source = made % 10 == 9 ? Slot{100 + made - 1} : account_slot,
                                    .into = {.slot = Slot{100 + made}},
                                    .rights = right::all,
                                    .expires = LogTime{made == 0 ? 9U : 5U}};
        ASSERT_TRUE(world.ask(request));
        ASSERT_TRUE(model.ask(KernelModel::first_process, request));
    }
    world.tick(LogTime{5});
    model.tick(5);
    EXPECT_EQ(world.state().capabilities().size(), before + 1);
    EXPECT_EQ(world.state().capabilities().size(), model.capabilities().size());
    EXPECT_NE(world.at(Slot{100}), nullptr) << "its time has not come";
    EXPECT_EQ(world.shadow_root(), world.root());
}

TEST(KernelExpiry, IsReadWhereverACapabilityIsLookedUp) {
    std::vector<std::byte> memory(SlotViews::bytes_for(4));
    Arena arena{MutableBytes{memory}};
    SlotViews slots{arena, 4};
    RowHandle const holder{0, 1};
    slots.insert({0, 1}, {.holder = holder,
                          .slot = Slot{3},
                          .object = {ObjectType::endpoint, {0, 1}},
                          .rights = right::all,
                          .expires = LogTime{5}});
    slots.set_now(LogTime{4});
    EXPECT_TRUE(look(slots, holder, Slot{3}, {}).has_value());
    slots.set_now(LogTime{5});
    EXPECT_EQ(look(slots, holder, Slot{3}, {}).error().check, Check::expired);
}

} // namespace
} // namespace axiom::kernel::test
