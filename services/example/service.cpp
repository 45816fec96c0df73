#include <services/example/service.hpp>

namespace axiom::example {

Result<Total> Example::on(Request const& /*request*/, Add const& asks) noexcept {
    if (asks.amount > ~std::uint64_t{0} - total_) {
        return fail(Code::out_of_range, asks.amount);
    }
    total_ += asks.amount;
    return Total{.total = total_};
}

} // namespace axiom::example
