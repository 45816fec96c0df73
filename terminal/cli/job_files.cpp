// Files of `axiom job`; see terminal/cli/job_files.hpp.

#include <terminal/cli/job_files.hpp>

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

#include <sim-host/platform/string_text.hpp>
#include <terminal/cli/number_text.hpp>
#include <terminal/cli/printable.hpp>
#include <terminal/cli/progress.hpp>

namespace axiom::cli {

namespace {

constexpr std::string_view record_schema = "axiom.job-outcome/1";

Failure unreadable(std::string const& path, int error_number) {
    bool const missing = error_number == ENOENT || error_number == ENOTDIR;
    return {.exit = missing ? Exit::not_found : Exit::environment,
            .code = missing ? "not_found" : "io_failed",
            .sentence = path + " cannot be read",
            .cause = std::strerror(error_number),
            .next = "check the path"};
}

class InputFile {
  public:
    explicit InputFile(std::string const& path)
        : descriptor_{path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC)} {
        if (descriptor_ < 0) {
            throw unreadable(path, errno);
        }
    }
    ~InputFile() {
        if (descriptor_ != STDIN_FILENO) {
            ::close(descriptor_);
        }
    }
    InputFile(InputFile const&) = delete;
    InputFile& operator=(InputFile const&) = delete;

    // Up to `to.size()` bytes; fewer at the end only.
    std::size_t read(std::string const& path, MutableBytes to) {
        std::size_t done = 0;
        while (done < to.size()) {
            ssize_t const got = ::read(descriptor_, to.data() + done, to.size() - done);
            if (got < 0 && errno == EINTR) {
                continue;
            }
            if (got < 0) {
                throw unreadable(path, errno);
            }
            if (got == 0) {
                break;
            }
            done += static_cast<std::size_t>(got);
        }
        return done;
    }

  private:
    int descriptor_;
};

Json content_json(NamedContent const& content) {
    return {{"path", content.path},
            {"bytes", content.bytes},
            {"digest", host::hex_text(content.digest)}};
}

// Reading a record: each member of its type, or a failure that names it.
class RecordReader {
  public:
    RecordReader(std::string const& path, Json const& json) : path_{path}, json_{&json} {}

    [[nodiscard]] RecordReader at(std::string const& name) const {
        Json const& part = member(name);
        if (!part.is_object()) {
            throw wrong(name);
        }
        return {path_, part};
    }
    [[nodiscard]] std::uint64_t number(std::string const& name) const {
        Json const& part = member(name);
        if (!part.is_number_unsigned()) {
            throw wrong(name);
        }
        return part.get<std::uint64_t>();
    }
    [[nodiscard]] std::string text(std::string const& name) const {
        Json const& part = member(name);
        if (!part.is_string()) {
            throw wrong(name);
        }
        return part.get<std::string>();
    }
    [[nodiscard]] Hash256 digest(std::string const& name) const {
        auto const hash = hash_from_hex(text(name));
        if (!hash) {
            throw wrong(name);
        }
        return *hash;
    }
    [[nodiscard]] jobs::Reason reason(std::string const& name) const {
        std::string const word = text(name);
        for (std::size_t index = 1; index < jobs::reason_texts.size(); ++index) {
            if (jobs::reason_texts[index].name == word) {
                return static_cast<jobs::Reason>(index);
            }
        }
        throw wrong(name);
    }
    [[nodiscard]] NamedContent content(std::string const& name) const {
        RecordReader const part = at(name);
        return {.path = part.text("path"),
                .bytes = part.number("bytes"),
                .digest = part.digest("digest")};
    }

  private:
    [[nodiscard]] Json const& member(std::string const& name) const {
        auto const found = json_->find(name);
        if (found == json_->end()) {
            throw wrong(name);
        }
        return *found;
    }
    [[nodiscard]] Failure wrong(std::string const& name) const {
        return {.exit = Exit::usage,
                .code = "bad_text",
                .sentence = path_ + " is no outcome of a job",
                .cause = "its member `" + name + "` is missing or of another type",
                .next = "make one: axiom job run PROGRAM --outcome FILE"};
    }

    std::string path_;
    Json const* json_;
};

} // namespace

std::vector<std::byte> whole_file(std::string const& path, std::uint64_t bytes_max) {
    constexpr std::size_t first_bytes = 64 * 1024;
    InputFile file{path};
    std::vector<std::byte> bytes;
    std::size_t used = 0;
    while (true) {
        bytes.resize(std::min<std::uint64_t>(bytes_max + 1, std::max(first_bytes, 2 * used)));
        used += file.read(path, MutableBytes{bytes}.subspan(used));
        if (used > bytes_max) {
            throw usage(path + " is longer than " + std::to_string(bytes_max) + " bytes",
                        "give a shorter one");
        }
        if (used < bytes.size()) {
            bytes.resize(used);
            return bytes;
        }
    }
}

Json record_json(JobRecord const& record) {
    host::JobOutcome const& outcome = record.outcome;
    return {{"program", content_json(record.program)},
            {"input", content_json(record.input)},
            {"limits",
             {{"fuel", record.limits.fuel},
              {"memory_bytes", record.limits.memory_bytes},
              {"output_bytes", record.limits.output_bytes},
              {"message_bytes", record.limits.message_bytes}}},
            {"outcome",
             {{"reason", jobs::text_of(outcome.ending.reason).name},
              {"pc", outcome.ending.pc},
              {"detail", outcome.ending.detail},
              {"fuel_used", outcome.fuel_used},
              {"memory_used_bytes", outcome.memory_used_bytes},
              {"input_read_bytes", outcome.input_read_bytes},
              {"output_bytes", outcome.output_bytes},
              {"output_digest", host::hex_text(outcome.output_digest)},
              {"message_bytes", outcome.message_bytes},
              {"message_digest", host::hex_text(outcome.message_digest)}}}};
}

JobRecord record_from_file(std::string const& path) {
    constexpr std::uint64_t record_bytes_max = 64 * 1024;
    return record_from(whole_file(path, record_bytes_max), path);
}

JobRecord record_from(Bytes bytes, std::string const& path) {
    Json const json = Json::parse(text_of(bytes), nullptr, false);
    RecordReader const reader{path, json};
    std::string const schema = reader.text("schema");
    if (schema != record_schema) {
        throw Failure{.exit = Exit::incompatible,
                      .code = "unknown_version",
                      .sentence = path + " is of another format: " + printable(schema),
                      .cause = "this program reads " + std::string{record_schema},
                      .next = "make one: axiom job run PROGRAM --outcome FILE"};
    }
    RecordReader const limits = reader.at("limits");
    RecordReader const outcome = reader.at("outcome");
    return {.program = reader.content("program"),
            .input = reader.content("input"),
            .limits = {.fuel = limits.number("fuel"),
                       .memory_bytes = limits.number("memory_bytes"),
                       .output_bytes = limits.number("output_bytes"),
                       .message_bytes = limits.number("message_bytes")},
            .outcome = {.ending = {.reason = outcome.reason("reason"),
                                   .pc = outcome.number("pc"),
                                   .detail = outcome.number("detail")},
                        .fuel_used = outcome.number("fuel_used"),
                        .memory_used_bytes = outcome.number("memory_used_bytes"),
                        .input_read_bytes = outcome.number("input_read_bytes"),
                        .output_bytes = outcome.number("output_bytes"),
                        .output_digest = outcome.digest("output_digest"),
                        .message_bytes = outcome.number("message_bytes"),
                        .message_digest = outcome.digest("message_digest")}};
}

std::string ending_text(jobs::Ending const& ending) {
    jobs::ReasonText const& text = jobs::text_of(ending.reason);
    if (ending.reason == jobs::Reason::exited) {
        return "exited " + std::to_string(ending.detail);
    }
    std::string const detail =
        text.detail_in_hex ? hex_number(ending.detail) : std::to_string(ending.detail);
    return std::string{text.name} + " (" + detail + ") at pc " + hex_number(ending.pc) + ": " +
           std::string{text.rule};
}

host::FinishedJob run_shown(host::Job job, std::string const& program_path, Console& console) {
    Progress progress{console, "running, bytes of input read", job.input.size()};
    job.slice = [&](jobs::MachineState const& state) { progress.update(state.input_bytes); };
    auto finished = host::run_job(job);
    progress.clear();
    if (!finished) {
        jobs::ImageProblem const& problem = finished.error();
        bool const memory = problem.rule == jobs::ImageRule::memory_limit;
        throw Failure{.exit = memory ? Exit::usage : Exit::incompatible,
                      .code = std::string{jobs::name_of(problem.rule)},
                      .sentence = program_path + " is no program for this machine",
                      .cause = "offset " + std::to_string(problem.where) + " holds " +
                               std::to_string(problem.value) +
                               "; the rule: " + std::string{jobs::text_of(problem.rule)},
                      .next = memory ? "give it more: --memory " + std::to_string(problem.value)
                                     : "docs/job-machine.md says how programs are built"};
    }
    return std::move(*finished);
}

} // namespace axiom::cli
