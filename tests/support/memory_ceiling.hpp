#pragma once
// MemoryCeiling: while it stands, this process gets no more than so many bytes beyond what it has,
// so that a length which somebody forged cannot be believed unseen. Sanitizers map the whole
// address space: there it is no ceiling.

#include <algorithm>
#include <cstdint>
#include <fstream>

#include <sys/resource.h>
#include <unistd.h>

#include <axiom/base/assert.hpp>

namespace axiom::test {

class MemoryCeiling {
  public:
    explicit MemoryCeiling(std::uint64_t bytes) {
        AXIOM_ASSERT(::getrlimit(RLIMIT_AS, &before_) == 0);
        std::uint64_t const mapped = mapped_bytes();
        if (mapped < sanitizer_bytes_min) {
            set(std::min<rlim_t>(mapped + bytes, before_.rlim_max));
        }
    }
    ~MemoryCeiling() { set(before_.rlim_cur); }
    MemoryCeiling(MemoryCeiling const&) = delete;
    MemoryCeiling& operator=(MemoryCeiling const&) = delete;

  private:
    static constexpr std::uint64_t sanitizer_bytes_min = std::uint64_t{1} << 40U;

    static std::uint64_t mapped_bytes() {
        std::uint64_t pages = 0;
        std::ifstream{"/proc/self/statm"} >> pages;
        AXIOM_ASSERT(pages != 0);
        return pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    }

    void set(rlim_t bytes) const {
        rlimit const limit{.rlim_cur = bytes, .rlim_max = before_.rlim_max};
        AXIOM_ASSERT(::setrlimit(RLIMIT_AS, &limit) == 0);
    }

    rlimit before_{};
};

} // namespace axiom::test
