// Capabilities: what may be done with them, and the neighbour of each that is refused.

#include <gtest/gtest.h>

#include <tests/support/kernel_world.hpp>

namespace axiom::kernel::test {
namespace {

class KernelAuthority : public testing::Test {
  protected:
    void done(Answer<Sequence> const& answer) {
        ASSERT_TRUE(answer) << sentence_of(answer.error().check) << ", argument "
                            << int{answer.error().argument};
    }

    /// Refused with just this, and neither state nor log has changed.
    template <class Request> void refused(Request const& request, Refusal const& why) {
        refused(world_.first, request, why);
    }
    template <class Request>
    void refused(Asker const& asker, Request const& request, Refusal const& why) {
        Hash256 const before = world_.root();
        Sequence const next = world_.log.next_sequence();
        auto const answer = world_.ask(asker, request);
        ASSERT_FALSE(answer);
        EXPECT_EQ(answer.error(), why)
            << sentence_of(answer.error().check) << " at " << int{answer.error().argument} << " ("
            << answer.error().detail << ")";
        EXPECT_EQ(world_.root(), before);
        EXPECT_EQ(world_.log.next_sequence(), next);
    }

    void create(ObjectType type, Slot into, std::uint64_t first = 0, std::uint64_t count = 0,
                Slot uses = own_space) {
        done(world_.ask(CreateRequest{.account = account_slot,
                                      .into = {.slot = into},
                                      .type = type,
                                      .first = first,
                                      .count = count,
                                      .uses = uses}));
    }

    /// A process with a space of its own, whose capability lies at `into`.
    Asker create_process(Slot into) {
        create(ObjectType::space, Slot{into.value + 1000});
        create(ObjectType::process, into, 7, 0, Slot{into.value + 1000});
        return {.process = world_.at(into)->object.row, .thread = {}};
    }

    void derive(Slot source, Slot into, Rights rights, std::uint64_t badge = 0) {
        done(world_.ask(DeriveRequest{
            .source = source, .into = {.slot = into}, .rights = rights, .badge = badge}));
    }

    KernelWorld world_;
};

TEST_F(KernelAuthority, ADerivedCapabilityHasNoRightThatItsSourceLacks) {
    create(ObjectType::endpoint, Slot{10});
    derive(Slot{10}, Slot{11}, right::read | right::write);
    derive(Slot{11}, Slot{12}, right::write);
    EXPECT_EQ(world_.at(Slot{12})->rights, right::write);
    refused(DeriveRequest{.source = Slot{12}, .into = {.slot = Slot{13}}, .rights = right::read},
            {Check::more_rights, 3, right::read.bits});
}

TEST_F(KernelAuthority, RevokeTakesEveryDescendantInEveryProcess) {
    Asker const other = create_process(Slot{20});
    create(ObjectType::endpoint, Slot{10});
    derive(Slot{10}, Slot{11}, right::all);
    done(world_.ask(DeriveRequest{
        .source = Slot{11}, .into = {.process = Slot{20}, .slot = Slot{0}}, .rights = right::all}));
    ASSERT_TRUE(world_.at(other.process, Slot{0}));
    done(world_.ask(
        other, DeriveRequest{.source = Slot{0}, .into = {.slot = Slot{1}}, .rights = right::read}));
    done(world_.ask(RevokeRequest{.slot = Slot{10}}));
    EXPECT_TRUE(world_.at(Slot{10}));
    EXPECT_FALSE(world_.at(Slot{11}));
    EXPECT_FALSE(world_.at(other.process, Slot{0}));
    EXPECT_FALSE(world_.at(other.process, Slot{1}));
}

TEST_F(KernelAuthority, RevokeNeedsTheRightToRevoke) {
    create(ObjectType::endpoint, Slot{10});
    derive(Slot{10}, Slot{11}, right::read);
    refused(RevokeRequest{.slot = Slot{11}}, {Check::rights, 0, right::revoke.bits});
}

TEST_F(KernelAuthority, WhatIsGivenUpLeavesItsDescendantsToItsSource) {
    create(ObjectType::endpoint, Slot{10});
    derive(Slot{10}, Slot{11}, right::all);
    derive(Slot{11}, Slot{12}, right::read);
    done(world_.ask(RemoveRequest{.slot = Slot{11}}));
    ASSERT_TRUE(world_.at(Slot{12}));
    done(world_.ask(RevokeRequest{.slot = Slot{10}}));
    EXPECT_FALSE(world_.at(Slot{12})) << "it must not survive its revoked source";
}

TEST_F(KernelAuthority, AnObjectLivesAsLongAsSomethingRefersToIt) {
    create(ObjectType::endpoint, Slot{10});
    ObjectName const endpoint = world_.at(Slot{10})->object;
    derive(Slot{10}, Slot{11}, right::read);
    done(world_.ask(RemoveRequest{.slot = Slot{10}}));
    EXPECT_TRUE(world_.state().lives(endpoint));
    done(world_.ask(RemoveRequest{.slot = Slot{11}}));
    EXPECT_FALSE(world_.state().lives(endpoint));
}

TEST_F(KernelAuthority, ABadgeIsGivenOnce) {
    create(ObjectType::endpoint, Slot{10});
    derive(Slot{10}, Slot{11}, right::write, 5);
    derive(Slot{11}, Slot{12}, right::write);
    EXPECT_EQ(world_.at(Slot{12})->badge, 5U) << "it stays";
    refused(
        DeriveRequest{
            .source = Slot{11}, .into = {.slot = Slot{13}}, .rights = right::write, .badge = 6},
        {Check::badge, 4, 0});
    refused(
        DeriveRequest{
            .source = self_slot, .into = {.slot = Slot{13}}, .rights = right::read, .badge = 6},
        {Check::badge, 4, 0});
}

TEST_F(KernelAuthority, IntoAnotherProcessGoesOnlyWhatMayBeGranted) {
    static_cast<void>(create_process(Slot{20}));
    create(ObjectType::endpoint, Slot{10});
    derive(Slot{10}, Slot{11}, right::read);
    refused(DeriveRequest{.source = Slot{11},
                          .into = {.process = Slot{20}, .slot = Slot{0}},
                          .rights = right::read},
            {Check::rights, 0, right::grant.bits});
    refused(MoveRequest{.source = Slot{11}, .into = {.process = Slot{20}, .slot = Slot{0}}},
            {Check::rights, 0, right::grant.bits});
    derive(Slot{20}, Slot{21}, right::read);
    refused(DeriveRequest{.source = Slot{10},
                          .into = {.process = Slot{21}, .slot = Slot{0}},
                          .rights = right::read},
            {Check::rights, 1, right::write.bits});
}

TEST_F(KernelAuthority, SlotsAreLookedAtBeforeAnythingElse) {
    create(ObjectType::endpoint, Slot{10});
    refused(RemoveRequest{.slot = Slot{slots_max}}, {Check::slot, 0, 0});
    refused(RemoveRequest{.slot = Slot{11}}, {Check::capability, 0, 0});
    refused(DeriveRequest{.source = Slot{~0U}, .into = {.slot = Slot{11}}}, {Check::slot, 0, 0});
    refused(DeriveRequest{.source = Slot{10}, .into = {.slot = Slot{10}}},
            {Check::slot_taken, 2, 0});
    refused(DeriveRequest{.source = Slot{10}, .into = {.slot = Slot{slots_max}}},
            {Check::slot, 2, 0});
    refused(DeriveRequest{.source = Slot{10}, .into = {.process = Slot{10}, .slot = Slot{1}}},
            {Check::type, 1, static_cast<std::uint64_t>(ObjectType::endpoint)});
}

TEST_F(KernelAuthority, DerivationIsBoundedInDepth) {
    create(ObjectType::endpoint, Slot{100});
    std::uint32_t const depth = world_.at(Slot{100})->depth;
    std::uint32_t slot = 100;
    for (std::uint32_t made = depth; made < depth_max; ++made, ++slot) {
        derive(Slot{slot}, Slot{slot + 1}, right::all);
    }
    EXPECT_EQ(world_.at(Slot{slot})->depth, depth_max);
    refused(
        DeriveRequest{.source = Slot{slot}, .into = {.slot = Slot{slot + 1}}, .rights = right::all},
        {Check::depth, 0, 0});
}

TEST_F(KernelAuthority, AnExpiredCapabilityIsRefusedAndThenGone) {
    create(ObjectType::endpoint, Slot{10});
    done(world_.ask(DeriveRequest{.source = Slot{10},
                                  .into = {.slot = Slot{11}},
                                  .rights = right::all,
                                  .expires = LogTime{50}}));
    refused(DeriveRequest{.source = Slot{11},
                          .into = {.slot = Slot{12}},
                          .rights = right::read,
                          .expires = LogTime{51}},
            {Check::expired, 5, 0});
    done(world_.ask(
        DeriveRequest{.source = Slot{11}, .into = {.slot = Slot{12}}, .rights = right::read}));
    EXPECT_EQ(world_.at(Slot{12})->expires, LogTime{50}) << "with its source";
    world_.domain.tick(LogTime{49});
    EXPECT_TRUE(world_.at(Slot{11}));
    world_.domain.tick(LogTime{50});
    EXPECT_FALSE(world_.at(Slot{11}));
    EXPECT_FALSE(world_.at(Slot{12}));
    EXPECT_TRUE(world_.at(Slot{10}));
}

TEST_F(KernelAuthority, RunningOutIsARefusalThatNamesTheResource) {
    done(world_.ask(
        AccountRequest{.account = account_slot,
                       .into = {.slot = Slot{30}},
                       .limit = {.pages = 10, .objects = 2, .capabilities = 3, .threads = 1}}));
    auto const create_with = [&](ObjectType type, Slot into, std::uint64_t count = 0) {
        return CreateRequest{.account = Slot{30},
                             .into = {.slot = into},
                             .type = type,
                             .count = count,
                             .uses = own_space};
    };
    refused(create_with(ObjectType::region, Slot{31}, 11),
            {Check::quota, 0, static_cast<std::uint64_t>(Resource::pages)});
    done(world_.ask(create_with(ObjectType::region, Slot{31}, 10)));
    done(world_.ask(create_with(ObjectType::endpoint, Slot{32})));
    refused(create_with(ObjectType::endpoint, Slot{33}),
            {Check::quota, 0, static_cast<std::uint64_t>(Resource::objects)});
    done(world_.ask(RemoveRequest{.slot = Slot{31}}));
    done(world_.ask(create_with(ObjectType::region, Slot{31}, 10)));
    refused(AccountRequest{.account = Slot{30}, .into = {.slot = Slot{34}}, .limit = {.pages = 1}},
            {Check::quota, 0, static_cast<std::uint64_t>(Resource::pages)});
}

TEST_F(KernelAuthority, RevokingAnAccountTakesEverythingMadeWithIt) {
    done(world_.ask(
        AccountRequest{.account = account_slot,
                       .into = {.slot = Slot{30}},
                       .limit = {.pages = 8, .objects = 10, .capabilities = 10, .threads = 4}}));
    Quota const before = world_.state().accounts().row(0).used;
    auto const make = [&](ObjectType type, Slot into, Slot uses = own_space) {
        done(world_.ask(CreateRequest{
            .account = Slot{30}, .into = {.slot = into}, .type = type, .uses = uses}));
    };
    make(ObjectType::space, Slot{31});
    make(ObjectType::process, Slot{32}, Slot{31});
    make(ObjectType::thread, Slot{33}, Slot{32});
    Asker const child{.process = world_.at(Slot{32})->object.row};
    done(world_.ask(DeriveRequest{
        .source = Slot{32}, .into = {.process = Slot{32}, .slot = Slot{0}}, .rights = right::all}));
    done(world_.ask(RevokeRequest{.slot = Slot{30}}));
    EXPECT_FALSE(world_.state().processes().is_live(child.process)) << "though it held itself";
    EXPECT_EQ(world_.state().threads().size(), 0U);
    EXPECT_EQ(world_.state().accounts().row(0).used, before);
    refused(child, RemoveRequest{.slot = Slot{0}}, {Check::ended, no_argument, 0});
}

TEST_F(KernelAuthority, AnEndedProcessHoldsNothingAndKeepsItsExitCode) {
    Asker const other = create_process(Slot{20});
    create(ObjectType::endpoint, Slot{10});
    done(world_.ask(DeriveRequest{
        .source = Slot{10}, .into = {.process = Slot{20}, .slot = Slot{3}}, .rights = right::all}));
    done(world_.ask(other, ExitRequest{.what = ObjectType::process, .code = 9}));
    EXPECT_FALSE(world_.at(other.process, Slot{3}));
    ASSERT_TRUE(world_.state().processes().is_live(other.process));
    EXPECT_EQ(world_.state().processes().row(other.process.index).exit_code, 9U);
    refused(EndRequest{.slot = Slot{20}}, {Check::ended, 0, 0});
    done(world_.ask(RemoveRequest{.slot = Slot{20}}));
    EXPECT_FALSE(world_.state().processes().is_live(other.process));
}

TEST_F(KernelAuthority, DevicesAreCarvedFromWhatTheMachineGave) {
    auto const carve = [](ObjectType type, Slot into, std::uint64_t first, std::uint64_t count,
                          Slot from) {
        return CreateRequest{.account = account_slot,
                             .into = {.slot = into},
                             .type = type,
                             .first = first,
                             .count = count,
                             .uses = from};
    };
    done(world_.ask(carve(ObjectType::ports, Slot{10}, 0x3F8, 8, ports_slot)));
    done(world_.ask(carve(ObjectType::ports, Slot{11}, 0x3FA, 2, Slot{10})));
    refused(carve(ObjectType::ports, Slot{12}, 0x3F7, 2, Slot{10}), {Check::range, 4, 0});
    refused(carve(ObjectType::ports, Slot{12}, 0x3FF, 2, Slot{10}), {Check::range, 4, 0});
    refused(carve(ObjectType::ports, Slot{12}, ~std::uint64_t{0}, 2, ports_slot),
            {Check::range, 4, 0});
    done(world_.ask(carve(ObjectType::interrupt, Slot{13}, 4, 0, lines_slot)));
    refused(carve(ObjectType::interrupt, Slot{14}, 5, 0, Slot{13}), {Check::range, 4, 0});
    done(world_.ask(carve(ObjectType::region, Slot{15}, 0xFEE00, 1, registers_slot)));
    refused(carve(ObjectType::region, Slot{16}, 0xFEE01, 1, Slot{15}), {Check::range, 4, 0});
    done(world_.ask(RevokeRequest{.slot = ports_slot}));
    EXPECT_FALSE(world_.at(Slot{10}));
    EXPECT_FALSE(world_.at(Slot{11}));
}

TEST_F(KernelAuthority, BindingsHoldWhatTheyBind) {
    create(ObjectType::thread, Slot{10}, 3, 0, self_slot);
    create(ObjectType::context, Slot{11}, 1000, 10'000);
    ObjectName const context = world_.at(Slot{11})->object;
    done(world_.ask(
        BindRequest{.binding = Binding::context, .subject = Slot{10}, .target = Slot{11}}));
    done(world_.ask(RemoveRequest{.slot = Slot{11}}));
    EXPECT_TRUE(world_.state().lives(context));
    done(world_.ask(
        BindRequest{.binding = Binding::context, .subject = Slot{10}, .target = own_space}));
    EXPECT_FALSE(world_.state().lives(context));
    refused(BindRequest{.binding = Binding::faults, .subject = Slot{10}, .target = Slot{10}},
            {Check::type, 1, static_cast<std::uint64_t>(ObjectType::thread)});
    refused(BindRequest{.binding = Binding::line, .subject = lines_slot, .target = own_space},
            {Check::range, 0, 0});
}

TEST_F(KernelAuthority, ASnapshotIsTheStateAndForgedOnesAreRefused) {
    static_cast<void>(create_process(Slot{20}));
    create(ObjectType::endpoint, Slot{10});
    derive(Slot{10}, Slot{11}, right::read);
    std::vector<std::byte> bytes(world_.domain.save_bytes_max());
    Writer writer{bytes};
    ASSERT_TRUE(world_.domain.save(writer));
    bytes.resize(writer.size());

    KernelWorld other;
    other.domain.clear();
    Reader reader{bytes};
    ASSERT_TRUE(other.domain.load(reader));
    EXPECT_EQ(other.root(), world_.root());

    std::size_t accepted = 0;
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        bytes[at] ^= std::byte{1};
        other.domain.clear();
        Reader damaged{bytes};
        if (other.domain.load(damaged)) {
            ++accepted; // a badge or a label may be any; what rests on rows may not
            EXPECT_NE(other.root(), world_.root()) << at;
        }
        bytes[at] ^= std::byte{1};
    }
    EXPECT_LT(accepted, bytes.size() / 2);
}

TEST_F(KernelAuthority, TooDeepADerivationIsTheFaultOfTheArgumentThatItComesFrom) {
    constexpr std::uint32_t deepest = 100 + depth_max - 1;
    for (std::uint32_t slot = 100; slot <= deepest; ++slot) {
        derive(slot == 100 ? lines_slot : Slot{slot - 1}, Slot{slot}, right::all);
    }
    refused(DeriveRequest{.source = Slot{deepest}, .into = {.slot = Slot{10}}},
            {Check::depth, 0, 0});
    refused(CreateRequest{.account = account_slot,
                          .into = {.slot = Slot{10}},
                          .type = ObjectType::interrupt,
                          .first = 5,
                          .uses = Slot{deepest}},
            {Check::depth, 6, 0});
}

} // namespace
} // namespace axiom::kernel::test
