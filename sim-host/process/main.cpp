// Where every service process begins: it is confined, and then obeys the kernel process alone.

#include <cstdlib>

#include <malloc.h>

#include <kernel/abi/user_calls.hpp>
#include <services/runtime/program.hpp>
#include <sim-host/platform/hash_engines.hpp>
#include <sim-host/platform/signature_sodium.hpp>
#include <sim-host/process/agent.hpp>
#include <sim-host/process/confinement.hpp>

namespace {

void run_whole_program(axiom::kernel::Trap const& trap, std::uint64_t argument) noexcept {
    axiom::run_program({.trap = trap,
                        .hashes = &axiom::host::fastest_engine(),
                        .signer = &axiom::host::signature_engine()},
                       argument);
    static_cast<void>(axiom::kernel::UserCalls{trap}.process_exit(0));
}

} // namespace

int main() {
    if (!axiom::host::catch_signals()) {
        return EXIT_FAILURE;
    }
    static_cast<void>(axiom::host::fastest_engine()); // timed and set up while it still may be
    static_cast<void>(axiom::host::signature_engine());
    // Of one arena: to give memory of another back, malloc reads a file, which is a fault here.
    ::mallopt(M_ARENA_MAX, 1);
    axiom::host::run_agent(axiom::host::confine(axiom::host::needs()), run_whole_program);
    std::_Exit(EXIT_SUCCESS); // the kernel process is gone; its threads need not come to an end
}
