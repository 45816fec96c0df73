#pragma once
// KeptException: what a callback throws that may not, until it may.
//
// The libraries call back without exceptions; what prints may find that stdout takes nothing. The
// first exception is kept, later calls do nothing, and the verb throws it on when it has control.

#include <exception>

namespace axiom::cli {

class KeptException {
  public:
    /// Does `action` unless an earlier one threw.
    template <class Action> void run(Action const& action) noexcept {
        if (kept_) {
            return;
        }
        try {
            action();
        } catch (...) {
            kept_ = std::current_exception();
        }
    }

    void throw_on() const {
        if (kept_) {
            std::rethrow_exception(kept_);
        }
    }

  private:
    std::exception_ptr kept_;
};

} // namespace axiom::cli
