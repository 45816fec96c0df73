#pragma once
// A plain model of rv64im for the machine to be compared with, written from the manual: fields cut
// from the word where they are needed, products in 128 bits, memory as bytes put together one by
// one. It knows no calls.
//
// Source: The RISC-V Instruction Set Manual, volume I, chapters RV64I and M.

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include <services/jobs/machine/ending.hpp>

namespace axiom::test {

class Rv64Model {
  public:
    struct Place {
        std::uint64_t text; // the first instruction, and the first byte of memory
        std::uint64_t text_end;
        std::uint64_t writable; // from here on
    };

    Rv64Model(Place place, std::vector<std::uint8_t> memory)
        : place_{place}, pc{place.text}, memory_{std::move(memory)} {}

    void run(std::uint64_t fuel_max) {
        while (!ending && fuel < fuel_max) {
            step();
        }
    }

  private:
    using U = std::uint64_t;
    using S = std::int64_t;
    __extension__ using Wide = __int128;
    __extension__ using WideU = unsigned __int128;

    Place place_;

  public:
    std::array<std::uint64_t, 32> x{};
    std::uint64_t pc;
    std::uint64_t fuel{};
    std::optional<jobs::Ending> ending;

    [[nodiscard]] std::vector<std::uint8_t> const& memory() const { return memory_; }

  private:
    [[nodiscard]] U bits(unsigned high, unsigned low) const {
        return (word_ >> low) & ((U{1} << (high - low + 1)) - 1);
    }
    static S extend(U value, unsigned width) {
        return static_cast<S>(value << (64 - width)) >> (64 - width);
    }
    static U word(U value) { return static_cast<U>(extend(value, 32)); }

    void stop(jobs::Reason reason, U detail) {
        ending = jobs::Ending{.reason = reason, .pc = pc, .detail = detail};
    }
    void write(U value) {
        if (bits(11, 7) != 0) {
            x[bits(11, 7)] = value;
        }
        go(pc + 4);
    }
    void go(U target) {
        pc = target;
        ++fuel;
    }
    void jump(U target, bool links) {
        if (target % 4 != 0) {
            stop(jobs::Reason::bad_jump, target);
            return;
        }
        if (links && bits(11, 7) != 0) {
            x[bits(11, 7)] = pc + 4;
        }
        go(target);
    }
    [[nodiscard]] bool holds(U address, U count, U from) const {
        WideU const end = WideU{place_.text} + memory_.size();
        return address >= from && WideU{address} + count <= end;
    }

    void load() {
        U const kind = bits(14, 12);
        U const address = x[bits(19, 15)] + static_cast<U>(extend(bits(31, 20), 12));
        U const count = U{1} << (kind & 3U);
        if (kind == 7) {
            stop(jobs::Reason::illegal_instruction, word_);
            return;
        }
        if (!holds(address, count, place_.text)) {
            stop(jobs::Reason::bad_load, address);
            return;
        }
        U value = 0;
        for (U index = 0; index < count; ++index) {
            value |= U{memory_[address - place_.text + index]} << (8 * index);
        }
        write(kind < 4 ? static_cast<U>(extend(value, static_cast<unsigned>(8 * count))) : value);
    }

    void store() {
        U const kind = bits(14, 12);
        U const address =
            x[bits(19, 15)] + static_cast<U>(extend(bits(31, 25) << 5U | bits(11, 7), 12));
        if (kind > 3) {
            stop(jobs::Reason::illegal_instruction, word_);
            return;
        }
        U const count = U{1} << kind;
        if (!holds(address, count, place_.writable)) {
            stop(jobs::Reason::bad_store, address);
            return;
        }
        for (U index = 0; index < count; ++index) {
            memory_[address - place_.text + index] =
                static_cast<std::uint8_t>(x[bits(24, 20)] >> (8 * index));
        }
        go(pc + 4);
    }

    void branch() {
        U const a = x[bits(19, 15)];
        U const b = x[bits(24, 20)];
        S const distance = extend(
            bits(31, 31) << 12U | bits(7, 7) << 11U | bits(30, 25) << 5U | bits(11, 8) << 1U, 13);
        std::array<std::optional<bool>, 8> const taken{
            a == b, a != b, std::nullopt, std::nullopt, S(a) < S(b), S(a) >= S(b), a < b, a >= b};
        std::optional<bool> const wanted = taken[bits(14, 12)];
        if (!wanted) {
            stop(jobs::Reason::illegal_instruction, word_);
        } else if (*wanted) {
            jump(pc + static_cast<U>(distance), false);
        } else {
            go(pc + 4);
        }
    }

    // Division as chapter M's table says, for a width.
    template <class Narrow> static Narrow divide(Narrow a, Narrow b, bool rest) {
        if (b == 0) {
            return rest ? a : Narrow(-1);
        }
        // In 128 bits the one overflow is none; cut to the width it is what the table says.
        Wide const quotient = Wide{a} / Wide{b};
        return static_cast<Narrow>(rest ? Wide{a} % Wide{b} : quotient);
    }

    [[nodiscard]] std::optional<U> product(U a, U b) const {
        switch (bits(14, 12)) {
        case 0:
            return a * b;
        case 1:
            return static_cast<U>((Wide{S(a)} * Wide{S(b)}) >> 64U);
        case 2:
            return static_cast<U>(static_cast<WideU>(Wide{S(a)} * Wide{b}) >> 64U);
        case 3:
            return static_cast<U>((WideU{a} * WideU{b}) >> 64U);
        case 4:
        case 6:
            return static_cast<U>(divide(S(a), S(b), bits(14, 12) == 6));
        default:
            return divide(a, b, bits(14, 12) == 7);
        }
    }

    [[nodiscard]] std::optional<U> word_product(U a, U b) const {
        switch (bits(14, 12)) {
        case 0:
            return word(a * b);
        case 4:
        case 6:
            return word(static_cast<U>(S{divide(static_cast<std::int32_t>(a),
                                                static_cast<std::int32_t>(b), bits(14, 12) == 6)}));
        case 5:
        case 7:
            return word(divide(static_cast<std::uint32_t>(a), static_cast<std::uint32_t>(b),
                               bits(14, 12) == 7));
        default:
            return std::nullopt;
        }
    }

    // Of registers and immediates; `other` says what bit 30 says.
    [[nodiscard]] std::optional<U> base(U a, U b, bool other) const {
        U const kind = bits(14, 12);
        U const by = b % 64;
        if (other && kind != 0 && kind != 5) {
            return std::nullopt;
        }
        switch (kind) {
        case 0:
            return other ? a - b : a + b;
        case 1:
            return a << by;
        case 2:
            return S(a) < S(b) ? 1 : 0;
        case 3:
            return a < b ? 1 : 0;
        case 4:
            return a ^ b;
        case 5:
            return other ? static_cast<U>(S(a) >> by) : a >> by;
        case 6:
            return a | b;
        default:
            return a & b;
        }
    }

    [[nodiscard]] std::optional<U> word_base(U a, U b, bool other) const {
        U const by = b % 32;
        U const low = a & 0xFFFF'FFFFU;
        switch (bits(14, 12)) {
        case 0:
            return word(other ? a - b : a + b);
        case 1:
            return other ? std::nullopt : std::optional{word(low << by)};
        case 5:
            return word(other ? static_cast<U>(extend(low, 32) >> by) : low >> by);
        default:
            return std::nullopt;
        }
    }

    void finish(std::optional<U> result) {
        if (result) {
            write(*result);
        } else {
            stop(jobs::Reason::illegal_instruction, word_);
        }
    }

    void immediates(bool wide) {
        U const a = x[bits(19, 15)];
        U const kind = bits(14, 12);
        U const imm = static_cast<U>(extend(bits(31, 20), 12));
        if (kind == 1 || kind == 5) {
            U const upper = wide ? bits(31, 26) << 1U : bits(31, 25);
            bool const known = upper == 0 || (upper == 0x20 && kind == 5);
            U const by = wide ? bits(25, 20) : bits(24, 20);
            finish(!known ? std::nullopt
                   : wide ? base(a, by, upper != 0)
                          : word_base(a, by, upper != 0));
            return;
        }
        finish(wide ? base(a, imm, false) : word_base(a, imm, false));
    }

    void registers(bool wide) {
        U const a = x[bits(19, 15)];
        U const b = x[bits(24, 20)];
        switch (bits(31, 25)) {
        case 1:
            return finish(wide ? product(a, b) : word_product(a, b));
        case 0:
        case 0x20: {
            bool const other = bits(31, 25) != 0;
            return finish(wide ? base(a, b, other) : word_base(a, b, other));
        }
        default:
            return finish(std::nullopt);
        }
    }

    void step() {
        if (pc < place_.text || pc + 4 > place_.text_end || pc + 4 < pc) {
            return stop(jobs::Reason::bad_jump, pc);
        }
        word_ = 0;
        for (U index = 0; index < 4; ++index) {
            word_ |= U{memory_[pc - place_.text + index]} << (8 * index);
        }
        U const upper = word(word_ & 0xFFFF'F000U);
        switch (bits(6, 0)) {
        case 0x37:
            return write(upper);
        case 0x17:
            return write(pc + upper);
        case 0x6F:
            return jump(pc + static_cast<U>(extend(bits(31, 31) << 20U | bits(19, 12) << 12U |
                                                       bits(20, 20) << 11U | bits(30, 21) << 1U,
                                                   21)),
                        true);
        case 0x67:
            return bits(14, 12) != 0
                       ? finish(std::nullopt)
                       : jump((x[bits(19, 15)] + static_cast<U>(extend(bits(31, 20), 12))) & ~U{1},
                              true);
        case 0x63:
            return branch();
        case 0x03:
            return load();
        case 0x23:
            return store();
        case 0x13:
            return immediates(true);
        case 0x1B:
            return immediates(false);
        case 0x33:
            return registers(true);
        case 0x3B:
            return registers(false);
        case 0x0F:
            return bits(14, 12) == 0 ? go(pc + 4) : finish(std::nullopt);
        case 0x73:
            return word_ == 0x0010'0073 ? stop(jobs::Reason::breakpoint, 0) : finish(std::nullopt);
        default:
            return finish(std::nullopt);
        }
    }

    std::vector<std::uint8_t> memory_;
    std::uint64_t word_{};
};

} // namespace axiom::test
