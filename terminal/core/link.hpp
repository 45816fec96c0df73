#pragma once
// Link: how a terminal reaches the services: over a line, or within the system by capabilities.

#include <services/runtime/message.hpp>

namespace axiom::terminal {

class Link {
  public:
    /// Asks the service of this name. The answer's bytes lie in `held`. `unanswered`,
    /// `no_such_row` for a service that is not within reach, or what the service says.
    [[nodiscard]] virtual Result<Bytes> ask(std::string_view service, std::uint64_t method,
                                            Bytes request, MessageBytes& held) noexcept = 0;

    /// Whether the other side has gone, with all that was asked and not answered.
    [[nodiscard]] virtual bool is_broken() const noexcept = 0;

  protected:
    ~Link() = default;
};

template <MethodRequest Asks>
[[nodiscard]] Result<typename Asks::Answer> ask(Link& link, std::string_view service,
                                                Asks const& request, MessageBytes& held) noexcept {
    MessageBytes encoded;
    Writer writer{MutableBytes{encoded}};
    TRY(encode_value(writer, request));
    Reader reader{TRY(link.ask(service, Asks::method, writer.written(), held))};
    typename Asks::Answer answer{};
    TRY(decode_value(reader, answer));
    TRY(reader.finish());
    return answer;
}

} // namespace axiom::terminal
