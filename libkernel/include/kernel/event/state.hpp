#pragma once
// KernelState: who holds what, as a value that replays.
//
//     account ◀──payer── object ◀──object── capability ──holder──▶ process
//        │                                     │ ▲
//        └──payer──▶ account                   └─┘ parent: what it was derived from
//
// Invariants, which tests/support/kernel_invariants checks from outside:
//   - an object lives exactly as long as something refers to it;
//   - a capability has no right that its parent lacks, unless it was created with the object;
//   - an account's `used` is the sum of what it pays for, and within its limit;
//   - an ended process holds no capability and no live thread;
//   - what an object has of another through a capability goes when that is revoked.
//
// The changes below are total: their preconditions (event/preconditions.hpp) were checked, and are
// asserted. Whoever loses its last reference is put aside and ended in `settle`, so that a cascade
// is a loop whose length the tables bound, never a recursion.

#include <kernel/event/departures.hpp>
#include <kernel/event/row_lists.hpp>
#include <kernel/event/sealed_rings.hpp>
#include <kernel/event/slot_views.hpp>
#include <kernel/event/ties.hpp>

namespace axiom::kernel {

/// The tables of objects, in the order of their types.
using ObjectTables =
    std::tuple<HashedTable<AccountRow>, HashedTable<ProcessRow>, HashedTable<ThreadRow>,
               HashedTable<SpaceRow>, HashedTable<RegionRow>, HashedTable<EndpointRow>,
               HashedTable<NotificationRow>, HashedTable<ContextRow>, HashedTable<InterruptRow>,
               HashedTable<PortsRow>, HashedTable<LogRow>>;
static_assert(std::tuple_size_v<ObjectTables> == object_types);

/// The type whose objects have rows like this.
template <class Row>
inline constexpr ObjectType object_type{place_in<HashedTable<Row>, ObjectTables>};

class KernelState {
  public:
    KernelState(Arena& arena, KernelCapacities const& capacities) noexcept;

    [[nodiscard]] static std::size_t bytes_for(KernelCapacities const& capacities) noexcept;

    // ── looking ────────────────────────────────────────────────────────────────────────────────

    [[nodiscard]] KernelCapacities const& capacities() const noexcept { return capacities_; }
    [[nodiscard]] LogTime now() const noexcept { return slots_.now(); }
    [[nodiscard]] bool started() const noexcept { return accounts().size() != 0; }

    [[nodiscard]] HashedTable<AccountRow> const& accounts() const noexcept {
        return table<AccountRow>();
    }
    [[nodiscard]] HashedTable<ProcessRow> const& processes() const noexcept {
        return table<ProcessRow>();
    }
    [[nodiscard]] HashedTable<ThreadRow> const& threads() const noexcept {
        return table<ThreadRow>();
    }
    [[nodiscard]] HashedTable<RegionRow> const& regions() const noexcept {
        return table<RegionRow>();
    }
    [[nodiscard]] HashedTable<ContextRow> const& contexts() const noexcept {
        return table<ContextRow>();
    }
    [[nodiscard]] HashedTable<InterruptRow> const& interrupts() const noexcept {
        return table<InterruptRow>();
    }
    [[nodiscard]] HashedTable<PortsRow> const& ports() const noexcept { return table<PortsRow>(); }
    [[nodiscard]] HashedTable<CapabilityRow> const& capabilities() const noexcept {
        return capabilities_;
    }

    /// How far the SysLog is sealed.
    [[nodiscard]] SealedRings const& rings() const noexcept { return rings_; }

    /// What lies in which slot; expired or not.
    [[nodiscard]] SlotViews const& slots() const noexcept { return slots_; }

    [[nodiscard]] bool lives(ObjectName const& object) const noexcept;
    [[nodiscard]] bool is_alive(RowHandle process) const noexcept;
    /// Who creates through this capability: the process that holds it.
    [[nodiscard]] ProcessRow const& creator(RowHandle source) const noexcept {
        return table<ProcessRow>().row(capabilities_.row(source.index).holder.index);
    }
    [[nodiscard]] ObjectHead const& head(ObjectName const& object) const noexcept;
    [[nodiscard]] bool table_full(ObjectType type) const noexcept;

    [[nodiscard]] std::optional<std::uint32_t>
    first_child(std::uint32_t capability) const noexcept {
        return children_.first(capability);
    }
    [[nodiscard]] std::optional<std::uint32_t>
    next_sibling(std::uint32_t capability) const noexcept {
        return children_.next(capability);
    }
    [[nodiscard]] std::optional<std::uint32_t> first_held(std::uint32_t process) const noexcept {
        return held_.first(process);
    }
    [[nodiscard]] std::optional<std::uint32_t> next_held(std::uint32_t capability) const noexcept {
        return held_.next(capability);
    }
    [[nodiscard]] std::optional<std::uint32_t> first_thread(std::uint32_t process) const noexcept {
        return process_threads_.first(process);
    }
    [[nodiscard]] std::optional<std::uint32_t> next_thread(std::uint32_t thread) const noexcept {
        return process_threads_.next(thread);
    }

    /// The object that was added last.
    [[nodiscard]] ObjectName newest() const noexcept { return newest_; }

    /// Calls `visit(type, table)` for every table of objects, in the order of their types.
    template <class Visit> void for_each_object_table(Visit&& visit) const noexcept {
        for (std::size_t type = 0; type < object_types; ++type) {
            on_table(*this, static_cast<ObjectType>(type),
                     [&](auto const& table) { visit(static_cast<ObjectType>(type), table); });
        }
    }

    // ── changes ────────────────────────────────────────────────────────────────────────────────

    /// An object of the type that has such rows; nothing refers to it yet.
    template <class Row>
        requires(object_type<Row> < ObjectType{object_types})
    RowHandle add(Row row) noexcept;
    RowHandle add(CapabilityRow const& row) noexcept;

    void move(std::uint32_t capability, Place const& into) noexcept;
    void remove(std::uint32_t capability) noexcept;
    void revoke(std::uint32_t capability, bool itself) noexcept;
    void end_process(std::uint32_t process, std::uint64_t code) noexcept;
    void end_thread(std::uint32_t thread, std::uint64_t code) noexcept;
    void bind(Bind const& bind) noexcept;
    void add_rings(std::uint32_t count) noexcept { rings_.begin(count); }
    void seal(Seal const& seal) noexcept { rings_.seal(seal); }

    /// Ends what nothing refers to any more; at the end of every change that takes something away.
    void settle() noexcept;

    /// Removes every capability whose time has come, with what descends from it. What is left does
    /// not depend on the order; the cost is that of a look at each capability, and of a revoke.
    void tick(LogTime now) noexcept;

    /// One thing that has gone since the last call.
    [[nodiscard]] std::optional<Departed> take_departed() noexcept { return departures_.take(); }

    void clear() noexcept;

    // ── as a value ─────────────────────────────────────────────────────────────────────────────

    [[nodiscard]] Hash256 root(HashEngine const& engine) noexcept;
    Result<void> save(Writer& to) const noexcept;
    Result<void> load(Reader& from) noexcept;
    [[nodiscard]] std::size_t save_bytes_max() const noexcept;

  private:
    // `visit` of the table of this type.
    template <std::size_t at = 0, class Self, class Visit>
    static decltype(auto) on_table(Self& self, ObjectType type, Visit&& visit) noexcept {
        if constexpr (at + 1 < object_types) {
            if (type != static_cast<ObjectType>(at)) {
                return on_table<at + 1>(self, type, visit);
            }
        }
        return visit(std::get<at>(self.tables_));
    }
    template <class Row> [[nodiscard]] HashedTable<Row> const& table() const noexcept {
        return std::get<HashedTable<Row>>(tables_);
    }
    template <class Row> [[nodiscard]] HashedTable<Row>& table() noexcept {
        return std::get<HashedTable<Row>>(tables_);
    }
    [[nodiscard]] ObjectHead& edit_head(ObjectName const& object) noexcept;
    void refer(ObjectName const& object) noexcept;
    void release(ObjectName const& object) noexcept;
    void link(std::uint32_t capability) noexcept;
    void unlink(std::uint32_t capability) noexcept;
    void drop(std::uint32_t capability) noexcept;
    void hand_up(std::uint32_t capability) noexcept;
    void hand_ties_up(std::uint32_t capability) noexcept;
    void take_back(std::uint32_t capability) noexcept;
    [[nodiscard]] Bound& edit_bound(Tie tie) noexcept;
    void keep(Tie::Kind kind, RowHandle target) noexcept;
    void link(Tie tie, Bound const& bound) noexcept;
    void untie(Tie tie) noexcept;
    void end_tie(Tie tie) noexcept;
    void end_object(ObjectName const& object) noexcept;
    Result<void> load_tables(Reader& from) noexcept;
    Result<void> link_loaded() noexcept;
    Result<void> link_loaded_ties() noexcept;
    bool link_loaded(Tie tie, Bound const& bound) noexcept;
    Result<void> check_loaded() noexcept;
    Result<void> check_objects() noexcept;
    Result<void> check_capability(std::uint32_t index, CapabilityRow const& row) noexcept;
    Result<void> check_counts() noexcept;
    bool count(ObjectName const& object) noexcept;
    bool count_if_set(ObjectType type, RowHandle row) noexcept;

    KernelCapacities capacities_;

    ObjectTables tables_;
    HashedTable<CapabilityRow> capabilities_;
    SealedRings rings_;

    // Projections of the tables.
    SlotViews slots_;
    RowLists children_;        // capabilities, by what they were derived from
    RowLists held_;            // capabilities, by the process that holds them
    RowLists process_threads_; // live threads, by process
    Ties ties_;                // what objects have of each other, by capability

    Departures departures_;
    ObjectName newest_;

    std::span<ObjectName> dying_; // what lost its last reference
    std::size_t dying_count_{};

    // Scratch, for checking what was loaded.
    std::span<std::uint32_t> counted_; // references found, for each object
    std::span<Quota> spent_;           // costs found, for each account
};

/// What an object costs its payer.
[[nodiscard]] Quota cost_of(AccountRow const& row) noexcept;
[[nodiscard]] Quota cost_of(ThreadRow const& row) noexcept;
[[nodiscard]] Quota cost_of(RegionRow const& row) noexcept;
[[nodiscard]] Quota cost_of(ContextRow const& row) noexcept;
template <class Row> [[nodiscard]] constexpr Quota cost_of(Row const& /*row*/) noexcept {
    return {.objects = 1};
}

template <class Row>
    requires(object_type<Row> < ObjectType{object_types})
RowHandle KernelState::add(Row row) noexcept {
    row.head.references = 0;
    if (row.head.payer.generation != 0) {
        charge(table<AccountRow>().edit(row.head.payer.index).used, cost_of(row));
        refer({ObjectType::account, row.head.payer});
    }
    newest_ = {object_type<Row>, table<Row>().add(row)};
    if constexpr (object_type<Row> == ObjectType::process) {
        keep(Tie::Kind::space, row.space.target);
        link({Tie::Kind::space, newest_.row.index}, row.space);
    } else if constexpr (object_type<Row> == ObjectType::thread) {
        process_threads_.insert(row.process.target.index, newest_.row.index);
        link({Tie::Kind::process, newest_.row.index}, row.process);
    }
    return newest_.row;
}

} // namespace axiom::kernel
