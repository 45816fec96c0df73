// System calls that change authority, and those that look at it: registers become a request, the
// request an entry, and what came of it is brought up.

#include <kernel/core/kernel.hpp>

#include <axiom/base/mutant.hpp>
#include <axiom/codec/utf8.hpp>

namespace axiom::kernel {

namespace {

// A slot as registers have it, where all ones say that there is none.
Slot optional_slot(std::uint64_t value) noexcept {
    return value == ~std::uint64_t{0} ? own_space : slot_of(value);
}

// A process's slot above a slot of it.
Target target_of(std::uint64_t process, std::uint64_t slot) noexcept {
    return {.process = optional_slot(process), .slot = slot_of(slot)};
}

// Read once, whatever its owner does to it meanwhile.
Answer<HeldText<label_max>> label_of(MessageBuffer const& buffer) noexcept {
    auto const letters = buffer.label;
    std::size_t bytes = 0;
    while (bytes < letters.size() && letters[bytes] != 0) {
        ++bytes;
    }
    std::string_view const text{letters.data(), bytes};
    if (!is_utf8(bytes_of(text)) && !AXIOM_MUTANT(label_unchecked)) {
        return refuse(Check::label);
    }
    return HeldText<label_max>{text};
}

} // namespace

// account, process, slot, type, first, count, uses, row; the label lies in the buffer
Outcome Kernel::on_create(Turn& turn, CallFrame const& frame) noexcept {
    auto const& [account, process, slot, type, first, count, uses, row] = frame.arguments;
    if (type >= object_types) {
        return refuse(Check::argument, 3);
    }
    bool const is_memory = static_cast<ObjectType>(type) == ObjectType::region && first == 0;
    if (row != 0 && (!is_memory || row > row_alignment_max + 1)) {
        return refuse(Check::argument, 7, row_alignment_max + 1);
    }
    auto const label = TRY(label_of(*turn.thread->buffer));
    CreateRequest const request{.account = slot_of(account),
                                .into = target_of(process, slot),
                                .type = static_cast<ObjectType>(type),
                                .first = first,
                                .count = count,
                                .uses = optional_slot(uses),
                                .label = label};
    if (!take_authority(turn)) {
        return waits;
    }
    bool const gives = request.type == ObjectType::interrupt || request.type == ObjectType::ports ||
                       (request.type == ObjectType::region && request.first != 0);
    RowHandle const giver = turn.thread->process;
    RowHandle const taker = taker_of(turn, request.into);
    bool const waits_for_it =
        gives && (grant_waits(giver, taker) || still_waits(giver, request.uses));
    TRY(may_grant(giver, gives, waits_for_it ? 1 : 0));
    DeviceGrants::Change const change{grants_, gives};
    // How its frames lie is the machine's matter, and no part of the entry.
    auto const alignment = row == 0 || AXIOM_MUTANT(row_ignored)
                               ? std::nullopt
                               : std::optional{static_cast<std::uint8_t>(row - 1)};
    Asker const asker{.process = giver, .thread = turn.thread->self};
    Event const event = TRY(authority_.decided(asker, request));
    Backing const backing = TRY(take_backing(request, alignment));
    auto const created = authority_.take(asker, recorder_.position(*turn.thread), event);
    if (!created) {
        give_backing(backing);
        return std::unexpected{created.error()};
    }
    ObjectName const object = state().newest();
    if (object.type == ObjectType::region) {
        // Nobody maps it before: that needs the authority lock.
        chains_.for_each_block(backing.chain, [&](FrameBlock const& block) {
            if (!AXIOM_MUTANT(frames_not_zeroed)) {
                machine_->zero(block);
            }
        });
        region_frames_[object.row.index] = backing.chain;
    } else if (object.type == ObjectType::thread) {
        thread_frames_[object.row.index] = *backing.block;
    }
    bring_up(object);
    CallAnswer const answer{.words = {object.row.index, object.row.generation}};
    return waits_for_it ? await_grant(turn, taker, request.into.slot, answer) : answer;
}

// What the object is made of is taken before its entry is made, for whom it was decided that they
// may have it: this step can fail, and the entry cannot be taken back. It is zeroed afterwards, so
// that nobody who is refused costs that.
Answer<Kernel::Backing> Kernel::take_backing(CreateRequest const& request,
                                             std::optional<std::uint8_t> row) noexcept {
    constexpr std::uint8_t count_argument = 5;
    Backing backing{};
    if (request.type == ObjectType::thread) {
        backing.block = pool_.take(1); // the two pages of its buffer
        if (!backing.block) {
            return refuse(Check::memory, 3);
        }
    } else if (request.type == ObjectType::region && request.first == 0 && request.count != 0) {
        if (request.count > pool_.frames()) {
            return refuse(Check::memory, count_argument);
        }
        auto const chain = chains_.take(static_cast<std::uint32_t>(request.count), row);
        if (!chain) {
            return refuse(Check::memory, count_argument);
        }
        backing.chain = *chain;
    }
    return backing;
}

void Kernel::give_backing(Backing const& backing) noexcept {
    if (backing.block) {
        pool_.give(*backing.block);
    }
    if (backing.chain.frames != 0) {
        chains_.give(backing.chain);
    }
}

// account, process, slot, then the limit: pages, objects, capabilities, threads in one word each of
// the buffer's first six, in the order of Resource
Outcome Kernel::on_create_account(Turn& turn, CallFrame const& frame) noexcept {
    auto const label = TRY(label_of(*turn.thread->buffer));
    Quota limit{};
    Bytes const words{turn.thread->buffer->bytes};
    for (std::size_t index = 0; index < quota_fields.size(); ++index) {
        limit.*quota_fields[index] = load_le<std::uint64_t>(words.subspan(index * 8, 8));
    }
    TRY(perform(turn, AccountRequest{.account = slot_of(frame.arguments[0]),
                                     .into = target_of(frame.arguments[1], frame.arguments[2]),
                                     .limit = limit,
                                     .label = label}));
    return CallAnswer{};
}

// A capability goes, or a child of it; if it is to a device whoever asks may wait for the entry.
template <class Request>
Outcome Kernel::hand_on(Turn& turn, Slot source, Request const& request) noexcept {
    if (!take_authority(turn)) {
        return waits;
    }
    RowHandle const giver = turn.thread->process;
    RowHandle const taker = taker_of(turn, request.into);
    bool const gives = is_device_in(giver, source);
    bool const waits_for_it = gives && (grant_waits(giver, taker) || still_waits(giver, source));
    TRY(may_grant(giver, gives, waits_for_it ? 1 : 0));
    DeviceGrants::Change const change{grants_, gives};
    TRY(perform(turn, request));
    return waits_for_it ? await_grant(turn, taker, request.into.slot, {}) : CallAnswer{};
}

// source, process, slot, rights, badge, expires
Outcome Kernel::on_derive(Turn& turn, CallFrame const& frame) noexcept {
    auto const& [source, process, slot, rights, badge, expires, unused, more] = frame.arguments;
    if (rights > right::all.bits) {
        return refuse(Check::argument, 3);
    }
    auto const label = TRY(label_of(*turn.thread->buffer));
    if (!take_authority(turn)) {
        return waits;
    }
    // Log time goes on from where the recovered log stands, which is not known before.
    if (expires != 0 && !log_->attached() && !AXIOM_MUTANT(expiry_before_attach)) {
        return refused_by_log(Code::log_detached, 5);
    }
    return hand_on(turn, slot_of(source),
                   DeriveRequest{.source = slot_of(source),
                                 .into = target_of(process, slot),
                                 .rights = Rights{static_cast<std::uint8_t>(rights)},
                                 .badge = badge,
                                 .expires = LogTime{expires},
                                 .label = label});
}

// source, process, slot
Outcome Kernel::on_move(Turn& turn, CallFrame const& frame) noexcept {
    return hand_on(turn, slot_of(frame.arguments[0]),
                   MoveRequest{.source = slot_of(frame.arguments[0]),
                               .into = target_of(frame.arguments[1], frame.arguments[2])});
}

// slot: type, rights and depth; the object's index and generation; badge; expiry; label
Outcome Kernel::on_inspect(Turn& turn, CallFrame const& frame) noexcept {
    if (!take_authority(turn)) {
        return waits;
    }
    auto const held = TRY(look_up(turn, frame, {0, {}, right::none}));
    CapabilityRow const& row = state().capabilities().row(held.capability.index);
    CallAnswer answer{
        .words = {static_cast<std::uint64_t>(row.object.type) |
                      std::uint64_t{row.rights.bits} << 8U | std::uint64_t{row.depth} << 16U,
                  row.object.row.index, row.object.row.generation, row.badge, row.expires.value}};
    std::array<std::byte, label_max> label{};
    copy_bytes(MutableBytes{label}.first(row.label.view().size()), bytes_of(row.label.view()));
    answer.words[5] = load_le<std::uint64_t>(Bytes{label}.first(8));
    answer.words[6] = load_le<std::uint64_t>(Bytes{label}.last(8));
    return answer;
}

// subject, target, bit, binding
Outcome Kernel::on_bind(Turn& turn, CallFrame const& frame) noexcept {
    auto const& [subject, target, bit, binding, unused, more, yet, another] = frame.arguments;
    if (binding > static_cast<std::uint64_t>(Binding::budgets)) {
        return refuse(Check::argument, 3);
    }
    if (bit > 63) {
        return refuse(Check::argument, 2);
    }
    BindRequest const request{.binding = static_cast<Binding>(binding),
                              .subject = slot_of(subject),
                              .target = optional_slot(target),
                              .bit = static_cast<std::uint8_t>(bit)};
    if (request.binding == Binding::line) {
        if (!take_authority(turn)) {
            return waits;
        }
        if (auto const line = state().slots().find(turn.thread->process, request.subject)) {
            TRY(may_use(turn, *line, 0));
        }
    }
    TRY(perform(turn, request));
    // The slots are what they were: nothing that a bind takes away is a capability.
    auto const row_of = [&](Slot slot) {
        return slot == own_space ? RowHandle{}
                                 : state().slots().find(turn.thread->process, slot)->object.row;
    };
    rebind(turn, {.binding = request.binding,
                  .subject = row_of(request.subject),
                  .target = row_of(request.target),
                  .bit = request.bit});
    return CallAnswer{};
}

} // namespace axiom::kernel
