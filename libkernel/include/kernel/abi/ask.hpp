#pragma once
// ask: a system call whose arguments are named as the table names them.
//
//     ask<Call::bind>(trap, Argument<"subject">{3}, Argument<"target">{4}, …)
//
// Names that are not the table's, in its order, all of them, do not compile; and `word_of` finds an
// answer's word by its name. So the table is the only place that says where anything lies.

#include <algorithm>
#include <optional>
#include <string_view>

#include <kernel/abi/call_table.hpp>
#include <kernel/abi/object.hpp>

namespace axiom::kernel {

/// How a program enters the kernel: its platform gives one.
struct Trap {
    CallAnswer (*enter)(void* where, CallFrame const& frame){};
    void* where{};
    MessageBuffer* buffer{}; // of the calling thread
};

/// A string as a template's argument.
template <std::size_t size> struct Name {
    char text[size]{};

    // NOLINTNEXTLINE(google-explicit-constructor): so that a literal is a name
    consteval Name(char const (&literal)[size]) noexcept { std::copy_n(literal, size, text); }
    [[nodiscard]] constexpr std::string_view view() const noexcept { return {text, size - 1}; }
};

/// What goes into the register of this name: a number, an id or a slot; of no slot all ones.
template <Name name> struct Argument {
    std::uint64_t value{};

    template <class T> constexpr explicit Argument(T given) noexcept {
        if constexpr (StrongInteger<T>) {
            value = given.value;
        } else {
            value = static_cast<std::uint64_t>(given);
        }
    }
    constexpr explicit Argument(std::optional<Slot> slot) noexcept
        : value{slot ? slot->value : ~std::uint64_t{0}} {}
};

[[nodiscard]] consteval CallInfo const& info_of(Call call) noexcept {
    return call_table[static_cast<std::size_t>(call)];
}

namespace detail {

/// Takes the first word off the list; empty when there is none.
consteval std::string_view next_word(std::string_view& list) noexcept {
    std::size_t const end = std::min(list.find(' '), list.size());
    std::string_view const word = list.substr(0, end);
    list.remove_prefix(std::min(end + 1, list.size()));
    return word;
}

template <Name... names> consteval bool spells(std::string_view list) noexcept {
    bool same = true;
    ((same = same && next_word(list) == names.view()), ...);
    return same && list.empty();
}

} // namespace detail

/// Where the word of this name lies in the call's answer.
template <Call call, Name name> consteval std::size_t word_of() noexcept {
    std::string_view list = info_of(call).answers;
    std::size_t index = 0;
    while (detail::next_word(list) != name.view()) {
        ++index;
        if (list.empty()) {
            return ~std::size_t{0}; // no answer has that many: the access does not compile
        }
    }
    return index;
}

template <Call call, Name... names>
CallAnswer ask(Trap const& trap, Argument<names>... arguments) noexcept {
    static_assert(detail::spells<names...>(info_of(call).arguments),
                  "the arguments are those of the table, in its order");
    return trap.enter(trap.where, {static_cast<std::uint64_t>(call), {arguments.value...}});
}

inline constexpr std::size_t answer_words = 7;
static_assert(sizeof(CallAnswer) == (1 + answer_words) * 8);

/// One word of an answer that is done.
template <Call call, Name name>
[[nodiscard]] std::uint64_t word(CallAnswer const& answer) noexcept {
    constexpr std::size_t index = word_of<call, name>();
    static_assert(index < answer_words, "the call answers no such word");
    return answer.words[index];
}

/// An answer that is done, and its words by their names.
template <Call call> struct Told {
    CallAnswer answer{};

    template <Name name> [[nodiscard]] std::uint64_t word() const noexcept {
        return kernel::word<call, name>(answer);
    }
};

/// The refusal that a status stands for; `answer` is not done.
[[nodiscard]] constexpr Refusal refusal_in(CallAnswer const& answer) noexcept {
    return {.check = static_cast<Check>(answer.status & 0xFFU),
            .argument = static_cast<std::uint8_t>(answer.status >> 8U),
            .detail = answer.words[0]};
}

} // namespace axiom::kernel
