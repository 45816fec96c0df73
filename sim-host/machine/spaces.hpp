#pragma once
// Spaces: which blocks each address space has mapped, and the processes that live in them.
//
// What a process has mapped it may keep, whatever it is told. So a block of which some process has
// lost a mapping is *stale*: before anybody else relies on it, its contents move to a new object.
//
//     A, B map block 7            7 ─ object 1 ─ A, B
//     A's mapping is taken away   A is told to unmap; B to hold still; the contents move
//                                 7 ─ object 2 ─ B          (A may still see object 1: its past)
//
// Called with the kernel's authority lock held, which makes it one at a time.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include <kernel/port/machine.hpp>
#include <sim-host/machine/physical_memory.hpp>
#include <sim-host/machine/service_process.hpp>

namespace axiom::host {

class Spaces {
  public:
    Spaces(PhysicalMemory& memory, std::uint32_t spaces) : memory_{&memory}, spaces_(spaces) {}

    /// The process that lives there, or this one that starts now and is given what is
    /// mapped; `line` as in ServiceProcess::start. None: it could not be started.
    [[nodiscard]] std::shared_ptr<ServiceProcess> process(std::uint32_t space,
                                                          ProgramFile const& program, int line);
    [[nodiscard]] std::shared_ptr<ServiceProcess> process(std::uint32_t space) const {
        return spaces_[space].process;
    }

    /// False: the place is not within the window, or taken.
    [[nodiscard]] bool map(kernel::MappedPages const& where, kernel::FrameBlock block,
                           bool writable);
    /// Memory of the machine's own, for reading; only into a space whose process lives.
    [[nodiscard]] bool map_machine_s(kernel::MappedPages const& where, SharedObject const& memory);
    void protect(kernel::MappedPages const& where, bool writable);
    void unmap(kernel::MappedPages const& where);

    /// Its process is gone when this returns.
    void end(std::uint32_t space);

    /// A block begins: nobody has it.
    void forget(kernel::FrameBlock block);

  private:
    struct Piece { // of an address space: one block
        kernel::FrameBlock block{};
        bool writable{};
    };
    struct Space {
        std::shared_ptr<ServiceProcess> process;
        std::map<std::uint64_t, Piece> pieces;            // by address
        std::map<std::uint64_t, std::uint64_t> machine_s; // by address, bytes
    };
    struct Holder {
        std::uint32_t space{};
        std::uint64_t address{};
        friend bool operator==(Holder const&, Holder const&) = default;
    };
    struct Block {
        std::vector<Holder> holders;
        bool stale{}; // somebody may have kept the object
    };

    [[nodiscard]] static bool is_free(Space const& space, std::uint64_t begin, std::uint64_t end);
    void give(Holder const& to, Piece const& piece, Order how);
    void take_away(Space& space, std::uint32_t index, std::uint64_t address);
    void move(kernel::FrameBlock block);

    PhysicalMemory* memory_;
    std::vector<Space> spaces_;
    std::map<std::uint32_t, Block> blocks_; // by first frame
};

} // namespace axiom::host
