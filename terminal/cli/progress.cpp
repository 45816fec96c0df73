// The bar; see terminal/cli/progress.hpp.

#include <terminal/cli/progress.hpp>

#include <algorithm>
#include <array>
#include <cstdio>

#include <unistd.h>

#include <terminal/cli/printable.hpp>

namespace axiom::cli {

namespace {

constexpr int bar_columns = 24;

std::string clock_text(double seconds) {
    auto const whole = static_cast<unsigned>(std::min(seconds, 359999.0));
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%u:%02u", whole / 60, whole % 60);
    return text.data();
}

void put(std::string const& text) {
    if (::write(STDERR_FILENO, text.data(), text.size()) < 0) {
        return; // a bar that cannot be drawn is no reason to stop
    }
}

} // namespace

Progress::Progress(Console const& console, std::string const& label, std::uint64_t total)
    : shown_{console.err_is_terminal() && !console.quiet()}, label_{printable(label)},
      total_{total}, next_{start_ + std::chrono::seconds{1}} {}

Progress::~Progress() {
    clear();
}

void Progress::update(std::uint64_t done) {
    if (!shown_) {
        return;
    }
    std::scoped_lock const lock{mutex_};
    auto const now = Clock::now();
    if (now < next_) {
        return;
    }
    next_ = now + std::chrono::milliseconds{200};
    draw(done, std::chrono::duration<double>(now - start_).count());
}

void Progress::draw(std::uint64_t done, double seconds) {
    drawn_ = true;
    if (total_ == 0) {
        put("\r" + label_ + "  " + std::to_string(done) + "  " + clock_text(seconds) + "\x1b[K");
        return;
    }
    double const part = std::min(1.0, static_cast<double>(done) / static_cast<double>(total_));
    auto const filled = static_cast<std::size_t>(part * bar_columns);
    std::string bar(filled, '#');
    bar.resize(bar_columns, '.');
    std::string const eta = part > 0 ? clock_text(seconds / part - seconds) : "?";
    put("\r" + label_ + " [" + bar + "] " + std::to_string(static_cast<int>(part * 100)) +
        " %  ETA " + eta + "\x1b[K");
}

void Progress::clear() {
    std::scoped_lock const lock{mutex_};
    if (drawn_) {
        put("\r\x1b[K");
        drawn_ = false;
    }
}

} // namespace axiom::cli
