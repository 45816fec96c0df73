#pragma once
// Console: stdout for data, stderr for the rest.
//
// Invariants: nothing but this program's own colour codes reaches a terminal as a control
// character, whatever text a verb hands in; what was written to stdout is there or its loss is an
// error; a reader that goes away ends the verb quietly. stdin, stdout and stderr are what the
// caller gave: `claim_standard_descriptors` makes sure that no file ever takes their numbers.

#include <cstdint>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include <axiom/base/bytes.hpp>
#include <sim-host/platform/string_text.hpp>
#include <terminal/cli/failure.hpp>

namespace axiom::cli {

enum class Style : std::uint8_t { plain, bold, dim, red, green, yellow, cyan };

/// Thrown when the reader of stdout has gone and nothing is left to do for anybody else.
struct OutputClosed {};

/// Occupies descriptors 0 to 2 where they were closed, so that using them fails and no log or
/// database is opened under their numbers. Ignores SIGPIPE and SIGXFSZ: both are errors of a write.
void claim_standard_descriptors() noexcept;

/// Begin one as Json::object() or Json::array(): a null that becomes one when it is first indexed
/// is half of one when memory is wanting.
using Json = nlohmann::ordered_json;

class Console {
  public:
    struct Options {
        bool json{};
        bool pager{true};
        bool quiet{};
        bool ends_unread{true}; // a reader that goes away ends the verb: OutputClosed
        std::string color{"auto"};
    };

    Console();
    ~Console();
    Console(Console const&) = delete;
    Console& operator=(Console const&) = delete;

    void configure(Options const& options);

    [[nodiscard]] bool json() const noexcept { return options_.json; }
    [[nodiscard]] bool quiet() const noexcept { return options_.quiet; }
    [[nodiscard]] bool out_is_terminal() const noexcept { return out_is_terminal_; }
    [[nodiscard]] bool err_is_terminal() const noexcept { return err_is_terminal_; }

    /// Columns of the terminal, at least 20; 80 when there is none.
    [[nodiscard]] std::size_t columns() const noexcept;

    /// Text to stdout. Newlines and tabs stay, other control characters are escaped; foreign text
    /// that must keep to its line goes through `printable` first.
    Console& write(std::string_view text);
    Console& write(Style style, std::string_view text);
    Console& line(std::string_view text = {});

    /// Bytes to stdout as they are: for data that was asked for as data.
    void raw(std::string_view bytes);

    /// One JSON document. `schema` is `axiom.VERB/1`; it becomes the first member.
    void document(std::string_view schema, Json const& members);

    /// One JSON object on a line of its own.
    void record(std::string_view schema, Json const& members);

    /// A remark on stderr, `axiom: …`; nothing when quiet.
    void remark(std::string_view text);

    /// A warning on stderr, `axiom: warning: …`, quiet or not.
    static void warn(std::string_view text);

    /// Throws when nothing can be written to stdout: asked before a verb changes anything.
    void check_output() const;

    /// Something was changed for good: whatever keeps the outcome from being printed says so.
    void note_done(std::string what) { done_ = std::move(what); }

    void print(Failure const& failure);

    /// The failure `no_memory`, for which none is taken.
    void print_no_memory() noexcept;

    /// Sends what follows through a pager if stdout is a terminal and nobody forbade it.
    void start_pager();

    /// Hands everything over to the system now.
    void flush();

    /// Flushes, ends the pager, and makes sure that stdout took everything: throws if it did not.
    void finish();

  private:
    void append(std::string_view text);
    void drain();
    void end_pager();

    Options options_;
    bool out_is_terminal_;
    bool err_is_terminal_;
    bool colour_out_{};
    bool colour_err_{};
    std::string buffer_;
    int out_;
    int pager_pid_{-1};
    bool lost_{};
    std::string done_;
};

using host::StringSink; // what the libraries render goes through one

} // namespace axiom::cli
