#include <sim-host/syslog/batch_files.hpp>

#include <charconv>

#include <sim-host/platform/folder_names.hpp>

namespace axiom::host {

namespace {

constexpr std::size_t number_digits = 8;
constexpr std::string_view ending = ".batches";

} // namespace

std::string batch_file_name(std::uint32_t number) {
    std::string const digits = std::to_string(number);
    std::string const zeros(number_digits - std::min(number_digits, digits.size()), '0');
    return zeros + digits + std::string{ending};
}

HostResult<std::vector<std::uint32_t>> batch_files_in(std::string const& folder) {
    std::vector<std::uint32_t> numbers;
    for (std::string const& name : TRY(folder_names(folder))) {
        std::uint32_t number = 0;
        std::from_chars(name.data(), name.data() + name.size(), number);
        if (name == batch_file_name(number)) {
            numbers.push_back(number);
        }
    }
    std::ranges::sort(numbers);
    return numbers;
}

std::size_t bytes_of_batch(kernel::BatchHeader const& header) noexcept {
    std::size_t const records = std::size_t{header.count} + header.notes;
    return records <= kernel::seal_records_max
               ? (kernel::batch_overhead + records) * sizeof(kernel::Record)
               : 0;
}

} // namespace axiom::host
