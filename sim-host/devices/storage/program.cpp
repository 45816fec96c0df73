// storage: keeps the medium of a log in a folder of the host, which is all that it sees of it.
//
// Granted: the region that it and its client hold, and its interrupt line.

#include <services/runtime/memory.hpp>
#include <services/runtime/program.hpp>
#include <services/runtime/say.hpp>
#include <sim-host/devices/driver.hpp>
#include <sim-host/devices/storage/medium.hpp>
#include <sim-host/platform/file_store.hpp>

namespace axiom {

namespace {

using namespace store_api;

constexpr char const* log_folder = "/log";
constexpr StoreGeometry new_geometry{.storage_block_bytes = 4096,
                                     .segment_bytes = std::uint64_t{16} << 20U};
constexpr std::size_t requests_max = 8;

constexpr host::DriverSlots driver_slots{.line = kernel::Slot{slots::granted.value + 1},
                                         .signal = slots::own};

Result<std::unique_ptr<host::FileStore>> open_or_create() {
    auto opened = host::FileStore::open(log_folder, host::OpenMode::write);
    if (!opened && opened.error().error.code == Code::not_a_log) {
        opened = host::FileStore::create(log_folder, new_geometry);
    }
    if (!opened) {
        return std::unexpected{opened.error().error};
    }
    return std::move(*opened);
}

} // namespace

void run_program(Platform const& platform, std::uint64_t /*argument*/) noexcept {
    kernel::UserCalls const kernel{platform.trap};
    OwnMemory memory{kernel};
    auto const shared = memory.map(slots::granted, transfer_bytes_max);
    if (!shared) {
        return is_being_ended(shared.error()) ? void()
                                              : say(kernel, "storage: its memory", shared.error());
    }
    std::unique_ptr<host::FileStore> store;
    host::Medium medium{*shared, [&store]() -> Result<Store*> {
                            store = TRY(open_or_create());
                            return store.get();
                        }};
    host::Driver<StoreApi, host::Medium> driver{kernel, driver_slots, medium};
    if (auto const driven = driver.run(requests_max); !driven) {
        Error const refused = refused_by_kernel(driven.error()).error();
        if (!is_being_ended(refused)) {
            say(kernel, "storage: its line", refused);
        }
    } else {
        say(kernel, "storage: a flush", {Code::io_failed});
    }
    static_cast<void>(kernel.process_exit(static_cast<std::uint64_t>(Code::io_failed)));
}

} // namespace axiom
