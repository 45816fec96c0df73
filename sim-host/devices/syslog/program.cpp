// syslog: keeps the SysLog's batches in a folder of the host, which is all that it sees of it.
//
// Granted: the region that it and its client hold (read), and its interrupt line.

#include <services/runtime/memory.hpp>
#include <services/runtime/program.hpp>
#include <services/runtime/say.hpp>
#include <services/syslog/api.hpp>
#include <sim-host/devices/driver.hpp>
#include <sim-host/syslog/batch_writer.hpp>

namespace axiom {

namespace {

constexpr char const* own_folder = "/";
constexpr std::size_t requests_max = 8;
constexpr host::DriverSlots driver_slots{.line = kernel::Slot{slots::granted.value + 1},
                                         .signal = slots::own};

class Keeper {
  public:
    explicit Keeper(Bytes shared) : shared_{shared} {}

    // Copied first: its client may change it while it is looked at.
    Result<Nothing> on(Request const& /*request*/, syslog::Keep const& asks) noexcept {
        if (asks.bytes > shared_.size()) {
            return fail(Code::out_of_range, asks.bytes, shared_.size());
        }
        copy_bytes(batch_, shared_.first(asks.bytes));
        if (auto const kept = writer_.keep(Bytes{batch_}.first(asks.bytes)); !kept) {
            return std::unexpected{kept.error().error};
        }
        return Nothing{};
    }
    static bool goes_on() noexcept { return true; } // a batch may be lost

  private:
    Bytes shared_;
    std::array<std::byte, syslog::transfer_bytes> batch_{};
    host::BatchWriter writer_{own_folder};
};

} // namespace

void run_program(Platform const& platform, std::uint64_t /*argument*/) noexcept {
    kernel::UserCalls const kernel{platform.trap};
    OwnMemory memory{kernel};
    auto const shared = memory.map_to_read(slots::granted, syslog::transfer_bytes);
    if (!shared) {
        return say(kernel, "syslog: its memory", shared.error());
    }
    auto const keeper = std::make_unique<Keeper>(*shared);
    host::Driver<syslog::SyslogApi, Keeper> driver{kernel, driver_slots, *keeper};
    if (auto const driven = driver.run(requests_max); !driven) {
        say(kernel, "syslog: its line",
            {Code::io_failed, static_cast<std::uint64_t>(driven.error().check)});
    }
    static_cast<void>(kernel.process_exit(static_cast<std::uint64_t>(Code::io_failed)));
}

} // namespace axiom
