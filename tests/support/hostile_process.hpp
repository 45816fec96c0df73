#pragma once
// A hostile process beside an honest one, and what must hold whatever the hostile one has done.
//
// The hostile process has an account of its own and two threads, on CPUs 1 and 2. It holds what any
// program may be given: its own process, space and account, an endpoint to send to, a notification
// and memory to read. An honest client (CPU 4) and its server (CPU 5) share nothing with it but the
// endpoint. At the end of every test (THREATS.md, "after every hostile case"): what is checked
// after any traffic holds, replay comes to the live state, the honest two make progress, and once
// the hostile account is revoked everything is where it was.

#include <tests/support/machine_audit.hpp>

namespace axiom::kernel::test {

class HostileProcess : public testing::Test {
  protected:
    // Slots of the first process.
    static constexpr std::uint32_t endpoint = 20;
    static constexpr std::uint32_t notification = 21;
    static constexpr std::uint32_t region = 22;
    static constexpr std::uint32_t private_endpoint = 23; // of the honest two
    static constexpr std::uint32_t account = 30;          // what the hostile process may spend
    static constexpr std::uint32_t hostile = 31;          // with its space
    static constexpr std::uint32_t hostile_threads = 33;  // two, each with its context

    // Slots of the hostile process.
    static constexpr std::uint32_t its_account = 0;
    static constexpr std::uint32_t its_self = 1;
    static constexpr std::uint32_t its_space = 2;
    static constexpr std::uint32_t its_endpoint = 3; // write, grant
    static constexpr std::uint32_t its_notification = 4;
    static constexpr std::uint32_t its_region = 5; // read
    static constexpr std::uint32_t its_first_free = 6;

    static constexpr Quota its_limit{.pages = 40,
                                     .objects = 20,
                                     .capabilities = 40,
                                     .threads = 3,
                                     .cpu_us = 3'000'000,
                                     .log_bytes = 900'000};

    HostileProcess() {
        AXIOM_ASSERT(world_.create(ObjectType::endpoint, endpoint).done());
        AXIOM_ASSERT(world_.create(ObjectType::notification, notification).done());
        AXIOM_ASSERT(world_.create(ObjectType::region, region, 0, 2).done());
        AXIOM_ASSERT(world_.create(ObjectType::endpoint, private_endpoint).done());
        client_ = world_.start_thread(4, 40);
        server_ = world_.start_thread(5, 42);
        frames_before_ = world_.kernel.frames().free();
        capabilities_before_ = world_.kernel.state().capabilities().size();
        begin_hostile();
    }

    void TearDown() override {
        EXPECT_EQ(audit(world_), "");
        EXPECT_EQ(root_of(MachineWorld::rows, world_.recording()), world_.root());
        EXPECT_TRUE(honest_ones_go_on());
        EXPECT_TRUE(world_.do_call(0, Call::revoke, {account, 1}).done());
        EXPECT_EQ(audit(world_), "");
        EXPECT_EQ(world_.kernel.frames().free(), frames_before_);
        EXPECT_EQ(world_.kernel.state().capabilities().size(), capabilities_before_);
        EXPECT_FALSE(world_.runs(1));
        EXPECT_FALSE(world_.runs(2));
        EXPECT_TRUE(honest_ones_go_on());
        EXPECT_EQ(root_of(MachineWorld::rows, world_.recording()), world_.root());
    }

    /// A call and its reply between the honest client and its server.
    [[nodiscard]] bool honest_ones_go_on() {
        std::uint64_t const word = ++serial_;
        bool const asks = !world_.call_if(4, Call::call, {private_endpoint, 0, for_ever, word});
        auto const asked = world_.call_if(5, Call::receive, {private_endpoint, at_once});
        if (!asks || !asked || !asked->done() || asked->words[ReceivedWords::first] != word) {
            return false;
        }
        auto const token = asked->words[ReceivedWords::token];
        auto const replied = world_.call_if(5, Call::reply, {token, 0, word + 1});
        return replied && replied->done() && world_.runs(4) &&
               world_.told(4).words[ReceivedWords::first] == word + 1;
    }

    /// What the hostile process asks on CPU 1, or 2: refused, and nothing has changed.
    void refused_without_a_trace(std::uint32_t cpu, Call call, Arguments const& arguments,
                                 std::optional<Check> check = std::nullopt) {
        Hash256 const root = world_.root();
        Sequence const next = world_.log.next_sequence();
        std::uint32_t const free = world_.kernel.frames().free();
        std::size_t const mapped = world_.machine.pages.size();
        auto const answer = world_.call_if(cpu, call, arguments);
        ASSERT_TRUE(answer.has_value()) << "it waits";
        ASSERT_FALSE(answer->done());
        if (check) {
            EXPECT_EQ(static_cast<Check>(answer->status & 0xFFU), *check)
                << sentence_of(static_cast<Check>(answer->status & 0xFFU));
        }
        EXPECT_EQ(world_.root(), root);
        EXPECT_EQ(world_.log.next_sequence(), next);
        EXPECT_EQ(world_.kernel.frames().free(), free);
        EXPECT_EQ(world_.machine.pages.size(), mapped);
    }

    /// As a capability that the hostile process holds.
    [[nodiscard]] CapabilityRow const* held(std::uint32_t slot) const {
        auto const found = world_.kernel.state().slots().find(process_, Slot{slot});
        return found ? &world_.kernel.state().capabilities().row(found->capability.index) : nullptr;
    }

    MachineWorld world_;
    std::uint32_t client_{};
    std::uint32_t server_{};
    RowHandle process_{};

  private:
    void create_for_it(ObjectType type, std::uint64_t slot, std::uint64_t first = 0,
                       std::uint64_t count = 0, std::uint64_t uses = own) {
        AXIOM_ASSERT(
            world_
                .do_call(0, Call::create,
                         {account, own, slot, static_cast<std::uint64_t>(type), first, count, uses})
                .done());
    }
    void give(std::uint32_t from, std::uint32_t into, Rights rights) {
        AXIOM_ASSERT(world_.derive(from, hostile, into, rights).done());
    }

    void begin_hostile() {
        MutableBytes const words{world_.buffer(0).bytes};
        for (std::size_t index = 0; index < quota_fields.size(); ++index) {
            store_le(words.subspan(index * 8, 8), its_limit.*quota_fields[index]);
        }
        AXIOM_ASSERT(
            world_.do_call(0, Call::create_account, {account_slot.value, own, account}).done());
        create_for_it(ObjectType::space, hostile + 1);
        create_for_it(ObjectType::process, hostile, 7, 0, hostile + 1);
        for (std::uint32_t two = 0; two < 2; ++two) {
            std::uint32_t const slot = hostile_threads + 2 * two;
            create_for_it(ObjectType::thread, slot, 10, 0, hostile);
            create_for_it(ObjectType::context, slot + 1, 1000, 1000);
            world_.bind(Binding::context, slot, slot + 1);
            world_.do_call(0, Call::thread_place, {slot, std::uint64_t{2} << two});
            AXIOM_ASSERT(world_.do_call(0, Call::thread_start, {slot}).done());
        }
        give(account, its_account,
             Rights{static_cast<std::uint8_t>(right::all.bits & ~right::manage.bits)});
        give(hostile, its_self, right::all);
        give(hostile + 1, its_space, right::all);
        give(endpoint, its_endpoint, right::write | right::grant | right::execute);
        give(notification, its_notification, right::read | right::write);
        give(region, its_region, right::read | right::grant);
        process_ = world_.kernel.thread(world_.thread_on(1)).process;
    }

    std::uint64_t serial_{1};
    std::uint32_t frames_before_{};
    std::size_t capabilities_before_{};
};

} // namespace axiom::kernel::test
