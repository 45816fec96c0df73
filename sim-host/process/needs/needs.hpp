#pragma once
// What a program needs of its host besides the kernel. Which it is the build picks, by the file
// that it links; services need nothing.

namespace axiom::host {

struct Needs {
    bool folder{}; // one, which becomes its root: descriptor `folder_descriptor` when it begins
};

inline constexpr int folder_descriptor = 4;

[[nodiscard]] Needs needs() noexcept;

} // namespace axiom::host
