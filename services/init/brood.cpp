#include <services/init/brood.hpp>

#include <axiom/base/mutant.hpp>
#include <services/runtime/slots.hpp>

namespace axiom::init {

using kernel::Answer;
using kernel::Into;
using kernel::Nanoseconds;
using kernel::ObjectType;
using kernel::Slot;
namespace right = kernel::right;

namespace {

// What the kernel gives the first process.
constexpr Slot root_account{0};
constexpr Slot lines_slot{4};
constexpr Slot ports_slot{5};
constexpr Slot log_slot{6};

constexpr std::uint64_t page_bytes = 4096;
constexpr std::uint64_t ns_per_s = 1'000'000'000;
constexpr std::uint64_t ns_per_ms = 1'000'000;

// The first time at once, then after twice as long each time, up to a second.
Nanoseconds pause_before(std::uint16_t restarts) noexcept {
    constexpr std::uint16_t doublings_max = 7;
    return Nanoseconds{restarts == 0 ? 0 : (8 * ns_per_ms) << std::min(restarts, doublings_max)};
}

constexpr std::uint64_t pages_of(std::uint64_t bytes) noexcept {
    return (bytes + page_bytes - 1) / page_bytes;
}

Into own(Slot slot) noexcept {
    return {.process = std::nullopt, .slot = slot};
}

} // namespace

Answer<void> Brood::make_regions() noexcept {
    for (std::size_t index = 0; index < manifest_->regions.size(); ++index) {
        Region const& shared = manifest_->regions[index];
        TRY(kernel_->create(root_account, own(region(index)),
                            {.type = ObjectType::region,
                             .count = pages_of(shared.bytes),
                             .label = shared.name.view()}));
    }
    return {};
}

Answer<void> Brood::begin() noexcept {
    for (std::size_t index = 0; index < manifest_->services.size(); ++index) {
        TRY(kernel_->create(
            root_account, own(endpoint(index)),
            {.type = ObjectType::endpoint, .label = manifest_->services[index].name.view()}));
        TRY(make_lines(manifest_->services[index]));
    }
    for (std::size_t index = 0; index < manifest_->services.size(); ++index) {
        TRY(begin(index));
    }
    return {};
}

// Before there is a log that these could have to wait for.
Answer<void> Brood::make_lines(Service const& service) noexcept {
    for (Grant const& grant : service.gets) {
        if (grant.source == Source::line) {
            TRY(kernel_->create(root_account, own(line(grant.index)),
                                {.type = ObjectType::interrupt,
                                 .first = grant.index,
                                 .uses = lines_slot,
                                 .label = service.name.view()}));
        }
    }
    return {};
}

Answer<void> Brood::begin(std::size_t service) noexcept {
    Service const& what = manifest_->services[service];
    constexpr std::uint64_t own_pages = 16;       // its thread's, and the like
    constexpr std::uint64_t own_objects = 4;      // process, space, thread, context
    constexpr std::uint64_t own_capabilities = 8; // to those, and to its endpoint and account
    TRY(kernel_->create_account(
        root_account, own(account(service)),
        {.pages = pages_of(what.memory_bytes) + own_pages,
         .objects = what.objects + own_objects,
         .capabilities = what.capabilities + own_capabilities,
         .threads = what.threads,
         .cpu_us = std::uint64_t{what.budget_us} * 1'000'000 / what.period_us,
         .log_bytes = what.log_bytes},
        what.name.view()));
    TRY(spawn(*kernel_, {.account = account(service),
                         .process_account = what.recovery ? root_account : account(service),
                         .child = child(service),
                         .principal = what.principal,
                         .priority = what.priority,
                         .budget_us = what.budget_us,
                         .period_us = what.period_us,
                         .label = what.name.view()}));
    TRY(give(service));
    TRY(axiom::start(*kernel_, child(service), what.program, what.argument));
    Member& member = members_[service];
    member.runs = true;
    member.stopped = false;
    auto const made = kernel_->inspect(child(service).process);
    member.process = made ? made->object.row.generation : 0;
    return {};
}

Answer<void> Brood::give(std::size_t service) noexcept {
    Service const& what = manifest_->services[service];
    Child const to = child(service);
    auto const derive = [&](Slot source, Slot slot, kernel::Rights rights) {
        return kernel_->derive(source, {.process = to.process, .slot = slot},
                               {.rights = rights, .label = what.name.view()});
    };
    TRY(derive(endpoint(service), slots::endpoint, right::read));
    TRY(derive(account(service), slots::account, right::read | right::write));
    TRY(derive(to.space(), slots::space, right::write));
    TRY(derive(to.thread(), slots::thread, right::manage));
    TRY(derive(to.process, slots::process, right::manage));
    TRY(derive(to.context(), slots::context, right::manage));
    std::uint32_t slot = slots::granted.value;
    for (Grant const& grant : what.gets) {
        Given const given = given_by(grant);
        bool const is_endpoint = grant.source == Source::service || grant.source == Source::init;
        TRY(kernel_->derive(given.source, {.process = to.process, .slot = Slot{slot++}},
                            {.rights = grant.rights,
                             .badge = is_endpoint ? badge_of(service) : 0,
                             .label = given.label}));
    }
    return {};
}

Brood::Given Brood::given_by(Grant const& grant) const noexcept {
    switch (grant.source) {
    case Source::service:
        return {endpoint(grant.index), manifest_->services[grant.index].name.view()};
    case Source::region:
        return {region(grant.index), manifest_->regions[grant.index].name.view()};
    case Source::line:
        return {line(grant.index), "line"};
    case Source::log:
        return {log_slot, "log"};
    case Source::init:
        return {endpoint_, "init"};
    case Source::ports:
        break;
    }
    return {ports_slot, "ports"};
}

// Its account goes last, and with it all that it still paid for.
void Brood::clear(std::size_t service) noexcept {
    Child const gone = child(service);
    static_cast<void>(kernel_->process_kill(gone.process, 0)); // its thread may have ended alone
    for (Slot const slot :
         {gone.process, gone.thread(), gone.context(), gone.space(), account(service)}) {
        static_cast<void>(kernel_->revoke(slot, true)); // some may never have come to be
    }
    members_[service].runs = false;
}

bool Brood::look_after(Nanoseconds now) noexcept {
    for (std::size_t index = 0; index < manifest_->services.size(); ++index) {
        Member& member = members_[index];
        if (member.runs) {
            auto const thread = kernel_->thread_join(child(index).thread(), kernel::not_at_all);
            if (!thread) {
                continue; // it has not ended
            }
            clear(index);
            member.last_code = *thread;
            if (manifest_->services[index].restart == Restart::never) {
                return false;
            }
            if (may_run_again(index, *thread, now)) {
                member.again = Nanoseconds{now.value + pause_before(member.restarts).value};
                ++member.restarts;
            }
        }
        if (member.again && member.again->value <= now.value) {
            member.again.reset();
            if (!begin(index)) {
                clear(index); // what it got so far; it is tried again
                member.again = Nanoseconds{now.value + pause_before(member.restarts).value};
            }
        }
    }
    return true;
}

std::optional<std::size_t> Brood::find(std::string_view name) const noexcept {
    for (std::size_t index = 0; index < manifest_->services.size(); ++index) {
        if (manifest_->services[index].name.view() == name) {
            return index;
        }
    }
    return std::nullopt;
}

ServiceStatus Brood::status(std::size_t service) const noexcept {
    Service const& what = manifest_->services[service];
    Member const& member = members_[service];
    return {.name = what.name,
            .state = member.runs      ? ServiceState::runs
                     : member.again   ? ServiceState::waits
                     : member.stopped ? ServiceState::stopped
                                      : ServiceState::down,
            .restarts = member.restarts,
            .last_code = member.last_code,
            .process = member.process,
            .priority = what.priority,
            .memory_bytes = what.memory_bytes};
}

bool Brood::start(std::size_t service) noexcept {
    Member& member = members_[service];
    if (member.runs || member.again) {
        return false;
    }
    member.restarts = 0;
    member.again = Nanoseconds{0}; // at the next look
    return true;
}

void Brood::stop(std::size_t service) noexcept {
    Member& member = members_[service];
    if (member.runs) {
        clear(service);
    }
    member.again.reset();
    member.stopped = true;
}

// What is left of it is cleared away when its end is seen.
Answer<void> Brood::kill(std::size_t service) noexcept {
    constexpr std::uint64_t killed = 137; // as a shell says it
    return kernel_->process_kill(child(service).process, killed);
}

bool Brood::may_run_again(std::size_t service, std::uint64_t code, Nanoseconds now) noexcept {
    Service const& what = manifest_->services[service];
    Member& member = members_[service];
    if (now.value - member.window.value > what.restart_seconds * ns_per_s) {
        member.window = now;
        member.restarts = 0;
    }
    bool const wanted =
        (what.restart == Restart::always || code != 0) && !AXIOM_MUTANT(killed_stays_down);
    return wanted && member.restarts < what.restarts_max;
}

} // namespace axiom::init
