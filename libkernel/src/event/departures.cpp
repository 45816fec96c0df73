// Taking what has gone, one by one; see kernel/event/departures.hpp.

#include <kernel/event/departures.hpp>

namespace axiom::kernel {

Departed Departures::take_first() noexcept {
    if (auto const thread = threads_.first()) {
        threads_.erase(*thread);
        return {.what = Departed::What::object,
                .type = ObjectType::thread,
                .index = *thread,
                .tie = {}};
    }
    if (auto const capability = capabilities_.first()) {
        capabilities_.erase(*capability);
        return {.what = Departed::What::capability, .type = {}, .index = *capability, .tie = {}};
    }
    if (auto const tie = ties_.first()) {
        ties_.erase(*tie);
        return {.what = Departed::What::tie, .type = {}, .index = 0, .tie = tie_at(rows_, *tie)};
    }
    auto const object = objects_.first();
    objects_.erase(*object);
    auto type = static_cast<std::uint8_t>(object_types - 1);
    while (rows_before(rows_, static_cast<ObjectType>(type)) > *object) {
        --type;
    }
    return {.what = Departed::What::object,
            .type = static_cast<ObjectType>(type),
            .index = *object - rows_before(rows_, static_cast<ObjectType>(type)),
            .tie = {}};
}

} // namespace axiom::kernel
