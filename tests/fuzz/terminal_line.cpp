// Any bytes typed at a terminal, while services answer anything at all: a line ends, within the
// answers that there are, and nothing that it shows moves a cursor.
//
// Input: how many bytes the lines have (u16, little-endian), the lines, then what services answer:
// each answer its code (u8; 0: done), its length (u16) and its bytes.

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>

#include <axiom/base/assert.hpp>
#include <axiom/codec/utf8.hpp>
#include <terminal/core/command.hpp>

namespace {

using namespace axiom;

class Shown final : public TextSink {
  public:
    using TextSink::text;
    void text(std::string_view piece) noexcept override {
        for (char const letter : piece) {
            auto const code = static_cast<unsigned char>(letter);
            bool const is_of_text = letter == '\n' || letter == '\t'; // an object's, say
            AXIOM_ASSERT((code >= 0x20 && code != 0x7F) || is_of_text);
        }
        bytes_ += piece.size();
    }
    [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

  private:
    std::size_t bytes_{};
};

// Answers from the input until it is used up; then the line is broken.
class AnyAnswers final : public terminal::Link, public terminal::Onlooker {
  public:
    explicit AnyAnswers(Bytes rest) noexcept : rest_{rest} {}

    Result<Bytes> ask(std::string_view service, std::uint64_t /*method*/, Bytes request,
                      MessageBytes& held) noexcept override {
        AXIOM_ASSERT(!service.empty() && request.size() <= held.size());
        if (rest_.size() < 3) {
            rest_ = {};
            return fail(Code::unanswered);
        }
        auto const code = std::to_integer<std::uint16_t>(rest_[0]);
        std::size_t const bytes = std::min<std::size_t>(
            {load_le<std::uint16_t>(rest_.subspan(1, 2)), rest_.size() - 3, held.size()});
        copy_bytes(held, rest_.subspan(3, bytes));
        rest_ = rest_.subspan(3 + bytes);
        return code != 0 ? fail(Code::no_such_row, code) : Result<Bytes>{Bytes{held}.first(bytes)};
    }
    [[nodiscard]] bool is_broken() const noexcept override { return rest_.empty(); }
    [[nodiscard]] bool goes_on() noexcept override { return !rest_.empty(); }

  private:
    Bytes rest_;
};

// Who sits at the terminal, what is answered and what is shown.
struct Sitting {
    explicit Sitting(Bytes answers) noexcept : link{answers} {
        session.link = &link;
        session.out = &shown;
        session.onlooker = &link;
    }

    AnyAnswers link;
    Shown shown;
    terminal::Session session;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    if (size < 2 || size > 60'000) {
        return 0;
    }
    Bytes const input{reinterpret_cast<std::byte const*>(data), size};
    std::size_t const bytes =
        std::min<std::size_t>(load_le<std::uint16_t>(input.first(2)), size - 2);
    std::string_view lines = text_of(input.subspan(2, bytes));
    auto const sitting = std::make_unique<Sitting>(input.subspan(2 + bytes));
    terminal::Session& session = sitting->session;
    while (!lines.empty() && !session.ends) {
        std::size_t const end = std::min(lines.find('\n'), lines.size());
        auto const outcome = terminal::run_line(session, lines.substr(0, end));
        AXIOM_ASSERT(outcome.done || outcome.error.code != Code{});
        lines.remove_prefix(std::min(end + 1, lines.size()));
    }
    return 0;
}
