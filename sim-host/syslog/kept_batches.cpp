#include <sim-host/syslog/kept_batches.hpp>

#include <filesystem>

#include <fcntl.h>

#include <axiom/base/bytes.hpp>
#include <sim-host/platform/host_file.hpp>

namespace axiom::host {

namespace {

using kernel::BatchHeader;
using kernel::Record;

struct WholeFile {
    std::uint64_t bytes{};
    std::vector<Record> records; // as many as it has whole
};

// What is longer than any file of batches is not read to its end.
HostResult<WholeFile> read_whole(std::string const& path) {
    HostFile const file = TRY(HostFile::open(AT_FDCWD, path, {}, path));
    WholeFile whole{.bytes = TRY(file.size()), .records = {}};
    whole.records.resize(std::min(whole.bytes, batch_file_bytes_max) / sizeof(Record));
    TRY(file.read(0, std::as_writable_bytes(std::span{whole.records})));
    return whole;
}

} // namespace

HostResult<void> for_each_kept_batch(std::string const& folder,
                                     std::function<void(KeptBatch const&)> const& visit,
                                     std::function<void(KeptRest const&)> const& rest) {
    if (!std::filesystem::is_directory(folder)) {
        return {};
    }
    for (std::uint32_t const number : TRY(batch_files_in(folder))) {
        std::string const path = folder + '/' + batch_file_name(number);
        WholeFile const file = TRY(read_whole(path));
        std::span<Record const> left{file.records};
        std::uint64_t offset = 0;
        std::optional<BatchHeader> header;
        while (!left.empty()) {
            header = std::bit_cast<BatchHeader>(left.front());
            std::size_t const bytes = bytes_of_batch(*header);
            std::size_t const count = bytes / sizeof(Record);
            if (count == 0 || count > left.size()) {
                header = count == 0 ? std::nullopt : header;
                break;
            }
            visit({.header = *header, .batch = left.first(count), .file = &path, .offset = offset});
            left = left.subspan(count);
            offset += bytes;
            header.reset();
        }
        if (offset != file.bytes) {
            rest({.file = &path, .offset = offset, .bytes = file.bytes - offset, .header = header});
        }
    }
    return {};
}

std::string batches_beside(std::string const& log_path) {
    namespace fs = std::filesystem;
    fs::path path = fs::path{log_path}.lexically_normal();
    if (!path.has_filename()) {
        path = path.parent_path();
    }
    return (path.filename() == "log" ? path.parent_path() / "syslog" : path / "syslog").string();
}

} // namespace axiom::host
