#include <sim-host/machine/spaces.hpp>

#include <algorithm>
#include <array>

namespace axiom::host {

using kernel::frame_bytes;
using kernel::FrameBlock;
using kernel::MappedPages;

namespace {

std::uint64_t bytes_of(FrameBlock block) {
    return std::uint64_t{block.frames()} * frame_bytes;
}

} // namespace

std::shared_ptr<ServiceProcess> Spaces::process(std::uint32_t space, ProgramFile const& program,
                                                int line) {
    Space& in = spaces_[space];
    if (in.process && !in.process->has_ended()) {
        return in.process;
    }
    auto started = ServiceProcess::start(program, line);
    if (!started) {
        return nullptr;
    }
    in.process = *started;
    for (auto const& [address, piece] : in.pieces) {
        give({space, address}, piece, Order::map);
    }
    return in.process;
}

bool Spaces::map(MappedPages const& where, FrameBlock block, bool writable) {
    Space& space = spaces_[where.space];
    std::uint64_t const end = where.address + bytes_of(block);
    if (!is_free(space, where.address, end)) {
        return false;
    }
    Block& state = blocks_[block.first.value];
    if (state.stale) {
        move(block);
    }
    Piece const piece{.block = block, .writable = writable};
    Holder const holder{where.space, where.address};
    if (space.process) {
        give(holder, piece, Order::map);
    }
    space.pieces.emplace(where.address, piece);
    state.holders.push_back(holder);
    return true;
}

bool Spaces::map_machine_s(MappedPages const& where, SharedObject const& memory) {
    Space& space = spaces_[where.space];
    std::uint64_t const bytes = where.pages * frame_bytes;
    auto const read_only = memory.read_only();
    if (!space.process || !read_only || !is_free(space, where.address, where.address + bytes)) {
        return false;
    }
    space.process->order(
        {.order = Order::map, .writable = 0, .address = where.address, .bytes = bytes},
        std::array{read_only->number()});
    space.machine_s.emplace(where.address, bytes);
    return true;
}

bool Spaces::is_free(Space const& space, std::uint64_t begin, std::uint64_t end) {
    if (begin < region_window_begin || end > region_window_end || end <= begin) {
        return false;
    }
    auto const before = [&](std::uint64_t address, std::uint64_t bytes) {
        return address + bytes <= begin || address >= end;
    };
    auto piece = space.pieces.lower_bound(begin); // this one, and the one before it
    if (piece != space.pieces.begin()) {
        --piece;
    }
    for (; piece != space.pieces.end() && piece->first < end; ++piece) {
        if (!before(piece->first, bytes_of(piece->second.block))) {
            return false;
        }
    }
    return std::ranges::all_of(space.machine_s,
                               [&](auto const& each) { return before(each.first, each.second); });
}

// Who may write keeps that, whatever it is told: so less is a new object for everybody.
void Spaces::protect(MappedPages const& where, bool writable) {
    Space& space = spaces_[where.space];
    auto at = space.pieces.lower_bound(where.address);
    for (; at != space.pieces.end() && at->first < where.address + where.pages * frame_bytes;
         ++at) {
        bool const loses = at->second.writable && !writable;
        bool const gains = !at->second.writable && writable;
        at->second.writable = writable;
        if (loses) {
            move(at->second.block);
        } else if (gains && space.process) {
            give({where.space, at->first}, at->second, Order::move);
        }
    }
}

void Spaces::unmap(MappedPages const& where) {
    Space& space = spaces_[where.space];
    std::uint64_t const end = where.address + where.pages * frame_bytes;
    for (auto at = space.pieces.lower_bound(where.address);
         at != space.pieces.end() && at->first < end;) {
        std::uint64_t const address = at->first;
        ++at;
        take_away(space, where.space, address);
    }
    if (space.machine_s.erase(where.address) == 1 && space.process) {
        space.process->order({.order = Order::unmap, .address = where.address}, {});
    }
}

void Spaces::take_away(Space& space, std::uint32_t index, std::uint64_t address) {
    auto const piece = space.pieces.extract(address).mapped();
    Block& state = blocks_[piece.block.first.value];
    std::erase(state.holders, Holder{index, address});
    if (!space.process) {
        return; // nobody has seen it
    }
    space.process->order({.order = Order::unmap, .address = address}, {});
    if (state.holders.empty()) {
        state.stale = true;
    } else {
        move(piece.block);
    }
}

void Spaces::end(std::uint32_t space) {
    Space& in = spaces_[space];
    if (in.process) {
        in.process->end();
        in.process.reset();
    }
    for (auto const& [address, piece] : in.pieces) {
        std::erase(blocks_[piece.block.first.value].holders, Holder{space, address});
    }
    in.pieces.clear();
    in.machine_s.clear();
}

void Spaces::forget(FrameBlock block) {
    blocks_.erase(blocks_.lower_bound(block.first.value),
                  blocks_.lower_bound(block.first.value + block.frames()));
}

// Hands the block's object to the process that lives there, with no more than it may do. One that
// cannot be handed what it has been granted ends.
void Spaces::give(Holder const& to, Piece const& piece, Order how) {
    AgentOrder const order{.order = how,
                           .writable = piece.writable ? 1U : 0U,
                           .address = to.address,
                           .bytes = bytes_of(piece.block)};
    SharedObject const& object = memory_->object(piece.block);
    ServiceProcess& process = *spaces_[to.space].process;
    if (how == Order::hold) {
        process.order(order, {});
    } else if (piece.writable) {
        process.order(order, std::array{object.descriptor()});
    } else if (auto const read_only = object.read_only(); read_only) {
        process.order(order, std::array{read_only->number()});
    } else {
        process.kill();
    }
}

// Nobody writes while it is copied, but who will not have been a holder afterwards. All are told
// to hold still before the first is waited for.
void Spaces::move(FrameBlock block) {
    Block& state = blocks_[block.first.value];
    auto const for_each_process = [&](auto const& use) {
        for (Holder const& holder : state.holders) {
            Space& space = spaces_[holder.space];
            if (space.process) {
                use(holder, space.pieces.at(holder.address), *space.process);
            }
        }
    };
    for_each_process([&](Holder const& holder, Piece const& piece, ServiceProcess&) {
        if (piece.writable) {
            give(holder, piece, Order::hold);
        }
    });
    for_each_process([](Holder const&, Piece const& piece, ServiceProcess& process) {
        if (piece.writable) {
            process.await_agent();
        }
    });
    auto const moved = memory_->move(block);
    AXIOM_ASSERT(moved.has_value()); // the host has no memory: the boot ends, and is recovered from
    for_each_process([&](Holder const& holder, Piece const& piece, ServiceProcess&) {
        give(holder, piece, Order::move);
    });
    state.stale = false;
}

} // namespace axiom::host
