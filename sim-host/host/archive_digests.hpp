#pragma once
// Which archives this program was linked from. The same bytes are linked on bare metal.

#include <span>
#include <string_view>

namespace axiom::host {

struct ArchiveDigest {
    std::string_view name;   // libaxiom.a
    std::string_view sha256; // 64 hexadecimal digits
};

/// Of libaxiom and libkernel, as they were when this program was built.
[[nodiscard]] std::span<ArchiveDigest const> archive_digests() noexcept;

} // namespace axiom::host
