// init: the first process. Starts the others, each with what it needs and nothing else.

#include <services/axiomd/api.hpp>
#include <services/runtime/program.hpp>
#include <services/runtime/slots.hpp>
#include <services/runtime/spawn.hpp>
#include <services/store/api.hpp>

namespace axiom {

namespace {

using kernel::ObjectType;
using kernel::Slot;
using kernel::UserCalls;
namespace right = kernel::right;

// What the kernel gives the first process.
constexpr Slot account_slot{0};
constexpr Slot ports_slot{5};
constexpr Slot log_slot{6};

enum Program : std::uint64_t { init, storage, axiomd_program };

struct Grant {
    Slot source{};
    Slot slot{};
    kernel::Rights rights{};
};

class Init {
  public:
    explicit Init(UserCalls const& kernel) noexcept : kernel_{&kernel} {}

    kernel::Answer<void> run() noexcept {
        TRY(create(store_endpoint, {.type = ObjectType::endpoint, .label = "storage"}));
        TRY(create(axiomd_endpoint, {.type = ObjectType::endpoint, .label = "axiomd"}));
        TRY(create(shared, {.type = ObjectType::region,
                            .count = store_api::transfer_bytes_max / 4096,
                            .label = "log transfer"}));
        std::array const to_storage{Grant{shared, slots::granted, right::read | right::write}};
        TRY(begin(storage_child, storage, store_endpoint, to_storage, "storage"));
        std::array const to_axiomd{
            Grant{log_slot, slots::granted, right::read | right::manage},
            Grant{store_endpoint, Slot{slots::granted.value + 1}, right::write},
            Grant{shared, Slot{slots::granted.value + 2}, right::read | right::write}};
        return begin(axiomd_child, axiomd_program, axiomd_endpoint, to_axiomd, "axiomd");
    }

    void finish() const noexcept {
        MessageBytes held;
        auto const standing = ask_service(*kernel_, axiomd_endpoint, axiomd::Finish{},
                                          kernel::Nanoseconds{60'000'000'000}, held);
        static_cast<void>(
            kernel_->debug_write(standing ? "log ended in order\n" : "axiomd did not finish\n"));
        constexpr std::uint16_t power_port = 0x604;
        constexpr std::uint32_t power_off = 0x2000;
        static_cast<void>(kernel_->port_out(ports_slot, power_port, 2, power_off));
    }

  private:
    static constexpr Slot store_endpoint{20};
    static constexpr Slot axiomd_endpoint{21};
    static constexpr Slot shared{22};
    static constexpr Child storage_child{Slot{24}};
    static constexpr Child axiomd_child{Slot{28}};

    kernel::Answer<void> create(Slot slot, kernel::NewObject const& object) const noexcept {
        TRY(kernel_->create(account_slot, {.process = std::nullopt, .slot = slot}, object));
        return {};
    }

    kernel::Answer<void> begin(Child const& child, std::uint64_t program, Slot endpoint,
                               std::span<Grant const> grants,
                               std::string_view label) const noexcept {
        constexpr std::uint8_t priority = 40;
        TRY(spawn(*kernel_, {.account = account_slot,
                             .child = child,
                             .principal = program,
                             .priority = priority,
                             .budget_us = 10'000,
                             .period_us = 10'000,
                             .label = label}));
        auto const give = [&](Slot source, Slot slot, kernel::Rights rights) {
            return kernel_->derive(source, {.process = child.process, .slot = slot},
                                   {.rights = rights, .label = label});
        };
        TRY(give(endpoint, slots::endpoint, right::read));
        TRY(give(account_slot, slots::account, right::read | right::write));
        TRY(give(child.space(), slots::space, right::write));
        TRY(give(child.thread(), slots::thread, right::manage));
        for (Grant const& grant : grants) {
            TRY(give(grant.source, grant.slot, grant.rights));
        }
        return start(*kernel_, child, program, 0);
    }

    UserCalls const* kernel_;
};

} // namespace

void run_program(Platform const& platform, std::uint64_t /*argument*/) noexcept {
    UserCalls const kernel{platform.trap};
    Init init{kernel};
    auto const done = init.run();
    if (!done) {
        static_cast<void>(kernel.debug_write("init: "));
        static_cast<void>(kernel.debug_write(sentence_of(done.error().check)));
        static_cast<void>(kernel.debug_write("\n"));
    }
    init.finish();
}

} // namespace axiom
