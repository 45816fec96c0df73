#pragma once
// spawn: a new process from a program's number, held by its maker.

#include <cstdint>
#include <string_view>

#include <kernel/abi/user_calls.hpp>

namespace axiom {

/// Where the maker holds what it made: four slots of its own that are free.
struct Child {
    kernel::Slot process{};

    [[nodiscard]] constexpr kernel::Slot space() const noexcept {
        return kernel::Slot{process.value + 1};
    }
    [[nodiscard]] constexpr kernel::Slot thread() const noexcept {
        return kernel::Slot{process.value + 2};
    }
    [[nodiscard]] constexpr kernel::Slot context() const noexcept {
        return kernel::Slot{process.value + 3};
    }
};
inline constexpr std::uint32_t child_slots = 4;

struct Spawn {
    kernel::Slot account{};         // pays
    kernel::Slot process_account{}; // pays for the process itself
    Child child{};
    std::uint64_t principal{};
    std::uint8_t priority{};
    std::uint64_t budget_us{}; // in each period
    std::uint64_t period_us{};
    std::string_view label{};
};

/// Makes it; it holds nothing and does not run yet. What was made before a refusal stays.
[[nodiscard]] inline kernel::Answer<void> spawn(kernel::UserCalls const& kernel,
                                                Spawn const& how) noexcept {
    using kernel::ObjectType;
    auto const create = [&](kernel::Slot slot, kernel::NewObject object) {
        object.label = how.label;
        bool const is_process = object.type == ObjectType::process;
        return kernel.create(is_process ? how.process_account : how.account,
                             {.process = std::nullopt, .slot = slot}, object);
    };
    TRY(create(how.child.space(), {.type = ObjectType::space}));
    TRY(create(how.child.process,
               {.type = ObjectType::process, .first = how.principal, .uses = how.child.space()}));
    TRY(create(how.child.thread(),
               {.type = ObjectType::thread, .first = how.priority, .uses = how.child.process}));
    TRY(create(how.child.context(),
               {.type = ObjectType::context, .first = how.budget_us, .count = how.period_us}));
    constexpr std::uint8_t bind_context = 0;
    return kernel.bind(bind_context, how.child.thread(), how.child.context());
}

/// Lets it run; `program` is its number where the platform keeps programs.
[[nodiscard]] inline kernel::Answer<void> start(kernel::UserCalls const& kernel, Child const& child,
                                                std::uint64_t program,
                                                std::uint64_t argument) noexcept {
    return kernel.thread_start(child.thread(), program, 0, argument);
}

} // namespace axiom
