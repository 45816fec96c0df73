#pragma once
// What a program needs of its host besides the kernel. Which it is the build picks, by the file
// that it links; services need nothing, devices a folder and a line.

namespace axiom::host {

struct Needs {
    bool folder{};   // one, which becomes its root: descriptor `folder_descriptor` when it begins
    bool listener{}; // a socket that listens: descriptor `listener_descriptor`
    bool line{};     // an interrupt line, which it raises by writing to `line_descriptor`
};

inline constexpr int folder_descriptor = 4;
inline constexpr int listener_descriptor = 4; // no program has both
inline constexpr int line_descriptor = 5;

[[nodiscard]] Needs needs() noexcept;

} // namespace axiom::host
