#include <sim-host/syslog/batch_writer.hpp>

#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

namespace axiom::host {

HostResult<void> BatchWriter::keep(Bytes batch) {
    kernel::BatchHeader header;
    if (batch.size() < sizeof header) {
        return found_problem(Code::out_of_range, folder_, "a batch without a header", batch.size());
    }
    copy_bytes(std::as_writable_bytes(std::span{&header, 1}), batch.first(sizeof header));
    if (bytes_of_batch(header) != batch.size()) {
        return found_problem(Code::out_of_range, folder_, "no batch has this length", batch.size());
    }
    if (!file_.is_open() || bytes_ + batch.size() > batch_file_bytes_max) {
        TRY(begin_file());
    }
    if (auto const written = file_.write(bytes_, batch); !written) {
        file_ = {}; // a part of it may be there: nothing comes behind that
        return written;
    }
    bytes_ += batch.size();
    return {};
}

HostResult<void> BatchWriter::begin_file() {
    file_ = {};
    std::vector<std::uint32_t> const numbers = TRY(batch_files_in(folder_));
    for (std::size_t index = 0; index + batch_files_max <= numbers.size(); ++index) {
        std::string const oldest = folder_ + '/' + batch_file_name(numbers[index]);
        if (::unlink(oldest.c_str()) != 0) {
            return system_problem(oldest, "remove", errno);
        }
    }
    std::uint32_t const next = numbers.empty() ? 1 : numbers.back() + 1;
    std::string const path = folder_ + '/' + batch_file_name(next);
    file_ = TRY(HostFile::open(AT_FDCWD, path, {.writable = true, .create_new = true}, path));
    bytes_ = 0;
    return {};
}

} // namespace axiom::host
