#pragma once
// Worker: the machine of one job, driven from outside a slice at a time.

#include <optional>

#include <services/jobs/machine/machine.hpp>
#include <services/worker/api.hpp>

namespace axiom::worker {

class Worker {
  public:
    struct Room {
        std::uint64_t program_bytes{program_bytes_max};
        std::uint64_t memory_bytes{memory_bytes_max};
    };

    [[nodiscard]] static std::size_t bytes_for(Room const& room) noexcept;

    /// `storage` has the bytes that the room takes, at a page's start. It is left as it comes: what
    /// no job uses takes no memory.
    Worker(MutableBytes storage, Room const& room) noexcept;

    [[nodiscard]] static Serving serving() noexcept { return Serving::goes_on; }

    [[nodiscard]] Result<Nothing> on(Request const& request, Load const& asks) noexcept;
    [[nodiscard]] Result<Nothing> on(Request const& request, Program const& asks) noexcept;
    [[nodiscard]] Result<Started> on(Request const& request, Start const& asks) noexcept;
    [[nodiscard]] Result<Standing> on(Request const& request, Run const& asks) noexcept;
    [[nodiscard]] Result<Nothing> on(Request const& request, Give const& asks) noexcept;
    [[nodiscard]] Result<Taken> on(Request const& request, Take const& asks) noexcept;

  private:
    [[nodiscard]] bool is_at(jobs::Pause pause) const noexcept {
        return machine_ && machine_->state().pause == pause;
    }
    [[nodiscard]] Standing standing() noexcept;

    MutableBytes program_;
    MutableBytes memory_;
    std::span<jobs::Instruction> code_;
    std::optional<Load> loaded_;
    std::uint64_t loaded_bytes_{};
    std::optional<jobs::Machine> machine_;
};

} // namespace axiom::worker
