// What objects have of each other through capabilities, in authority alone: how long it lasts, and
// what no entry and no snapshot may say of it.

#include <algorithm>

#include <gtest/gtest.h>

#include <axiom/codec/value.hpp>
#include <kernel/event/preconditions.hpp>
#include <tests/support/kernel_invariants.hpp>
#include <tests/support/kernel_world.hpp>

namespace axiom::kernel::test {
namespace {

class KernelTies : public testing::Test {
  protected:
    static constexpr Slot endpoint{10};
    static constexpr Slot child{11}; // of it, badge 7
    static constexpr Slot thread{12};
    static constexpr Slot process{20};
    static constexpr Slot space{21};

    KernelTies() {
        create(ObjectType::space, space);
        create(ObjectType::process, process, 7, space);
        create(ObjectType::endpoint, endpoint);
        create(ObjectType::thread, thread, 0, process);
    }
    ~KernelTies() override {
        EXPECT_EQ(first_broken(world_.state()), "");
        EXPECT_EQ(world_.shadow_root(), world_.root());
    }

    template <class Request> void ask(Request const& request) {
        auto const answer = world_.ask(request);
        ASSERT_TRUE(answer) << sentence_of(answer.error().check);
    }
    void create(ObjectType type, Slot into, std::uint64_t first = 0, Slot uses = own_space) {
        ask(CreateRequest{.account = account_slot,
                          .into = {.slot = into},
                          .type = type,
                          .first = first,
                          .uses = uses,
                          .label = {}});
    }
    void derive(Slot source, Slot into, std::uint64_t badge = 0, LogTime expires = {}) {
        ask(DeriveRequest{.source = source,
                          .into = {.slot = into},
                          .rights = right::all,
                          .badge = badge,
                          .expires = expires,
                          .label = {}});
    }
    void bind_faults(Slot target) {
        ask(BindRequest{.binding = Binding::faults, .subject = thread, .target = target});
    }
    [[nodiscard]] Bound const& faults() const {
        return world_.state().threads().row(world_.at(thread)->object.row.index).faults;
    }
    [[nodiscard]] std::optional<Check> why_not(Bind const& bind) const {
        auto const answer = precondition(world_.state(), bind);
        return answer ? std::nullopt : std::optional{answer.error().check};
    }
    [[nodiscard]] RowHandle capability(Slot slot) const {
        auto const found = world_.state().slots().find(world_.first.process, slot);
        return found ? found->capability : RowHandle{};
    }

    KernelWorld world_;
};

TEST_F(KernelTies, SayThroughWhichCapabilityTheyAreAndWithItsBadge) {
    derive(endpoint, child, 7);
    bind_faults(child);
    EXPECT_EQ(faults().target, world_.at(endpoint)->object.row);
    EXPECT_EQ(faults().through, capability(child));
    EXPECT_EQ(faults().badge, 7U);
}

TEST_F(KernelTies, OfACapabilityThatIsGivenUpAreItsParentsAndKeepItsBadge) {
    derive(endpoint, child, 7);
    bind_faults(child);
    ask(RemoveRequest{.slot = child});
    EXPECT_EQ(faults().through, capability(endpoint));
    EXPECT_EQ(faults().badge, 7U);
    ask(RevokeRequest{.slot = endpoint, .itself = false});
    EXPECT_EQ(faults().through, capability(endpoint)) << "it is that one's own by now";
    ask(RemoveRequest{.slot = endpoint});
    EXPECT_EQ(faults().through, capability(account_slot));
    ask(RevokeRequest{.slot = account_slot, .itself = false});
    EXPECT_EQ(world_.state().threads().size(), 0U);
}

TEST_F(KernelTies, GoWithWhatTheirsWasDerivedFrom) {
    derive(endpoint, child, 7);
    bind_faults(child);
    ask(RevokeRequest{.slot = endpoint, .itself = false});
    EXPECT_EQ(faults().target, RowHandle{});
    EXPECT_EQ(faults().through, RowHandle{});
    EXPECT_EQ(faults().badge, 0U);
}

TEST_F(KernelTies, GoWhenTheirCapabilityExpires) {
    derive(endpoint, child, 0, LogTime{5});
    bind_faults(child);
    world_.tick(LogTime{4});
    EXPECT_NE(faults().target, RowHandle{});
    world_.tick(LogTime{5});
    EXPECT_EQ(faults().target, RowHandle{});
}

TEST_F(KernelTies, DoNotOutliveAnExpiryByTheCapabilityBeingGivenUp) {
    derive(endpoint, child, 0, LogTime{5});
    bind_faults(child);
    ask(RemoveRequest{.slot = child});
    EXPECT_EQ(faults().target, RowHandle{});
}

TEST_F(KernelTies, ThroughAnotherCapabilityAreThatOnes) {
    derive(endpoint, child, 7);
    bind_faults(child);
    bind_faults(endpoint);
    ask(RevokeRequest{.slot = child, .itself = true});
    EXPECT_EQ(faults().through, capability(endpoint));
    EXPECT_EQ(faults().badge, 0U);
}

// What the cascade would go through next ends with what it took.
TEST_F(KernelTies, OfAProcessThatHoldsTheRestOfTheCascade) {
    constexpr Slot inner{30};
    derive(space, child);
    create(ObjectType::process, inner, 7, child);
    ask(DeriveRequest{.source = child,
                      .into = {.process = inner, .slot = Slot{0}},
                      .rights = right::all,
                      .label = {}});
    Asker const within{.process = world_.at(inner)->object.row, .thread = {}};
    ASSERT_TRUE(world_.ask(within, DeriveRequest{.source = Slot{0},
                                                 .into = {.slot = Slot{1}},
                                                 .rights = right::all,
                                                 .label = {}}));
    ask(RevokeRequest{.slot = space, .itself = true});
    EXPECT_FALSE(world_.state().is_alive(within.process));
    EXPECT_FALSE(world_.state().first_held(within.process.index));
    EXPECT_FALSE(world_.state().is_alive(world_.at(process)->object.row));
}

// ── what is not taken ──────────────────────────────────────────────────────────────────────────

TEST_F(KernelTies, ThroughACapabilityToSomethingElseMakeNoEntry) {
    create(ObjectType::endpoint, child);
    Bind bind{.binding = Binding::faults,
              .subject = world_.at(thread)->object.row,
              .target = world_.at(endpoint)->object.row,
              .through = capability(endpoint),
              .bit = 0};
    EXPECT_EQ(why_not(bind), std::nullopt);
    bind.through = capability(child);
    EXPECT_EQ(why_not(bind), Check::type);
    bind.through = {};
    EXPECT_EQ(why_not(bind), Check::capability);
    bind = {.binding = Binding::faults,
            .subject = bind.subject,
            .target = {},
            .through = capability(child),
            .bit = 0};
    EXPECT_EQ(why_not(bind), Check::argument);
}

class KernelForgedTies : public KernelTies {
  protected:
    /// Whether the state is taken if `was` reads `is` in its snapshot.
    [[nodiscard]] bool is_taken(Bound const& was, Bound const& is) {
        std::vector<std::byte> bytes(world_.domain.save_bytes_max());
        Writer writer{bytes};
        AXIOM_ASSERT(world_.domain.save(writer));
        bytes.resize(writer.size());
        std::array<std::byte, 64> wanted{};
        std::array<std::byte, 64> other{};
        auto const from = encode_whole(wanted, was);
        auto const to = encode_whole(other, is);
        auto const found = std::ranges::search(bytes, *from);
        AXIOM_ASSERT(!found.empty());
        std::ranges::copy(*to, found.begin());
        KernelWorld into;
        into.domain.clear();
        Reader reader{bytes};
        return into.domain.load(reader).has_value();
    }
};

TEST_F(KernelForgedTies, AreRefused) {
    derive(endpoint, child, 7);
    bind_faults(child);
    Bound const sound = faults();
    EXPECT_TRUE(is_taken(sound, sound));
    auto const with = [&](RowHandle through, std::uint64_t badge) {
        return Bound{.target = sound.target, .through = through, .badge = badge};
    };
    EXPECT_TRUE(is_taken(sound, with(capability(endpoint), 7))) << "as if one was given up";
    EXPECT_TRUE(is_taken(sound, with(capability(account_slot), 7)));
    EXPECT_TRUE(is_taken(sound, with({}, 7)));
    EXPECT_FALSE(is_taken(sound, with(capability(child), 8))) << "another badge";
    EXPECT_FALSE(is_taken(sound, with(capability(space), 7))) << "to something else";
    EXPECT_FALSE(is_taken(sound, with({63, 1}, 7))) << "that is not there";
    EXPECT_FALSE(is_taken(sound, {.target = {}, .through = sound.through, .badge = 7}));
}

} // namespace
} // namespace axiom::kernel::test
