// The reserve, and the last words; see memory_reserve.hpp.

#include <terminal/cli/memory_reserve.hpp>

#include <atomic>
#include <cstdlib>
#include <exception>
#include <new>

namespace axiom::cli {

namespace {

constexpr std::size_t reserve_bytes = std::size_t{1} << 20U;

std::atomic<void*> reserve{};
Console* told{};
std::terminate_handler before{};

// Out of a function that throws nothing one compiler comes here with the exception, the other
// without.
bool memory_was_wanting() {
    std::exception_ptr const thrown = std::current_exception();
    if (thrown == nullptr) {
        return reserve.load() == nullptr;
    }
    try {
        std::rethrow_exception(thrown);
    } catch (std::bad_alloc const&) {
        return true;
    } catch (...) {
        return false;
    }
}

} // namespace

void reserve_memory() {
    reserve.store(std::malloc(reserve_bytes));
    std::set_new_handler([] {
        std::free(reserve.exchange(nullptr));
        throw std::bad_alloc{};
    });
}

void explain_termination(Console& console) {
    told = &console;
    before = std::set_terminate([] {
        if (memory_was_wanting()) {
            told->print_no_memory();
            std::_Exit(static_cast<int>(Exit::environment));
        }
        before();
    });
}

} // namespace axiom::cli
