#pragma once
// OwnMemory: regions that a service maps into its own address space, one behind the other.

#include <axiom/base/bytes.hpp>
#include <axiom/base/result.hpp>
#include <kernel/abi/user_calls.hpp>
#include <services/runtime/region_window.hpp>
#include <services/runtime/slots.hpp>

namespace axiom {

class OwnMemory {
  public:
    explicit OwnMemory(kernel::UserCalls const& kernel, OwnSlots const& own = {}) noexcept
        : kernel_{&kernel}, account_{own.account}, space_{own.space} {}

    /// A new region of at least so many bytes, zeros, held in `slot`. `no_memory`.
    [[nodiscard]] Result<MutableBytes> make(kernel::Slot slot, std::uint64_t bytes) noexcept {
        auto const made =
            kernel_->create(account_, {.process = std::nullopt, .slot = slot},
                            {.type = kernel::ObjectType::region, .count = pages_of(bytes)});
        return made ? map(slot, bytes) : refused(made.error());
    }

    /// One that is held already, whose size the caller knows, to be read and written.
    [[nodiscard]] Result<MutableBytes> map(kernel::Slot slot, std::uint64_t bytes) noexcept {
        constexpr unsigned writable = 1;
        return map(slot, bytes, writable);
    }

    /// The same, only to be read.
    [[nodiscard]] Result<Bytes> map_to_read(kernel::Slot slot, std::uint64_t bytes) noexcept {
        constexpr unsigned readable = 0;
        return Bytes{TRY(map(slot, bytes, readable))};
    }

  private:
    static constexpr std::uint64_t page_bytes = 4096;

    [[nodiscard]] Result<MutableBytes> map(kernel::Slot slot, std::uint64_t bytes,
                                           unsigned access) noexcept {
        std::uint64_t const address = next_;
        if (auto const mapped = kernel_->map(space_, slot, address, access); !mapped) {
            return refused(mapped.error());
        }
        next_ += (pages_of(bytes) + 1) * page_bytes; // a page between two finds who strays
        // NOLINTNEXTLINE(performance-no-int-to-ptr): where the kernel mapped it
        return MutableBytes{reinterpret_cast<std::byte*>(address), bytes};
    }

    static constexpr std::uint64_t pages_of(std::uint64_t bytes) noexcept {
        return (bytes + page_bytes - 1) / page_bytes;
    }
    static Failure refused(kernel::Refusal const& refusal) noexcept {
        return fail(Code::no_memory, static_cast<std::uint64_t>(refusal.check), refusal.detail);
    }

    kernel::UserCalls const* kernel_;
    kernel::Slot account_;
    kernel::Slot space_;
    std::uint64_t next_{region_window_begin};
};

} // namespace axiom
