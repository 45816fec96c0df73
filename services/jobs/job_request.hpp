#pragma once
// A job as an effect's parameters say it, in words:
//
//     PROGRAM INPUT FUEL MEMORY OUTPUT MESSAGES
//
// The first two are ids of objects (INPUT may be `-`: nothing is read), the others numbers: units
// of fuel, and bytes.

#include <optional>
#include <string_view>

#include <axiom/base/hash256.hpp>
#include <axiom/base/result.hpp>

namespace axiom::jobs {

struct JobRequest {
    Hash256 program{};
    std::optional<Hash256> input{};
    std::uint64_t fuel{};
    std::uint64_t memory_bytes{};
    std::uint64_t output_bytes{};
    std::uint64_t message_bytes{};

    friend bool operator==(JobRequest const&, JobRequest const&) noexcept = default;
};

/// Numbers end here, so that every reader of JSON has them exactly.
inline constexpr std::uint64_t job_number_max = (std::uint64_t{1} << 53U) - 1;

namespace detail {

constexpr std::string_view next_word(std::string_view& text) noexcept {
    std::size_t const end = text.find(' ');
    std::string_view const word = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    return word;
}

constexpr std::optional<std::uint64_t> number_of(std::string_view word) noexcept {
    std::uint64_t number = 0;
    for (char const letter : word) {
        if (letter < '0' || letter > '9' || number > job_number_max / 10) {
            return std::nullopt;
        }
        number = number * 10 + static_cast<std::uint64_t>(letter - '0');
    }
    return word.empty() || number > job_number_max ? std::nullopt : std::optional{number};
}

} // namespace detail

/// `job_refused` with the number of the word that is wrong, from 1.
[[nodiscard]] constexpr Result<JobRequest> parse_job(std::string_view text) noexcept {
    JobRequest job;
    auto const program = hash_from_hex(detail::next_word(text));
    if (!program) {
        return fail(Code::job_refused, 1);
    }
    job.program = *program;
    if (std::string_view const word = detail::next_word(text); word != "-") {
        job.input = hash_from_hex(word);
        if (!job.input) {
            return fail(Code::job_refused, 2);
        }
    }
    std::uint64_t* const numbers[] = {&job.fuel, &job.memory_bytes, &job.output_bytes,
                                      &job.message_bytes};
    std::uint64_t word = 3;
    for (std::uint64_t* const number : numbers) {
        auto const value = detail::number_of(detail::next_word(text));
        if (!value) {
            return fail(Code::job_refused, word);
        }
        *number = *value;
        ++word;
    }
    return text.empty() ? Result<JobRequest>{job} : fail(Code::job_refused, word);
}

} // namespace axiom::jobs
