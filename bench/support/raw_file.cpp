// The raw file under a log: preallocated, written with zeros and flushed before the first sample,
// so that no sample pays for growth or for extents that have never been written.

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <vector>

#include <bench/support/failure.hpp>
#include <bench/support/peers.hpp>

namespace axiom::bench {

namespace {

class RawFile final : public Contender {
  public:
    explicit RawFile(Workload const& workload)
        : group_(group_media_bytes(workload.layout, workload.group_entries)),
          file_bytes_{group_.size() * workload.groups_total} {
        for (std::size_t offset = 0; offset < group_.size(); ++offset) {
            group_[offset] = make_row(offset / row_bytes)[offset % row_bytes];
        }
        auto const path = workload.folder / "raw";
        descriptor_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        require_call(descriptor_ >= 0, path.string());
        write_zeros();
    }

    RawFile(RawFile const&) = delete;
    RawFile& operator=(RawFile const&) = delete;
    ~RawFile() override { ::close(descriptor_); }

    [[nodiscard]] std::string_view name() const noexcept override { return "raw file"; }

    void run(std::size_t batches) override {
        for (std::size_t batch = 0; batch < batches; ++batch) {
            if (offset_ + group_.size() > file_bytes_) {
                offset_ = 0;
            }
            write_at(group_.data(), group_.size(), offset_);
            require_call(::fdatasync(descriptor_) == 0, "fdatasync of the raw file");
            offset_ += group_.size();
        }
    }

  private:
    void write_at(std::byte const* from, std::size_t bytes, std::size_t offset) const {
        auto const written = ::pwrite(descriptor_, from, bytes, static_cast<off_t>(offset));
        require_call(written == static_cast<ssize_t>(bytes), "write of the raw file");
    }

    void write_zeros() const {
        auto const length = static_cast<off_t>(file_bytes_);
        require(::posix_fallocate(descriptor_, 0, length) == 0, "no room for the raw file");
        std::vector<std::byte> const zeros(std::size_t{1} << 20U);
        for (std::size_t offset = 0; offset < file_bytes_; offset += zeros.size()) {
            write_at(zeros.data(), std::min(zeros.size(), file_bytes_ - offset), offset);
        }
        require_call(::fsync(descriptor_) == 0, "fsync of the raw file");
    }

    std::vector<std::byte> group_;
    std::size_t file_bytes_;
    std::size_t offset_{};
    int descriptor_{-1};
};

} // namespace

std::unique_ptr<Contender> make_raw_file(Workload const& workload) {
    return std::make_unique<RawFile>(workload);
}

} // namespace axiom::bench
