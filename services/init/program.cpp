// init: the first process. Begins the services that the manifest names, looks after them, and
// switches the machine off when the log has ended in order.
//
// The manifest lies in pages of the machine that the kernel gives the first process as if they were
// a device's: from page 1 on. The argument is how many bytes it has.

#include <algorithm>
#include <array>

#include <services/axiomd/api.hpp>
#include <services/identity/kinds.hpp>
#include <services/init/api.hpp>
#include <services/init/brood.hpp>
#include <services/init/favours.hpp>
#include <services/policy/api.hpp>
#include <services/runtime/ask.hpp>
#include <services/runtime/memory.hpp>
#include <services/runtime/program.hpp>
#include <services/runtime/say.hpp>

namespace axiom {

namespace {

using namespace init;
using kernel::Nanoseconds;
using kernel::Slot;
using kernel::UserCalls;

// What the kernel gives the first process.
constexpr Slot account_slot{0};
constexpr Slot self_slot{1};
constexpr Slot space_slot{2};
constexpr Slot registers_slot{3};
constexpr Slot lines_slot{4};
constexpr Slot ports_slot{5};
constexpr Slot thread_slot{7};
constexpr Slot context_slot{8};

constexpr Slot manifest_slot{20};
constexpr Slot own_endpoint{21};
constexpr Slot power_button{22};
constexpr Slot memory_slot{23};
constexpr OwnSlots own_slots{.endpoint = own_endpoint,
                             .account = account_slot,
                             .space = space_slot,
                             .thread = thread_slot,
                             .process = self_slot,
                             .context = context_slot,
                             .runtime = Slot{32},
                             .brought = Slot{512}};
constexpr Slot brood_first{own_slots.runtime.value + OwnSlots::runtime_slots};

constexpr LoopSize loop_size{.couriers = 2}; // to the policy engine, to who keeps the log

constexpr std::uint64_t manifest_page = 1;
constexpr std::uint64_t page_bytes = 4096;
constexpr Nanoseconds between_looks{20'000'000};
constexpr Nanoseconds between_asks{100'000'000};
constexpr Nanoseconds answers_within{3'000'000'000};
constexpr Nanoseconds patience{30'000'000'000}; // for the log to end in order
constexpr std::string_view log_keeper = "axiomd";
constexpr std::string_view policy_engine = "policy";
constexpr std::string_view action_carrier = "actions";
constexpr PrincipalId creator{1}; // as whom init itself acts

Result<void> done(kernel::Answer<void> const& answer) noexcept {
    return answer ? Result<void>{} : refused_by_kernel(answer.error());
}

Result<Manifest> read_manifest(UserCalls const& kernel, OwnMemory& memory,
                               std::uint64_t bytes) noexcept {
    std::uint64_t const pages = (bytes + page_bytes - 1) / page_bytes;
    auto const made = kernel.create(account_slot, {.process = std::nullopt, .slot = manifest_slot},
                                    {.type = kernel::ObjectType::region,
                                     .first = manifest_page,
                                     .count = pages,
                                     .uses = registers_slot,
                                     .label = "manifest"});
    if (!made) {
        return refused_by_kernel(made.error());
    }
    Reader reader{TRY(memory.map_to_read(manifest_slot, bytes))};
    Manifest manifest;
    TRY(decode_value(reader, manifest));
    TRY(reader.finish());
    return manifest;
}

class Init {
  public:
    Init(Loop& loop, OwnMemory& memory, Manifest const& manifest) noexcept
        : loop_{&loop}, memory_{&memory}, manifest_{&manifest},
          brood_{loop.kernel(), manifest, own_endpoint, brood_first},
          favours_{loop.kernel(), brood_, brood_.end()} {}

    [[nodiscard]] Frames& frames() noexcept { return loop_->frames(); }
    [[nodiscard]] Serving serving() const noexcept { return serving_; }

    /// Until somebody asks for the end, or who must not end has ended.
    Result<void> run() noexcept {
        auto const made =
            loop_->kernel().create(account_slot, {.process = std::nullopt, .slot = own_endpoint},
                                   {.type = kernel::ObjectType::endpoint, .label = "init"});
        if (!made) {
            return refused_by_kernel(made.error());
        }
        TRY(loop_->begin());
        TRY(done(watch_power_button()));
        TRY(done(brood_.make_regions()));
        TRY(fill_regions());
        TRY(done(brood_.begin()));
        if (!await_power_button().begun() || !look_after_brood().begun() || !have_named().begun()) {
            return fail(Code::no_memory);
        }
        return serve<InitApi>(*loop_, *this) ? Result<void>{} : fail(Code::kernel_refused);
    }

    Result<Nothing> on(Request const& /*request*/, ShutDown const& /*asks*/) noexcept {
        serving_ = Serving::ends;
        return Nothing{};
    }

    Result<Services> on(Request const& /*request*/, ListServices const& /*asks*/) noexcept {
        Services all{.services = {}, .named = named_};
        for (std::size_t index = 0; index < manifest_->services.size(); ++index) {
            all.services.push_back(brood_.status(index));
        }
        return all;
    }
    Result<Nothing> on(Request const& /*request*/, StartService const& asks) noexcept {
        std::size_t const service = TRY(find(asks.name));
        return brood_.start(service) ? Result<Nothing>{} : fail(Code::already_exists);
    }
    Result<Nothing> on(Request const& /*request*/, StopService const& asks) noexcept {
        std::size_t const service = TRY(find(asks.name));
        if (log_rests_on(service)) {
            return fail(Code::not_permitted);
        }
        brood_.stop(service);
        return Nothing{};
    }
    Result<Nothing> on(Request const& /*request*/, RestartService const& asks) noexcept {
        std::size_t const service = TRY(find(asks.name));
        brood_.stop(service);
        return brood_.start(service) ? Result<Nothing>{} : fail(Code::already_exists);
    }
    Result<Nothing> on(Request const& request, GrantService const& asks) noexcept {
        auto const [what, whom] = TRY(find_pair(request, asks.what, asks.whom));
        return brood_.runs(whom) ? favours_.grant(asks.token, what, whom) : fail(Code::no_such_row);
    }
    Result<Nothing> on(Request const& request, RevokeService const& asks) noexcept {
        auto const [what, whom] = TRY(find_pair(request, asks.what, asks.whom));
        return favours_.revoke(asks.token, what, whom);
    }
    Result<Nothing> on(Request const& /*request*/, KillProcess const& asks) noexcept {
        for (std::size_t index = 0; index < manifest_->services.size(); ++index) {
            if (brood_.runs(index) && brood_.status(index).process == asks.number) {
                auto const killed = brood_.kill(index);
                return killed ? Result<Nothing>{Nothing{}} : refused_by_kernel(killed.error());
            }
        }
        return fail(Code::no_such_row, asks.number);
    }
    Result<Processes> on(Request const& /*request*/, ListProcesses const& asks) noexcept {
        auto const listed = loop_->kernel().process_list(account_slot, asks.from);
        if (!listed) {
            return refused_by_kernel(listed.error());
        }
        return processes_in(Bytes{loop_->kernel().buffer().bytes}, *listed);
    }

    /// The log last of all, when nobody else is left who would change something: who was given
    /// something is ended before who gives it. Who keeps the log may have to be begun again for
    /// that.
    void finish() noexcept {
        for (std::size_t index = manifest_->services.size(); index-- > 0;) {
            if (!log_rests_on(index)) {
                brood_.stop(index);
            }
        }
        is_ending_ = true;
        serving_ = Serving::goes_on;
        auto const keeper = brood_.find(log_keeper);
        bool const in_order = !keeper || (finish_log(*keeper).begun() &&
                                          serve<Api<>>(*loop_, *this) && log_has_ended_);
        static_cast<void>(loop_->kernel().debug_write(in_order ? "log ended in order\n"
                                                               : "the log did not end\n"));
    }

  private:
    static constexpr std::uint8_t button_bit = 0;

    // As docs/syscalls.md lays them out.
    static Processes processes_in(Bytes list, UserCalls::Listed const& listed) noexcept {
        constexpr std::size_t bytes = 32;
        Processes found;
        for (std::size_t at = 0; at < listed.count && !found.processes.full(); ++at) {
            Bytes const one = list.subspan(at * bytes, bytes);
            found.processes.push_back({.index = load_le<std::uint32_t>(one.first(4)),
                                       .number = load_le<std::uint64_t>(one.subspan(8, 8)),
                                       .principal = load_le<std::uint64_t>(one.subspan(16, 8)),
                                       .lives = load_le<std::uint32_t>(one.subspan(4, 4)) == 0,
                                       .code = load_le<std::uint64_t>(one.subspan(24, 8))});
            found.next = found.processes[found.processes.size() - 1].index + 1;
        }
        if (found.processes.size() == listed.count) {
            found.next = listed.next;
        }
        return found;
    }

    Result<std::size_t> find(Name const& name) const noexcept {
        auto const found = brood_.find(name.view());
        return found ? Result<std::size_t>{*found} : fail(Code::no_such_row);
    }
    // Two services, for whoever carries actions out: what others want of their authority is an
    // action, which the policy decides and the log keeps.
    struct Pair {
        std::size_t what{};
        std::size_t whom{};
    };
    Result<Pair> find_pair(Request const& request, Name const& what,
                           Name const& whom) const noexcept {
        auto const carrier = brood_.find(action_carrier);
        if (!carrier || request.badge != brood_.badge_of(*carrier)) {
            return fail(Code::not_permitted);
        }
        return Pair{.what = TRY(find(what)), .whom = TRY(find(whom))};
    }
    // Without the log nobody could say what was stopped.
    [[nodiscard]] bool log_rests_on(std::size_t service) const noexcept {
        return manifest_->services[service].recovery;
    }

    kernel::Answer<void> watch_power_button() const noexcept {
        constexpr std::uint64_t line = 0;
        constexpr std::uint8_t bind_line = 3;
        TRY(loop_->kernel().create(account_slot, {.process = std::nullopt, .slot = power_button},
                                   {.type = kernel::ObjectType::interrupt,
                                    .first = line,
                                    .uses = lines_slot,
                                    .label = "power button"}));
        return loop_->kernel().bind(bind_line, power_button, loop_->events(), button_bit);
    }

    // Before anybody reads there.
    Result<void> fill_regions() noexcept {
        for (std::size_t index = 0; index < manifest_->regions.size(); ++index) {
            Region const& region = manifest_->regions[index];
            if (region.begins_with != Hash256{}) {
                MutableBytes const bytes = TRY(memory_->map(brood_.region(index), region.bytes));
                copy_bytes(bytes, region.begins_with.view());
            }
        }
        return {};
    }

    Detached await_power_button() noexcept {
        static_cast<void>(co_await loop_->signals(std::uint64_t{1} << button_bit));
        if (!is_ending_) {
            serving_ = Serving::ends;
        }
    }

    // Until the machine is off: the log's end needs some of it still.
    Detached look_after_brood() noexcept {
        for (;;) {
            bool const goes_on = brood_.look_after(loop_->now());
            if (is_ending_ ? is_down(log_keeper) : !goes_on) {
                serving_ = Serving::ends;
            }
            co_await loop_->after(between_looks);
        }
    }

    // Has the log name whoever the manifest names. Whoever it knows already stays as it knows it,
    // disabled too.
    Detached have_named() noexcept {
        auto const engine = brood_.find(policy_engine);
        for (std::size_t index = 0; engine && index < manifest_->services.size(); ++index) {
            bool answered = manifest_->services[index].principal > named_principal_max;
            while (!answered && !is_ending_) {
                auto const named = co_await have_named(*engine, manifest_->services[index]);
                answered = named || named.error().code != Code::unanswered;
                if (!answered) {
                    co_await loop_->after(between_asks);
                }
            }
        }
        named_ = true;
    }
    Task<Nothing> have_named(std::size_t engine, Service const& who) noexcept {
        std::array<std::byte, 256> room;
        auto const content =
            encode_whole(MutableBytes{room}, identity::Add{.principal = PrincipalId{who.principal},
                                                           .parent = creator,
                                                           .key = {},
                                                           .label = who.name.view()});
        if (!content) {
            co_return std::unexpected{content.error()};
        }
        MessageBytes held;
        CO_DO(ask(*loop_, brood_.endpoint(engine),
                  engine::Propose{
                      .domain = static_cast<std::uint16_t>(DomainNumber::identity),
                      .kind = static_cast<std::uint16_t>(identity::Kind::add),
                      .reason = "the manifest names it",
                      .content = *content,
                  },
                  answers_within, held));
        co_return Nothing{};
    }

    // Who dies while it is asked is asked again once it has begun again; who stays down never
    // answers.
    Detached finish_log(std::size_t keeper) noexcept {
        std::uint64_t const deadline = loop_->now().value + patience.value;
        while (!log_has_ended_ && loop_->now().value < deadline) {
            MessageBytes held;
            auto const ended = co_await ask(*loop_, brood_.endpoint(keeper), axiomd::Finish{},
                                            Nanoseconds{deadline - loop_->now().value}, held);
            log_has_ended_ = ended.has_value();
            if (!log_has_ended_) {
                co_await loop_->after(between_looks);
            }
        }
        serving_ = Serving::ends;
    }
    [[nodiscard]] bool is_down(std::string_view name) const noexcept {
        auto const service = brood_.find(name);
        return service && brood_.status(*service).state == ServiceState::down;
    }

    Loop* loop_;
    OwnMemory* memory_;
    Manifest const* manifest_;
    Brood brood_;
    Favours favours_;
    bool named_{};
    Serving serving_{Serving::goes_on};
    bool is_ending_{}; // everybody but those on whom the log rests has been ended
    bool log_has_ended_{};
};

void switch_off(UserCalls const& kernel) noexcept {
    constexpr std::uint16_t power_port = 0x604;
    constexpr std::uint32_t power_off = 0x2000;
    static_cast<void>(kernel.port_out(ports_slot, power_port, 2, power_off));
}

Result<void> run(UserCalls const& kernel, std::uint64_t manifest_bytes) noexcept {
    OwnMemory memory{kernel, own_slots};
    auto const manifest = read_manifest(kernel, memory, manifest_bytes);
    if (!manifest) {
        say(kernel, "init: the manifest", manifest.error());
        return {};
    }
    Arena arena{TRY(memory.make(memory_slot, Loop::bytes_for(loop_size)))};
    Loop loop{kernel, arena, loop_size, own_slots};
    Init init{loop, memory, *manifest};
    auto const ended = init.run();
    init.finish();
    return ended;
}

} // namespace

void run_program(Platform const& platform, std::uint64_t argument) noexcept {
    UserCalls const kernel{platform.trap};
    if (auto const ended = run(kernel, argument); !ended) {
        say(kernel, "init", ended.error());
    }
    switch_off(kernel);
}

} // namespace axiom
