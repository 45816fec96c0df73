// init: the first process. Begins the services that the manifest names, looks after them, and
// switches the machine off when the log has ended in order.
//
// The manifest lies in pages of the machine that the kernel gives the first process as if they were
// a device's: from page 1 on. The argument is how many bytes it has.

#include <services/axiomd/api.hpp>
#include <services/init/api.hpp>
#include <services/init/brood.hpp>
#include <services/runtime/program.hpp>
#include <services/runtime/region_window.hpp>
#include <services/runtime/say.hpp>

namespace axiom {

namespace {

using namespace init;
using kernel::Nanoseconds;
using kernel::Slot;
using kernel::UserCalls;

// What the kernel gives the first process.
constexpr Slot account_slot{0};
constexpr Slot space_slot{2};
constexpr Slot registers_slot{3};
constexpr Slot lines_slot{4};
constexpr Slot ports_slot{5};
constexpr Slot thread_slot{7};

constexpr Slot manifest_slot{20};
constexpr Slot own_endpoint{21};
constexpr Slot power_button{22};
constexpr Slot button_pressed{23};
constexpr Slot brood_first{32};

constexpr std::uint64_t manifest_page = 1;
constexpr std::uint64_t page_bytes = 4096;
constexpr Nanoseconds between_looks{20'000'000};
constexpr std::string_view log_keeper = "axiomd";

Failure refused(kernel::Refusal const& refusal) {
    return fail(Code::io_failed, static_cast<std::uint64_t>(refusal.check), refusal.detail);
}

Result<Manifest> read_manifest(UserCalls const& kernel, std::uint64_t bytes) noexcept {
    std::uint64_t const pages = (bytes + page_bytes - 1) / page_bytes;
    constexpr std::uint64_t read_only = 0;
    auto const made = kernel.create(account_slot, {.process = std::nullopt, .slot = manifest_slot},
                                    {.type = kernel::ObjectType::region,
                                     .first = manifest_page,
                                     .count = pages,
                                     .uses = registers_slot,
                                     .label = "manifest"});
    if (!made) {
        return refused(made.error());
    }
    if (auto const mapped = kernel.map(space_slot, manifest_slot, region_window_begin, read_only);
        !mapped) {
        return refused(mapped.error());
    }
    Reader reader{Bytes{reinterpret_cast<std::byte const*>(region_window_begin), bytes}};
    Manifest manifest;
    TRY(decode_value(reader, manifest));
    TRY(reader.finish());
    return manifest;
}

class Init {
  public:
    Init(UserCalls const& kernel, Manifest const& manifest) noexcept
        : kernel_{&kernel}, manifest_{&manifest}, brood_{kernel, manifest, brood_first} {}

    /// Until somebody asks for the end, or who must not end has ended.
    kernel::Answer<void> run() noexcept {
        TRY(kernel_->create(account_slot, {.process = std::nullopt, .slot = own_endpoint},
                            {.type = kernel::ObjectType::endpoint, .label = "init"}));
        TRY(watch_power_button());
        TRY(brood_.begin());
        MessageBytes held;
        while (goes_on_ && brood_.look_after(kernel_->time().now)) {
            serve_for_a_while(held);
        }
        return {};
    }

    Result<Nothing> on(Request const& /*request*/, ShutDown const& /*asks*/) noexcept {
        goes_on_ = false;
        return Nothing{};
    }

    /// The log last of all. Who keeps it may have to be begun again for that.
    void finish() noexcept {
        constexpr int tries = 50;
        bool ended = false;
        for (int each = 0; each < tries && !ended; ++each) {
            ended = finish_log();
            if (!ended) {
                static_cast<void>(kernel_->sleep(between_looks));
                static_cast<void>(brood_.look_after(kernel_->time().now));
            }
        }
        static_cast<void>(
            kernel_->debug_write(ended ? "log ended in order\n" : "the log did not end\n"));
    }

  private:
    kernel::Answer<void> watch_power_button() const noexcept {
        constexpr std::uint64_t line = 0;
        constexpr std::uint8_t bind_signals = 2;
        constexpr std::uint8_t bind_line = 3;
        TRY(kernel_->create(account_slot, {.process = std::nullopt, .slot = power_button},
                            {.type = kernel::ObjectType::interrupt,
                             .first = line,
                             .uses = lines_slot,
                             .label = "power button"}));
        TRY(kernel_->create(account_slot, {.process = std::nullopt, .slot = button_pressed},
                            {.type = kernel::ObjectType::notification, .label = "power button"}));
        TRY(kernel_->bind(bind_line, power_button, button_pressed));
        return kernel_->bind(bind_signals, thread_slot, button_pressed);
    }

    bool finish_log() noexcept {
        for (std::size_t index = 0; index < manifest_->services.size(); ++index) {
            if (manifest_->services[index].name.view() == log_keeper) {
                MessageBytes held;
                constexpr Nanoseconds patience{10'000'000'000};
                return ask_service(*kernel_, brood_.endpoint(index), axiomd::Finish{}, patience,
                                   held)
                    .has_value();
            }
        }
        return true; // a system without a log that is kept
    }

    void serve_for_a_while(MessageBytes& held) noexcept {
        auto const received = kernel_->receive(own_endpoint, between_looks);
        if (!received) {
            return; // nobody asked anything
        }
        if ((received->message.head.word & kernel::head_is_signal) != 0) {
            goes_on_ = false; // nothing else signals
            return;
        }
        std::size_t const bytes =
            std::min<std::size_t>(received->message.head.bytes(), held.size());
        copy_bytes(held, Bytes{kernel_->buffer().bytes}.first(bytes));
        kernel::Words const answer = InitApi::serve(kernel_->buffer(),
                                                    {.badge = received->badge,
                                                     .method = received->message.words[0],
                                                     .body = Bytes{held}.first(bytes)},
                                                    *this);
        static_cast<void>(kernel_->reply(received->token, answer));
    }

    UserCalls const* kernel_;
    Manifest const* manifest_;
    Brood brood_;
    bool goes_on_{true};
};

void switch_off(UserCalls const& kernel) noexcept {
    constexpr std::uint16_t power_port = 0x604;
    constexpr std::uint32_t power_off = 0x2000;
    static_cast<void>(kernel.port_out(ports_slot, power_port, 2, power_off));
}

} // namespace

void run_program(Platform const& platform, std::uint64_t argument) noexcept {
    UserCalls const kernel{platform.trap};
    auto const manifest = read_manifest(kernel, argument);
    if (!manifest) {
        say(kernel, "init: the manifest", manifest.error());
        return switch_off(kernel);
    }
    Init init{kernel, *manifest};
    if (auto const done = init.run(); !done) {
        static_cast<void>(kernel.debug_write("init: "));
        static_cast<void>(kernel.debug_write(sentence_of(done.error().check)));
        static_cast<void>(kernel.debug_write("\n"));
    }
    init.finish();
    switch_off(kernel);
}

} // namespace axiom
