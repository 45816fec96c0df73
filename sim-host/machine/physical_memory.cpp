#include <sim-host/machine/physical_memory.hpp>

#include <cerrno>
#include <cstring>
#include <utility>

#include <sys/mman.h>

namespace axiom::host {

using kernel::frame_bytes;
using kernel::FrameBlock;

HostResult<PhysicalMemory> PhysicalMemory::create(std::uint32_t frames) {
    void* const window = ::mmap(nullptr, std::size_t{frames} * frame_bytes, PROT_NONE,
                                MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (window == MAP_FAILED) {
        return system_problem("physical memory", "reserve addresses", errno);
    }
    return PhysicalMemory{static_cast<std::byte*>(window), frames};
}

PhysicalMemory::PhysicalMemory(PhysicalMemory&& other) noexcept
    : window_{std::exchange(other.window_, nullptr)}, frames_{other.frames_},
      objects_{std::move(other.objects_)} {}

PhysicalMemory::~PhysicalMemory() {
    if (window_ != nullptr) {
        ::munmap(window_, std::size_t{frames_} * frame_bytes);
    }
}

HostResult<void> PhysicalMemory::begin(FrameBlock block) {
    end_what_overlaps(block);
    return place(block, TRY(SharedObject::create(std::size_t{block.frames()} * frame_bytes)));
}

HostResult<void> PhysicalMemory::move(FrameBlock block) {
    std::size_t const bytes = std::size_t{block.frames()} * frame_bytes;
    SharedObject to = TRY(SharedObject::create(bytes));
    Bytes const from = memory(block);
    for (std::size_t done = 0; done < bytes;) {
        ssize_t const count =
            ::pwrite(to.descriptor(), from.data() + done, bytes - done, static_cast<off_t>(done));
        if (count <= 0) {
            return system_problem("physical memory", "copy", errno);
        }
        done += static_cast<std::size_t>(count);
    }
    return place(block, std::move(to));
}

SharedObject const& PhysicalMemory::object(FrameBlock block) const {
    return objects_.at(block.first.value).memory;
}

MutableBytes PhysicalMemory::memory(FrameBlock block) const noexcept {
    return {window_ + std::size_t{block.first.value} * frame_bytes,
            std::size_t{block.frames()} * frame_bytes};
}

// Over whatever the window shows there.
HostResult<void> PhysicalMemory::place(FrameBlock block, SharedObject memory_object) {
    MutableBytes const where = memory(block);
    void* const placed = ::mmap(where.data(), where.size(), PROT_READ | PROT_WRITE,
                                MAP_SHARED | MAP_FIXED, memory_object.descriptor(), 0);
    if (placed == MAP_FAILED) {
        return system_problem("physical memory", "map", errno);
    }
    objects_[block.first.value] = {block, std::move(memory_object)};
    return {};
}

// Blocks are joined and split while they are free, so that the next may be of another size.
void PhysicalMemory::end_what_overlaps(FrameBlock block) {
    std::uint32_t const end = block.first.value + block.frames();
    auto at = objects_.upper_bound(block.first.value);
    if (at != objects_.begin()) {
        --at;
    }
    while (at != objects_.end() && at->first < end) {
        FrameBlock const there = at->second.block;
        at = there.first.value + there.frames() > block.first.value ? objects_.erase(at)
                                                                    : std::next(at);
    }
}

} // namespace axiom::host
