#include <services/calculator/evaluate.hpp>

#include <array>
#include <limits>

#include <axiom/base/assert.hpp>

namespace axiom::calculator {

namespace {

constexpr std::int64_t lowest = std::numeric_limits<std::int64_t>::min();

struct Operator {
    char sign{}; // + - * / %, ( for a parenthesis, n for a sign before a factor
    std::size_t at{};
};

int closeness(char sign) noexcept {
    switch (sign) {
    case 'n':
        return 3;
    case '*':
    case '/':
    case '%':
        return 2;
    case '+':
    case '-':
        return 1;
    default:
        return 0; // a parenthesis waits for its end
    }
}

bool is_digit(char letter) noexcept {
    return letter >= '0' && letter <= '9';
}

// False: it does not fit. Worked out here: what compilers make of it on 32 bits calls their
// runtime, which is not there.
bool multiply(std::int64_t left, std::int64_t right, std::int64_t& product) noexcept {
    auto const magnitude = [](std::int64_t value) {
        auto const bits = static_cast<std::uint64_t>(value);
        return value < 0 ? 0 - bits : bits;
    };
    bool const is_negative = (left < 0) != (right < 0);
    std::uint64_t const most = (std::uint64_t{1} << 63U) - (is_negative ? 0 : 1);
    if (left != 0 && magnitude(right) > most / magnitude(left)) {
        return false;
    }
    std::uint64_t const bits = magnitude(left) * magnitude(right);
    product = static_cast<std::int64_t>(is_negative ? 0 - bits : bits);
    return true;
}

template <class T> class Stack {
  public:
    [[nodiscard]] bool empty() const noexcept { return count_ == 0; }
    [[nodiscard]] bool full() const noexcept { return count_ == items_.size(); }
    [[nodiscard]] T top() const noexcept {
        AXIOM_ASSERT(count_ > 0);
        return items_[count_ - 1];
    }
    void push(T item) noexcept {
        AXIOM_ASSERT(!full());
        items_[count_++] = item;
    }
    T pop() noexcept {
        T const newest = top();
        --count_;
        return newest;
    }

  private:
    std::array<T, depth_max> items_{};
    std::size_t count_{};
};

class Evaluation {
  public:
    explicit Evaluation(std::string_view text) noexcept : text_{text} {}

    Result<std::int64_t> run() noexcept {
        for (; at_ < text_.size(); ++at_) {
            if (text_[at_] != ' ') {
                TRY(wants_value_ ? before_value() : behind_value());
            }
        }
        if (wants_value_) {
            return fail(Code::bad_text, at_);
        }
        while (!waiting_.empty()) {
            if (waiting_.top().sign == '(') {
                return fail(Code::bad_text, waiting_.top().at);
            }
            TRY(apply());
        }
        return values_.top();
    }

  private:
    Result<void> before_value() noexcept {
        char const letter = text_[at_];
        if (letter == '-') {
            return wait('n');
        }
        if (letter == '(') {
            return wait('(');
        }
        return is_digit(letter) ? number() : fail(Code::bad_text, at_);
    }

    Result<void> behind_value() noexcept {
        char const letter = text_[at_];
        if (letter != ')' && (letter == '(' || closeness(letter) == 0 || letter == 'n')) {
            return fail(Code::bad_text, at_);
        }
        int const close = closeness(letter); // of a parenthesis' end: nothing binds less
        while (!waiting_.empty() && waiting_.top().sign != '(' &&
               closeness(waiting_.top().sign) >= close) {
            TRY(apply());
        }
        if (letter != ')') {
            wants_value_ = true;
            return wait(letter);
        }
        if (waiting_.empty()) {
            return fail(Code::bad_text, at_);
        }
        waiting_.pop();
        return {};
    }

    Result<void> number() noexcept {
        std::size_t const start = at_;
        std::int64_t value = 0;
        for (; at_ < text_.size() && is_digit(text_[at_]); ++at_) {
            if (!multiply(value, 10, value) ||
                __builtin_add_overflow(value, std::int64_t{text_[at_] - '0'}, &value)) {
                return fail(Code::out_of_range, start);
            }
        }
        --at_; // the next step goes on behind it
        if (values_.full()) {
            return fail(Code::too_long, start, depth_max);
        }
        values_.push(value);
        wants_value_ = false;
        return {};
    }

    Result<void> wait(char sign) noexcept {
        if (waiting_.full()) {
            return fail(Code::too_long, at_, depth_max);
        }
        waiting_.push({.sign = sign, .at = at_});
        return {};
    }

    // The newest operator that waits, to the newest values.
    Result<void> apply() noexcept {
        Operator const newest = waiting_.pop();
        std::int64_t const right = values_.pop();
        std::int64_t const left = newest.sign == 'n' ? 0 : values_.pop();
        std::int64_t value = 0;
        bool fits = true;
        switch (newest.sign) {
        case '+':
            fits = !__builtin_add_overflow(left, right, &value);
            break;
        case '*':
            fits = multiply(left, right, value);
            break;
        case '/':
        case '%':
            fits = right != 0 && !(left == lowest && right == -1);
            if (fits) {
                value = newest.sign == '/' ? left / right : left % right;
            }
            break;
        default:
            fits = !__builtin_sub_overflow(left, right, &value);
        }
        if (!fits) {
            return fail(Code::out_of_range, newest.at);
        }
        values_.push(value);
        return {};
    }

    std::string_view text_;
    std::size_t at_{};
    bool wants_value_{true};
    Stack<std::int64_t> values_;
    Stack<Operator> waiting_;
};

} // namespace

Result<std::int64_t> evaluate(std::string_view text) noexcept {
    return Evaluation{text}.run();
}

} // namespace axiom::calculator
