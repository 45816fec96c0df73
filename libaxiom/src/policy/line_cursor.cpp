// See axiom/policy/line_cursor.hpp.
#include <axiom/policy/line_cursor.hpp>

namespace axiom::policy {

Done LineCursor::advance() noexcept {
    auto const line = lexer_.next();
    if (!line) {
        return std::unexpected(line.error());
    }
    line_ = *line;
    return {};
}

Done LineCursor::refuse(Code code, std::size_t word, std::string_view what,
                        std::string_view suggestion) const noexcept {
    std::string_view const subject =
        word < line_.count ? line_.words[word].text : std::string_view{};
    return std::unexpected(Diagnostic{code, line_.place(word), what, subject, suggestion});
}

} // namespace axiom::policy
