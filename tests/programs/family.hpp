#pragma once
// What the programs of the tests share: the slots of the first process, and short ways to ask.

#include <array>
#include <charconv>
#include <string_view>

#include <kernel/abi/user_calls.hpp>
#include <services/runtime/program.hpp>
#include <services/runtime/region_window.hpp>
#include <services/runtime/spawn.hpp>

namespace axiom::test {

inline constexpr kernel::Slot account_slot{0};
inline constexpr kernel::Slot space_slot{2};
inline constexpr kernel::Slot ports_slot{5};

/// Where the first process gives its children what they hold.
inline constexpr kernel::Slot child_endpoint{0};
inline constexpr kernel::Slot child_region{1};
inline constexpr kernel::Slot child_space{2};

inline constexpr std::uint64_t region_address = region_window_begin;

class Family {
  public:
    explicit Family(kernel::Trap const& trap) noexcept : kernel{trap} {}

    void say(std::string_view text) const noexcept { static_cast<void>(kernel.debug_write(text)); }
    void say(std::string_view text, std::uint64_t number) const noexcept {
        std::array<char, 128> line{};
        std::size_t const length = std::min(text.size(), line.size() - 32);
        std::copy_n(text.data(), length, line.data());
        char* const end =
            std::to_chars(line.data() + length, line.data() + line.size() - 1, number).ptr;
        *end = '\n';
        say({line.data(), static_cast<std::size_t>(end + 1 - line.data())});
    }

    /// Says what was refused, and goes on.
    template <class T> bool must(std::string_view what, kernel::Answer<T> const& answer) const {
        if (!answer) {
            say(what, static_cast<std::uint64_t>(answer.error().check));
        }
        return answer.has_value();
    }

    /// The next child, which runs this program. It holds nothing but what `give` gives.
    [[nodiscard]] Child make(std::uint64_t priority = 20) noexcept {
        Child const child{kernel::Slot{next_}};
        next_ += child_slots;
        must("spawn refused: ", spawn(kernel, {.account = account_slot,
                                               .process_account = account_slot,
                                               .child = child,
                                               .principal = next_,
                                               .priority = static_cast<std::uint8_t>(priority),
                                               .budget_us = 10'000,
                                               .period_us = 10'000}));
        return child;
    }
    void give(kernel::Slot what, Child const& child, kernel::Slot slot, kernel::Rights rights,
              std::uint64_t badge = 0) const noexcept {
        must("grant refused: ", kernel.derive(what, {.process = child.process, .slot = slot},
                                              {.rights = rights, .badge = badge}));
    }
    void run(Child const& child, std::uint64_t program, std::uint64_t argument = 0) const noexcept {
        must("start refused: ", start(kernel, child, program, argument));
    }
    [[nodiscard]] kernel::Slot create(kernel::ObjectType type, std::uint64_t first = 0,
                                      std::uint64_t count = 0) noexcept {
        kernel::Slot const slot{next_++};
        must("create refused: ",
             kernel.create(account_slot, {.process = std::nullopt, .slot = slot},
                           {.type = type, .first = first, .count = count}));
        return slot;
    }
    void switch_off() const noexcept {
        static_cast<void>(kernel.port_out(ports_slot, 0x604, 2, 0x2000));
    }

    kernel::UserCalls kernel;

  private:
    std::uint32_t next_{20};
};

} // namespace axiom::test
