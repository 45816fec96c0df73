// Bringing snapshots over; see terminal/cli/snapshot_copies.hpp.

#include <terminal/cli/snapshot_copies.hpp>

#include <filesystem>

#include <sim-host/log/snapshot_folder.hpp>

namespace axiom::cli {

namespace fs = std::filesystem;

std::vector<Sequence> lacking_snapshots(std::string const& from, std::string const& to,
                                        Sequence end) {
    host::SnapshotFolder const source{from};
    host::SnapshotFolder const target{to};
    std::vector<Sequence> lacking;
    for (Sequence const sequence : source.list()) {
        std::error_code error;
        if (sequence < end && !fs::exists(target.file(sequence), error)) {
            lacking.push_back(sequence);
        }
    }
    return lacking;
}

std::vector<Sequence> copy_snapshots(std::string const& from, std::string const& to, Sequence end) {
    host::SnapshotFolder const source{from};
    host::SnapshotFolder const target{to};
    std::vector<Sequence> copied;
    for (Sequence const sequence : lacking_snapshots(from, to, end)) {
        std::error_code error;
        std::uint64_t const bytes = fs::file_size(source.file(sequence), error);
        auto const snapshot =
            error ? host::HostResult<std::vector<std::byte>>{} : source.read(sequence, bytes);
        if (!error && snapshot && target.write(sequence, *snapshot)) {
            copied.push_back(sequence);
        }
    }
    return copied;
}

} // namespace axiom::cli
