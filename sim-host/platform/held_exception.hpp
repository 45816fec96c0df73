#pragma once
// HeldException: what host code throws while portable code calls it waits until that has returned.
//
// Portable code knows no exceptions: one that passed through a `noexcept` port would end the
// program. Behind the port the exception is kept, and whoever called the portable code has it go on
// from there; meanwhile nothing more is done behind the port.

#include <exception>
#include <utility>

namespace axiom::host {

class HeldException {
  public:
    /// Does `act` unless an earlier one has thrown.
    template <class Act> void run(Act&& act) noexcept {
        if (held_ != nullptr) {
            return;
        }
        try {
            std::forward<Act>(act)();
        } catch (...) {
            held_ = std::current_exception();
        }
    }

    [[nodiscard]] bool holds() const noexcept { return held_ != nullptr; }

    /// Throws what is held; behind the portable call, on the same thread.
    void release() {
        if (held_ != nullptr) {
            std::rethrow_exception(std::exchange(held_, nullptr));
        }
    }

  private:
    std::exception_ptr held_;
};

} // namespace axiom::host
