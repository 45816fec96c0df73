#include <terminal/core/completion.hpp>

#include <algorithm>
#include <array>

#include <axiom/codec/plain_text.hpp>
#include <services/init/api.hpp>

namespace axiom::terminal {

namespace {

// What all candidates that fit have in common.
class Gathering {
  public:
    Gathering(std::string_view typed, TextSink* list) noexcept : typed_{typed}, list_{list} {}

    void offer(std::string_view candidate) noexcept {
        if (!candidate.starts_with(typed_)) {
            return;
        }
        if (list_ != nullptr) {
            list_->text(candidate);
            list_->text("\n");
        }
        std::string_view const rest = candidate.substr(typed_.size());
        std::size_t same = std::min(rest.size(), common_.size());
        if (fitting_++ != 0) {
            same = std::min(same, size_);
            same = static_cast<std::size_t>(
                std::mismatch(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(same),
                              common_.begin())
                    .first -
                rest.begin());
        } else {
            std::copy_n(rest.data(), same, common_.data());
        }
        size_ = same;
    }

    // The one that fits ends with a space: the next word may begin.
    [[nodiscard]] Completion done() noexcept {
        if (fitting_ == 1 && size_ < common_.size()) {
            common_[size_++] = ' ';
        }
        return {.rest = HeldText<completion_bytes_max>{{common_.data(), size_}},
                .fitting = fitting_};
    }

  private:
    std::string_view typed_;
    TextSink* list_;
    std::array<char, completion_bytes_max> common_{};
    std::size_t size_{};
    std::size_t fitting_{};
};

bool is_about_services(Command const& command) noexcept {
    constexpr std::array<std::string_view, 3> words{"NAME", "WHOM", "SERVICE"};
    return std::ranges::any_of(words, [&](std::string_view word) {
        return find_text(command.arguments, word) < command.arguments.size();
    });
}

// The command that the line begins with, with a space behind it.
Command const* command_of(std::string_view typed) noexcept {
    for (Command const* const command : commands()) {
        bool const is = typed.size() > command->name.size() && typed.starts_with(command->name) &&
                        typed[command->name.size()] == ' ';
        if (is) {
            return command;
        }
    }
    return nullptr;
}

} // namespace

Completion complete(Session& session, std::string_view typed, TextSink* list) noexcept {
    Command const* const command = command_of(typed);
    if (command == nullptr) {
        Gathering gathering{typed, list};
        for (Command const* const each : commands()) {
            gathering.offer(each->name);
        }
        return gathering.done();
    }
    if (!is_about_services(*command) || session.link == nullptr) {
        return {};
    }
    auto const all = ask(*session.link, "init", init::ListServices{}, session.held);
    if (!all) {
        return {};
    }
    Gathering gathering{typed.substr(typed.rfind(' ') + 1), list};
    for (init::ServiceStatus const& each : all->services) {
        gathering.offer(each.name.view());
    }
    return gathering.done();
}

} // namespace axiom::terminal
