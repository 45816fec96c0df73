// A library that is loaded before a program (LD_PRELOAD) and lets one of its allocations fail.
//
//     AXIOM_FAIL_ALLOCATION=N    which one, from 1, counted from `main` on; 0: none
//     AXIOM_FAIL_FROM_THEN_ON=1  and from then on nothing more is given than was held
//     AXIOM_FAIL_REPORT=FILE     16 bytes that are there: how many were asked for, and how many
//                                were refused; right however the program ends

#include <cstdlib>

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <tests/memory/hooks/allocations.hpp>

namespace {

using Main = int (*)(int, char**, char**);

Main real_main = nullptr;

axiom::test::AllocationCounts& counts_in(char const* path) {
    int const file = ::open(path, O_RDWR | O_CLOEXEC);
    void* const mapped = ::mmap(nullptr, sizeof(axiom::test::AllocationCounts),
                                PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (file < 0 || mapped == MAP_FAILED) {
        std::_Exit(126);
    }
    ::close(file);
    return *static_cast<axiom::test::AllocationCounts*>(mapped);
}

int counted_main(int count, char** words, char** environment) {
    char const* const number = std::getenv("AXIOM_FAIL_ALLOCATION");
    char const* const report = std::getenv("AXIOM_FAIL_REPORT");
    if (number != nullptr && report != nullptr) {
        axiom::test::refuse_allocations(
            {.number = std::strtoull(number, nullptr, 10),
             .from_then_on = std::getenv("AXIOM_FAIL_FROM_THEN_ON") != nullptr},
            counts_in(report));
    }
    return real_main(count, words, environment);
}

} // namespace

// Where a program begins: what the loader and the libraries take before is not counted.
extern "C" int __libc_start_main(Main entry, int count, char** words, void (*init)(),
                                 void (*fini)(), void (*loader_fini)(), void* stack_end) {
    using Start = int (*)(Main, int, char**, void (*)(), void (*)(), void (*)(), void*);
    real_main = entry;
    auto const start = reinterpret_cast<Start>(::dlsym(RTLD_NEXT, "__libc_start_main"));
    return start(counted_main, count, words, init, fini, loader_fini, stack_end);
}
