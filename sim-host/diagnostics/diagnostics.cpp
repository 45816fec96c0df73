#include <sim-host/diagnostics/diagnostics.hpp>

#include <spdlog/async.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <sim-host/platform/string_text.hpp>
#include <terminal/view/printable.hpp>

namespace axiom::host {

namespace {

spdlog::level::level_enum level_of(DiagnosticLevel level) noexcept {
    switch (level) {
    case DiagnosticLevel::debug:
        return spdlog::level::debug;
    case DiagnosticLevel::info:
        return spdlog::level::info;
    case DiagnosticLevel::warning:
        return spdlog::level::warn;
    case DiagnosticLevel::error:
        return spdlog::level::err;
    case DiagnosticLevel::off:
        break;
    }
    return spdlog::level::off;
}

spdlog::sink_ptr sink_for(DiagnosticsOptions const& options) {
    if (options.file.empty()) {
        return std::make_shared<spdlog::sinks::stderr_sink_mt>();
    }
    return std::make_shared<spdlog::sinks::rotating_file_sink_mt>(
        options.file.string(), options.file_bytes, options.older_files);
}

std::string printable(std::string_view text) {
    StringSink shown;
    terminal::put_printable(shown, text);
    return shown.value();
}

} // namespace

Diagnostics::Diagnostics(DiagnosticsOptions const& options)
    : writer_{std::make_shared<spdlog::details::thread_pool>(options.queue_lines, 1)},
      logger_{std::make_shared<spdlog::async_logger>(
          "sim-host", sink_for(options), writer_, spdlog::async_overflow_policy::overrun_oldest)} {
    logger_->set_pattern("%Y-%m-%dT%H:%M:%S.%e %l %v");
    logger_->set_level(level_of(options.level));
    logger_->flush_on(spdlog::level::debug);
}

Diagnostics::~Diagnostics() {
    tell_gap();
}

void Diagnostics::say(DiagnosticLevel level, std::string_view line) noexcept {
    try {
        logger_->log(level_of(level), "{}", printable(line));
        tell_gap();
    } catch (std::bad_alloc const&) {
        return; // one more that is lost
    }
}

void Diagnostics::say_of_system(Bytes text) noexcept {
    std::string_view rest = text_of(text);
    while (!rest.empty()) {
        std::size_t const end = std::min(rest.find('\n'), rest.size());
        say(DiagnosticLevel::info, rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
}

std::uint64_t Diagnostics::lost() const noexcept {
    return writer_->overrun_counter();
}

void Diagnostics::tell_gap() noexcept {
    std::uint64_t const now = lost();
    std::uint64_t const before = told_.exchange(now);
    if (now > before) {
        logger_->warn("{} lines before this one were lost", now - before);
    }
}

} // namespace axiom::host
