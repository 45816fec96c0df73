// The state as a value: hashed, saved, loaded; see kernel/event/state.hpp.

#include <kernel/event/state.hpp>

#include <algorithm>

#include <axiom/base/mutant.hpp>

namespace axiom::kernel {

Hash256 KernelState::root(HashEngine const& engine) noexcept {
    std::array<Hash256, object_types + 3> roots{};
    for (std::size_t type = 0; type < object_types; ++type) {
        roots[type] = on_table(*this, static_cast<ObjectType>(type),
                               [&](auto& table) { return table.root(engine); });
    }
    roots[object_types] = capabilities_.root(engine);
    roots[object_types + 1] = rings_.root(engine);
    store_le(MutableBytes{roots[object_types + 2].bytes}, now().value);
    return combine_roots(engine, roots);
}

Result<void> KernelState::save(Writer& to) const noexcept {
    TRY(to.word(now().value));
    for (std::size_t type = 0; type < object_types; ++type) {
        TRY(on_table(*this, static_cast<ObjectType>(type),
                     [&](auto const& table) { return table.save(to); }));
    }
    TRY(capabilities_.save(to));
    return rings_.save(to);
}

std::size_t KernelState::save_bytes_max() const noexcept {
    std::size_t bytes = sizeof(LogTime);
    for_each_object_table([&](ObjectType /*type*/, auto const& table) {
        bytes += table.save_bytes_max(table.capacity());
    });
    return bytes + capabilities_.save_bytes_max(capabilities_.capacity()) + rings_.save_bytes_max();
}

Result<void> KernelState::load(Reader& from) noexcept {
    auto loaded = load_tables(from);
    if (loaded) {
        loaded = link_loaded();
    }
    if (loaded) {
        loaded = check_loaded();
    }
    if (!loaded) {
        clear();
    }
    return loaded;
}

Result<void> KernelState::load_tables(Reader& from) noexcept {
    slots_.set_now(LogTime{TRY(from.word<std::uint64_t>())});
    for (std::size_t type = 0; type < object_types; ++type) {
        TRY(on_table(*this, static_cast<ObjectType>(type),
                     [&](auto& table) { return table.load(from); }));
    }
    TRY(capabilities_.load(from));
    return rings_.load(from);
}

// Fills the projections, as far as rows name what is there.
Result<void> KernelState::link_loaded() noexcept {
    Result<void> outcome{};
    threads().for_each([&](std::uint32_t index, ThreadRow const& row) {
        if (row.life == Life::alive) {
            if (!is_alive(row.process.target)) {
                outcome = fail(Code::no_such_row, index);
                return;
            }
            process_threads_.insert(row.process.target.index, index);
        }
    });
    capabilities_.for_each([&](std::uint32_t index, CapabilityRow const& row) {
        bool const placed = is_alive(row.holder) && row.slot.value < slots_max &&
                            (row.parent == RowHandle{} || capabilities_.is_live(row.parent));
        if (!placed) {
            outcome = fail(Code::no_such_row, index);
        } else if (slots_.find(row.holder, row.slot)) {
            outcome = fail(Code::already_exists, index);
        } else {
            link(index);
        }
    });
    if (outcome) {
        outcome = link_loaded_ties();
    }
    return outcome;
}

// What it says, and whether it may have come through the capability that it names: one to its
// target, or where that was given up an ancestor of it, which stands for an account.
bool KernelState::link_loaded(Tie tie, Bound const& bound) noexcept {
    if (bound.target == RowHandle{} || bound.through == RowHandle{}) {
        return bound.through == RowHandle{} && (bound.target != RowHandle{} || bound.badge == 0);
    }
    if (!capabilities_.is_live(bound.through)) {
        return false;
    }
    CapabilityRow const& row = capabilities_.row(bound.through.index);
    bool const to_target = row.object == ObjectName{target_of(tie.kind), bound.target};
    ties_.insert(bound.through.index, tie);
    bool const sound = to_target ? row.badge == 0 || row.badge == bound.badge
                                 : row.object.type == ObjectType::account;
    return sound || AXIOM_MUTANT(forged_tie_taken);
}

Result<void> KernelState::link_loaded_ties() noexcept {
    Result<void> outcome{};
    auto const require = [&](bool holds, std::uint32_t index) {
        if (!holds) {
            outcome = fail(Code::out_of_range, index);
        }
    };
    threads().for_each([&](std::uint32_t index, ThreadRow const& row) {
        for (std::size_t kind = 0; kind < tie_kinds; ++kind) {
            if (thread_ties[kind] != nullptr) {
                require(link_loaded({static_cast<Tie::Kind>(kind), index}, row.*thread_ties[kind]),
                        index);
            }
        }
    });
    processes().for_each([&](std::uint32_t index, ProcessRow const& row) {
        require(link_loaded({Tie::Kind::space, index}, row.space), index);
    });
    interrupts().for_each([&](std::uint32_t index, InterruptRow const& row) {
        require(link_loaded({Tie::Kind::line, index}, row.notification), index);
    });
    return outcome;
}

bool KernelState::count(ObjectName const& object) noexcept {
    if (!lives(object)) {
        return false;
    }
    ++counted_[rows_before(capacities_, object.type) + object.row.index];
    return true;
}

bool KernelState::count_if_set(ObjectType type, RowHandle row) noexcept {
    return row == RowHandle{} || count({type, row});
}

// What replay guarantees is found here by counting: who refers to whom, and what that costs.
Result<void> KernelState::check_loaded() noexcept {
    std::ranges::fill(counted_, 0U);
    std::ranges::fill(spent_, Quota{});
    TRY(check_objects());
    Result<void> outcome{};
    capabilities_.for_each([&](std::uint32_t index, CapabilityRow const& row) {
        if (auto const sound = check_capability(index, row); !sound) {
            outcome = sound;
        }
    });
    TRY(outcome);
    return check_counts();
}

Result<void> KernelState::check_objects() noexcept {
    Result<void> outcome{};
    auto const require = [&](bool holds, std::uint32_t index) {
        if (!holds) {
            outcome = fail(Code::no_such_row, index);
        }
    };
    for_each_object_table([&](ObjectType type, auto const& table) {
        table.for_each([&](std::uint32_t index, auto const& row) {
            RowHandle const payer = row.head.payer;
            bool const first = type == ObjectType::account && table.generation(index) == 1;
            if (first || !accounts().is_live(payer)) {
                return require(first && payer == RowHandle{}, index);
            }
            require(count({ObjectType::account, payer}), index);
            charge(spent_[payer.index], cost_of(row));
        });
    });
    processes().for_each([&](std::uint32_t index, ProcessRow const& row) {
        require(row.life == Life::alive ? count({ObjectType::space, row.space.target})
                                        : row.space.target == RowHandle{},
                index);
    });
    threads().for_each([&](std::uint32_t index, ThreadRow const& row) {
        bool const alive = row.life == Life::alive;
        for (std::size_t kind = 0; kind < tie_kinds; ++kind) {
            if (Bound ThreadRow::* const place = thread_ties[kind]; place == &ThreadRow::process) {
                require(alive || row.process.through == RowHandle{}, index);
            } else if (place != nullptr) {
                RowHandle const target = (row.*place).target;
                bool const counted = count_if_set(target_of(static_cast<Tie::Kind>(kind)), target);
                require(counted && (alive || target == RowHandle{}), index);
            }
        }
    });
    contexts().for_each([&](std::uint32_t index, ContextRow const& row) {
        require(row.budget_us != 0 && row.budget_us <= row.period_us, index);
    });
    interrupts().for_each([&](std::uint32_t index, InterruptRow const& row) {
        RowHandle const target = row.notification.target;
        require(count_if_set(ObjectType::notification, target) && row.bit < 64, index);
    });
    return outcome;
}

Result<void> KernelState::check_capability(std::uint32_t index, CapabilityRow const& row) noexcept {
    if (!count(row.object)) {
        return fail(Code::no_such_row, index);
    }
    ++spent_[processes().row(row.holder.index).head.payer.index].capabilities;
    if (!right::all.covers(row.rights)) {
        return fail(Code::out_of_range, index);
    }
    if (row.parent == RowHandle{}) {
        return {};
    }
    CapabilityRow const& parent = capabilities_.row(row.parent.index);
    bool const derived = parent.object == row.object;
    bool const sound = row.depth > parent.depth && row.depth <= depth_max &&
                       (!derived || (parent.rights.covers(row.rights) &&
                                     (parent.badge == 0 || parent.badge == row.badge)));
    return sound ? Result<void>{} : fail(Code::out_of_range, index);
}

Result<void> KernelState::check_counts() noexcept {
    Result<void> outcome{};
    for_each_object_table([&](ObjectType type, auto const& table) {
        table.for_each([&](std::uint32_t index, auto const& row) {
            RowHandle const handle{index, table.generation(index)};
            std::uint32_t const counted = counted_[rows_before(capacities_, type) + handle.index];
            if (counted == 0 || counted != row.head.references) {
                outcome = fail(Code::out_of_range, index, counted);
            }
        });
    });
    accounts().for_each([&](std::uint32_t index, AccountRow const& row) {
        if (row.used != spent_[index] || first_exceeded(row.limit, row.used, {})) {
            outcome = fail(Code::out_of_range, index);
        }
    });
    return outcome;
}

} // namespace axiom::kernel
