// What lies in a slot; see sim-host/machine/slot_entry.hpp.

#include <sim-host/machine/slot_entry.hpp>

namespace axiom::host {

namespace {

using kernel::Fault;

Fault::Kind kind_of(std::uint64_t number) noexcept {
    bool const is_one = number >= static_cast<std::uint64_t>(Fault::Kind::page) &&
                        number <= static_cast<std::uint64_t>(Fault::Kind::other);
    return is_one ? static_cast<Fault::Kind>(number) : Fault::Kind::other;
}

} // namespace

bool is_in(TrapSlot const& slot) noexcept {
    std::uint32_t const turn = slot.turn.load(std::memory_order_acquire);
    return turn != static_cast<std::uint32_t>(SlotTurn::offered) &&
           turn != static_cast<std::uint32_t>(SlotTurn::thread);
}

SlotEntry entry_in(TrapSlot const& slot) noexcept {
    auto const word = [&slot](std::size_t index) {
        return slot.request[index].load(std::memory_order_relaxed);
    };
    SlotEntry entry;
    switch (static_cast<SlotEvent>(slot.event.load(std::memory_order_relaxed))) {
    case SlotEvent::call:
        entry.event = SlotEvent::call;
        entry.call.number = word(0);
        for (std::size_t index = 0; index < entry.call.arguments.size(); ++index) {
            entry.call.arguments[index] = word(index + 1);
        }
        break;
    case SlotEvent::fault:
        entry.event = SlotEvent::fault;
        entry.fault = {.kind = kind_of(word(0)), .at = word(1), .detail = word(2), .more = word(3)};
        break;
    case SlotEvent::stopped:
        break;
    }
    return entry;
}

void put_answer(TrapSlot& slot, kernel::CallAnswer const& answer) noexcept {
    slot.answer[0].store(answer.status, std::memory_order_relaxed);
    for (std::size_t index = 0; index < answer.words.size(); ++index) {
        slot.answer[index + 1].store(answer.words[index], std::memory_order_relaxed);
    }
}

} // namespace axiom::host
