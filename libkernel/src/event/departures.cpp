// Taking what has gone, one by one; see kernel/event/departures.hpp.

#include <kernel/event/departures.hpp>

namespace axiom::kernel {

Departed Departures::take_first() noexcept {
    if (auto const capability = capabilities_.first()) {
        capabilities_.erase(*capability);
        return {.is_capability = true, .type = {}, .index = *capability};
    }
    auto const object = objects_.first();
    objects_.erase(*object);
    auto type = static_cast<std::uint8_t>(object_types - 1);
    while (rows_before(rows_, static_cast<ObjectType>(type)) > *object) {
        --type;
    }
    return {.is_capability = false,
            .type = static_cast<ObjectType>(type),
            .index = *object - rows_before(rows_, static_cast<ObjectType>(type))};
}

} // namespace axiom::kernel
