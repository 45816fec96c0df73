// storage: keeps the medium of a log in a folder of the host, which is all that it sees of it.
//
// Granted: the region that it and its client hold.

#include <ctime>
#include <memory>

#include <services/runtime/memory.hpp>
#include <services/runtime/program.hpp>
#include <services/runtime/serve.hpp>
#include <services/store/api.hpp>
#include <sim-host/platform/file_store.hpp>
#include <sim-host/platform/system_entropy.hpp>

namespace axiom {

namespace {

using namespace store_api;

constexpr StoreGeometry new_geometry{.storage_block_bytes = 4096,
                                     .segment_bytes = std::uint64_t{16} << 20U};

class Storage {
  public:
    explicit Storage(MutableBytes shared) noexcept : shared_{shared} {}

    [[nodiscard]] static Serving serving() noexcept { return Serving::goes_on; }

    Result<Opened> on(Request const& /*request*/, Open const& /*asks*/) noexcept {
        if (store_ == nullptr) {
            auto opened = host::FileStore::open(log_folder, host::OpenMode::write);
            if (!opened && opened.error().error.code == Code::not_a_log) {
                opened = host::FileStore::create(log_folder, new_geometry);
            }
            if (!opened) {
                return std::unexpected{opened.error().error};
            }
            store_ = std::move(*opened);
        }
        return Opened{.storage_block_bytes = store_->geometry().storage_block_bytes,
                      .segment_bytes = store_->geometry().segment_bytes,
                      .slots = store_->slots()};
    }
    Result<Extended> on(Request const& /*request*/, Extend const& /*asks*/) noexcept {
        TRY(check_open());
        return Extended{.slot = TRY(store_->extend()).value};
    }
    Result<Nothing> on(Request const& /*request*/, Read const& asks) noexcept {
        TRY(check(asks.slot, asks.offset, asks.bytes));
        TRY(store_->read({SlotIndex{asks.slot}, asks.offset}, shared_.first(asks.bytes)));
        return Nothing{};
    }
    Result<Nothing> on(Request const& /*request*/, Write const& asks) noexcept {
        TRY(check(asks.slot, asks.offset, asks.bytes));
        TRY(store_->write({SlotIndex{asks.slot}, asks.offset}, shared_.first(asks.bytes)));
        return Nothing{};
    }
    Result<Nothing> on(Request const& /*request*/, Flush const& /*asks*/) noexcept {
        TRY(check_open());
        TRY(store_->flush());
        return Nothing{};
    }
    Result<Nothing> on(Request const& /*request*/, Discard const& asks) noexcept {
        TRY(check(asks.slot, asks.offset, 0));
        TRY(store_->discard({SlotIndex{asks.slot}, asks.offset}));
        return Nothing{};
    }
    Result<Claimed> on(Request const& /*request*/, ClaimedEpoch const& /*asks*/) noexcept {
        TRY(check_open());
        return Claimed{.epoch = TRY(store_->claimed_epoch()).value};
    }
    Result<Nothing> on(Request const& /*request*/, ClaimEpoch const& asks) noexcept {
        TRY(check_open());
        TRY(store_->claim_epoch(Epoch{asks.epoch}));
        return Nothing{};
    }
    Result<Random> on(Request const& /*request*/, AskRandom const& /*asks*/) noexcept {
        Random random;
        TRY(host::SystemEntropy{}.fill(random.bytes.bytes));
        timespec now{};
        ::clock_gettime(CLOCK_REALTIME, &now);
        random.wall_time_ns = static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000U +
                              static_cast<std::uint64_t>(now.tv_nsec);
        return random;
    }

  private:
    static constexpr char const* log_folder = "/log";

    [[nodiscard]] Result<void> check_open() const noexcept {
        return store_ != nullptr ? Result<void>{} : fail(Code::not_a_log);
    }
    [[nodiscard]] Result<void> check(std::uint32_t slot, std::uint64_t offset,
                                     std::uint64_t bytes) const noexcept {
        TRY(check_open());
        bool const fits =
            bytes <= shared_.size() &&
            store_range_fits(store_->geometry(), store_->slots(), {SlotIndex{slot}, offset}, bytes);
        return fits ? Result<void>{} : fail(Code::out_of_range, offset, bytes);
    }

    MutableBytes shared_;
    std::unique_ptr<host::FileStore> store_;
};

} // namespace

void run_program(Platform const& platform, std::uint64_t /*argument*/) noexcept {
    kernel::UserCalls const kernel{platform.trap};
    OwnMemory memory{kernel};
    auto const shared = memory.map(slots::granted, transfer_bytes_max);
    if (!shared) {
        return;
    }
    constexpr LoopSize size{.couriers = 0, .conversations = 1, .frame_bytes = 0};
    auto const own = memory.make(slots::own, Loop::bytes_for(size));
    if (!own) {
        return;
    }
    Arena arena{*own};
    Loop loop{kernel, arena, size};
    Storage service{*shared};
    if (loop.begin()) {
        static_cast<void>(serve<StoreApi>(loop, service));
    }
}

} // namespace axiom
