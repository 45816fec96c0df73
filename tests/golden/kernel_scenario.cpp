// The golden log of a machine: two boots of a kernel that makes, hands on and takes back.

#include <tests/golden/kernel_scenario.hpp>

#include <kernel/core/authority.hpp>
#include <kernel/syslog/batch.hpp>

namespace axiom::test {
namespace {

using namespace kernel;

constexpr KernelCapacities rows{.accounts = 4,
                                .processes = 4,
                                .threads = 4,
                                .spaces = 4,
                                .regions = 4,
                                .endpoints = 4,
                                .notifications = 4,
                                .contexts = 4,
                                .interrupts = 4,
                                .ports = 4,
                                .capabilities = 64,
                                .rings = 2};
constexpr Quota limit{.pages = 100,
                      .objects = 40,
                      .capabilities = 60,
                      .threads = 4,
                      .cpu_us = 1'000'000,
                      .log_bytes = 100'000};

// What one boot of the kernel asks for, with a state of its own beside the log.
class Machine {
  public:
    explicit Machine(host::LiveLog& log)
        : log_{&log}, memory_(KernelDomain::bytes_for(rows)), arena_{MutableBytes{memory_}},
          domain_{arena_, rows} {
        take([&](Authority& authority) {
            return authority.start({.capacities = rows,
                                    .limit = limit,
                                    .principal = PrincipalId{1},
                                    .device_pages = 1000,
                                    .ports = ports_end});
        });
        self_ = {.process = {0, domain_.state().processes().generation(0)}, .thread = {}};
    }

    template <class Request> void ask(Request const& request) {
        take([&](Authority& authority) {
            return authority.perform(self_, SyslogPosition{1, 0, call_++}, request);
        });
    }

    void seal() {
        std::array<Record, 2> batch{};
        RequestRecord const request{.call = 1, .account = 1, .process = 1, .thread = 1};
        Seal seal{.ring = 0, .count = 1};
        batch[0] = to_record(header_of(BootNumber{1}, seal));
        batch[1] = to_record(request);
        seal.hash = hash_of_batch(host::portable_engine(), batch);
        take([&](Authority& authority) {
            return authority.seal(self_, SyslogPosition{1, 0, call_++}, seal);
        });
    }

    void create(ObjectType type, std::uint32_t slot, std::uint64_t first = 0,
                std::uint64_t count = 0, Slot uses = own_space) {
        ask(CreateRequest{.account = Slot{0},
                          .into = {.slot = Slot{slot}},
                          .type = type,
                          .first = first,
                          .count = count,
                          .uses = uses,
                          .label = {}});
    }

  private:
    template <class Use> void take(Use&& use) {
        log_->with_log([&](Log& log) {
            Authority authority{log, domain_};
            AXIOM_ASSERT(use(authority).has_value());
        });
    }

    host::LiveLog* log_;
    std::vector<std::byte> memory_;
    Arena arena_;
    KernelDomain domain_;
    Asker self_;
    std::uint64_t call_{};
};

} // namespace

// A process with a thread, a device, messages' ways between them; then most of it goes again.
void run_kernel(host::LiveLog& log) {
    constexpr Slot account{7};
    Machine machine{log};
    machine.ask(AccountRequest{.account = Slot{0},
                               .into = {.slot = account},
                               .limit = {.objects = 5, .capabilities = 10},
                               .label = HeldText<label_max>{std::string_view{"guests"}}});
    machine.create(ObjectType::space, 8);
    machine.create(ObjectType::process, 9, 77, 0, Slot{8});
    machine.create(ObjectType::thread, 10, 20, 0, Slot{9});
    machine.create(ObjectType::context, 11, 500, 1000);
    machine.create(ObjectType::endpoint, 12);
    machine.create(ObjectType::notification, 13);
    machine.create(ObjectType::region, 14, 0, 8);
    machine.create(ObjectType::region, 15, 16, 2, Slot{3});
    machine.create(ObjectType::interrupt, 16, 5, 0, Slot{4});
    machine.create(ObjectType::ports, 17, 0x3F8, 8, Slot{5});
    machine.ask(BindRequest{.binding = Binding::context, .subject = Slot{10}, .target = Slot{11}});
    machine.ask(
        BindRequest{.binding = Binding::line, .subject = Slot{16}, .target = Slot{13}, .bit = 3});
    machine.ask(DeriveRequest{.source = Slot{12},
                              .into = {.process = Slot{9}, .slot = Slot{0}},
                              .rights = right::write | right::grant,
                              .badge = 0xBEEF,
                              .expires = LogTime{1000},
                              .label = {}});
    machine.ask(MoveRequest{.source = Slot{14}, .into = {.process = Slot{9}, .slot = Slot{1}}});
    machine.seal();
    machine.ask(RemoveRequest{.slot = Slot{17}});
    machine.ask(RevokeRequest{.slot = Slot{12}, .itself = false});
    machine.ask(EndRequest{.slot = Slot{9}, .code = 3});
}

} // namespace axiom::test
