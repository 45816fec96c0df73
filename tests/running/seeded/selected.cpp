// Which mutant a service's process shows: the one that the folder of its program is named after.

#include <cerrno>
#include <string_view>

#include <axiom/base/mutant.hpp>

namespace axiom {

bool mutant_selected(char const* name) noexcept {
    static std::string_view const selected = [] {
        std::string_view path{program_invocation_name};
        path = path.substr(0, path.rfind('/'));
        return path.substr(path.rfind('/') + 1);
    }();
    return selected == name;
}

} // namespace axiom
