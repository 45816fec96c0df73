#pragma once
// LogSide: what the kernel keeps for whoever drains the log, and the memory that it works in.
//
// All of it belongs to the holder of the authority lock.

#include <axiom/log/log.hpp>

#include <kernel/abi/log.hpp>
#include <kernel/core/saved_callers.hpp>
#include <kernel/event/slot_views.hpp>
#include <kernel/memory/frame_chains.hpp>
#include <kernel/port/machine.hpp>
#include <kernel/syslog/batch.hpp>

namespace axiom::kernel {

/// What the kernel's own program says of itself in `Boot`.
struct BootIdentity {
    Hash256 image_digest{};
    Hash256 archive_digest{};
    DomainVersions domains{};
};

/// What attaching and draining by calls needs. Without it those calls are refused.
struct LogParts {
    LogState* state{};             // the log domain's, as `Log` has it
    std::size_t state_bytes_max{}; // of a snapshot of it that `log_attach` takes
    HashEngine const* engine{};
    BootIdentity identity{};
};

class LogSide {
  public:
    /// `accounts`: how many there may be.
    LogSide(Arena& arena, LogParts const& parts, std::uint32_t accounts) noexcept;

    [[nodiscard]] static std::size_t bytes_for(LogParts const& parts,
                                               std::uint32_t accounts) noexcept;

    LogParts parts{};

    SlotView wakes{};     // the notification of whoever attached; generation 0: none
    RowHandle sealer{};   // and its process
    bool is_armed{};      // an entry that comes now is to be told
    std::uint32_t ring{}; // of the SysLog: where to look first for one that is due

    SavedCallers saved; // for proposals that come later

    MutableBytes staging{}; // an attaching caller's words, read once
    std::span<Record> batch{};
    std::array<std::byte, proposal_body_max> proposal{};
};

/// A region's memory as the kernel reaches it, from its first byte on. Its processes may write to
/// it at any moment: what is read is read once.
class RegionMemory {
  public:
    RegionMemory() noexcept = default;
    RegionMemory(Machine& machine, FrameChains const& chains, FrameChain const& chain) noexcept
        : machine_{&machine}, chains_{&chains}, chain_{chain} {}

    [[nodiscard]] std::uint64_t bytes() const noexcept {
        return std::uint64_t{chain_.frames} * frame_bytes;
    }

    /// Reads the bytes from `offset` on; they lie within.
    void read(std::uint64_t offset, MutableBytes to) const noexcept;

    /// Writes one piece after the other, as `next()` gives them, until one is empty; together they
    /// lie within.
    template <class Next> void write(Next&& next) const noexcept {
        Bytes piece = next();
        chains_->for_each_block(chain_, [&](FrameBlock const& block) {
            MutableBytes room = machine_->memory(block);
            while (!room.empty() && !piece.empty()) {
                std::size_t const count = piece.size() < room.size() ? piece.size() : room.size();
                copy_bytes(room, piece.first(count));
                room = room.subspan(count);
                piece = piece.subspan(count);
                if (piece.empty()) {
                    piece = next();
                }
            }
        });
        AXIOM_ASSERT(piece.empty());
    }

  private:
    Machine* machine_{};
    FrameChains const* chains_{};
    FrameChain chain_{};
};

} // namespace axiom::kernel
