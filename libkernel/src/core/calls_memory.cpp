// System calls about regions of memory and of devices, in address spaces.
//
// A capability to a region is mapped at most once; what is to be mapped twice is derived first. So
// a mapping goes with its capability, and there are never more of them than capabilities.

#include <kernel/core/kernel.hpp>

#include <axiom/base/mutant.hpp>

namespace axiom::kernel {

namespace {

constexpr std::uint64_t access_write = 1;
constexpr std::uint64_t access_execute = 2;

} // namespace

// `bits`: 1 write, 2 execute. The region's capability allows it, and it is not both.
Answer<Access> Kernel::access_of(SlotView const& region, std::uint8_t region_argument,
                                 std::uint64_t bits, std::uint8_t bits_argument) noexcept {
    Access const access{.write = (bits & access_write) != 0,
                        .execute = (bits & access_execute) != 0};
    if (bits > access_execute && !AXIOM_MUTANT(write_and_execute)) { // both, or what is unknown
        return refuse(Check::argument, bits_argument);
    }
    Rights const needed = right::read | (access.write ? right::write : right::none) |
                          (access.execute ? right::execute : right::none);
    if (!region.rights.covers(needed)) {
        return refuse(Check::rights, region_argument,
                      std::uint64_t{needed.bits} & ~std::uint64_t{region.rights.bits});
    }
    return access;
}

// space, region, address, access
Outcome Kernel::on_map(Turn& turn, CallFrame const& frame) noexcept {
    if (!take_authority(turn)) {
        return waits;
    }
    auto const space = TRY(look_up(turn, frame, {0, ObjectType::space, right::write}));
    auto const region = TRY(look_up(turn, frame, {1, ObjectType::region, right::none}));
    auto const access = TRY(access_of(region, 1, frame.arguments[3], 3));
    std::uint64_t const address = frame.arguments[2];
    if (address % frame_bytes != 0) {
        return refuse(Check::argument, 2);
    }
    Mapping& mapping = mappings_[region.capability.index];
    if (mapping.mapped) {
        return refuse(Check::mapped, 1);
    }
    RegionRow const& row = state().regions().row(region.object.row.index);
    if (row.device) {
        TRY(may_use(turn, region, 1));
    }
    MappedPages const where{
        .space = space.object.row.index, .address = address, .pages = row.pages};
    if (!map_region(where, row, region_frames_[region.object.row.index], access)) {
        if (unmapped_some_) { // it was mapped in part, and reached meanwhile
            await_others(turn);
        }
        return refuse(Check::memory, 2);
    }
    mapping = {.where = where, .mapped = true};
    return CallAnswer{.words = {physical_address(region, row)}};
}

// Where the region lies in physical memory, in one row; 0: that is not so, or not for the caller to
// know. Whoever programs a device needs it; nobody else does.
std::uint64_t Kernel::physical_address(SlotView const& region,
                                       RegionRow const& row) const noexcept {
    if (!region.rights.covers(right::manage) && !AXIOM_MUTANT(address_told_to_all)) {
        return 0;
    }
    if (row.device) {
        return row.first_page * frame_bytes;
    }
    FrameChain const& frames = region_frames_[region.object.row.index];
    return chains_.is_a_row(frames) ? (first_page_ + frames.first.value) * frame_bytes : 0;
}

// All of it or nothing.
bool Kernel::map_region(MappedPages const& where, RegionRow const& row, FrameChain const& frames,
                        Access access) noexcept {
    if (row.device) {
        return machine_->map_device(where, row.first_page, access);
    }
    MappedPages here{.space = where.space, .address = where.address, .pages = 0};
    bool const mapped = chains_.every_block(frames, [&](FrameBlock const& block) {
        here.address += here.pages * frame_bytes;
        here.pages = block.frames();
        return machine_->map(here, block, access);
    });
    if (!mapped && here.address != where.address) {
        machine_->unmap({.space = where.space,
                         .address = where.address,
                         .pages = (here.address - where.address) / frame_bytes});
        unmapped_some_ = !AXIOM_MUTANT(half_mapping_remembered);
    }
    return mapped;
}

// region
Outcome Kernel::on_unmap(Turn& turn, CallFrame const& frame) noexcept {
    if (!take_authority(turn)) {
        return waits;
    }
    auto const region = TRY(look_up(turn, frame, {0, ObjectType::region, right::none}));
    if (!mappings_[region.capability.index].mapped) {
        return refuse(Check::mapped, 0);
    }
    unmap(region.capability.index);
    await_others(turn);
    return CallAnswer{};
}

// region, access
Outcome Kernel::on_protect(Turn& turn, CallFrame const& frame) noexcept {
    if (!take_authority(turn)) {
        return waits;
    }
    auto const region = TRY(look_up(turn, frame, {0, ObjectType::region, right::none}));
    auto const access = TRY(access_of(region, 0, frame.arguments[1], 1));
    Mapping const& mapping = mappings_[region.capability.index];
    if (!mapping.mapped) {
        return refuse(Check::mapped, 0);
    }
    machine_->protect(mapping.where, access);
    unmapped_some_ = true; // what it allowed before
    await_others(turn);
    return CallAnswer{};
}

} // namespace axiom::kernel
