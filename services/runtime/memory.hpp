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
    explicit OwnMemory(kernel::UserCalls const& kernel) noexcept : kernel_{&kernel} {}

    /// A new region of at least so many bytes, zeros, held in `slot`. `no_memory`.
    [[nodiscard]] Result<MutableBytes> make(kernel::Slot slot, std::uint64_t bytes) noexcept {
        auto const made =
            kernel_->create(slots::account, {.process = std::nullopt, .slot = slot},
                            {.type = kernel::ObjectType::region, .count = pages_of(bytes)});
        return made ? map(slot, bytes) : refused(made.error());
    }

    /// One that is held already, whose size the caller knows, to be read and written.
    [[nodiscard]] Result<MutableBytes> map(kernel::Slot slot, std::uint64_t bytes) noexcept {
        constexpr std::uint64_t writable = 1;
        std::uint64_t const address = next_;
        if (auto const mapped = kernel_->map(slots::space, slot, address, writable); !mapped) {
            return refused(mapped.error());
        }
        next_ += (pages_of(bytes) + 1) * page_bytes; // a page between two finds who strays
        return MutableBytes{reinterpret_cast<std::byte*>(address), bytes};
    }

  private:
    static constexpr std::uint64_t page_bytes = 4096;

    static constexpr std::uint64_t pages_of(std::uint64_t bytes) noexcept {
        return (bytes + page_bytes - 1) / page_bytes;
    }
    static Failure refused(kernel::Refusal const& refusal) noexcept {
        return fail(Code::no_memory, static_cast<std::uint64_t>(refusal.check), refusal.detail);
    }

    kernel::UserCalls const* kernel_;
    std::uint64_t next_{region_window_begin};
};

} // namespace axiom
