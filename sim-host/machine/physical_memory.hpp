#pragma once
// PhysicalMemory: the frames that the kernel hands out, as the kernel process sees them.
//
// Each block of frames is a memory object of its own, so that a process can be handed one block and
// nothing beside it. In the kernel process they lie side by side in one window:
//
//     window   [ block 0 | block 1 |      | block 5 … ]     frame n at n · 4 KiB
//                  │         │
//               object    object        each zeros at birth, its size sealed
//
// A block that is taken anew gets a new object: whoever kept the old one keeps what it knew.

#include <cstdint>
#include <map>

#include <axiom/base/bytes.hpp>
#include <kernel/memory/frame_pool.hpp>
#include <sim-host/fabric/shared_object.hpp>

namespace axiom::host {

class PhysicalMemory {
  public:
    [[nodiscard]] static HostResult<PhysicalMemory> create(std::uint32_t frames);

    PhysicalMemory(PhysicalMemory&& other) noexcept;
    PhysicalMemory& operator=(PhysicalMemory&&) = delete;
    PhysicalMemory(PhysicalMemory const&) = delete;
    PhysicalMemory& operator=(PhysicalMemory const&) = delete;
    ~PhysicalMemory();

    /// The block is zeros, in an object of its own; what was there before is let go.
    [[nodiscard]] HostResult<void> begin(kernel::FrameBlock block);

    /// The block is what it was, in an object that nobody else has.
    [[nodiscard]] HostResult<void> move(kernel::FrameBlock block);

    /// The object of a block that has begun.
    [[nodiscard]] SharedObject const& object(kernel::FrameBlock block) const;

    /// Where a block that has begun lies in this process.
    [[nodiscard]] MutableBytes memory(kernel::FrameBlock block) const noexcept;

  private:
    struct Object {
        kernel::FrameBlock block{};
        SharedObject memory;
    };

    PhysicalMemory(std::byte* window, std::uint32_t frames) noexcept
        : window_{window}, frames_{frames} {}
    [[nodiscard]] HostResult<void> place(kernel::FrameBlock block, SharedObject memory);
    void end_what_overlaps(kernel::FrameBlock block);

    std::byte* window_;
    std::uint32_t frames_;
    std::map<std::uint32_t, Object> objects_; // by first frame
};

} // namespace axiom::host
