// RocksDB: a write batch for each group, synchronous; compression off, since the rows do not
// compress.

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include <bench/support/failure.hpp>
#include <bench/support/peers.hpp>

namespace axiom::bench {

namespace {

class RocksDb final : public Contender {
  public:
    explicit RocksDb(Workload const& workload) : group_entries_{workload.group_entries} {
        rocksdb::Options options;
        options.create_if_missing = true;
        options.compression = rocksdb::kNoCompression;
        rocksdb::DB* database = nullptr;
        check(rocksdb::DB::Open(options, workload.folder / "rocksdb", &database));
        database_.reset(database);
        write_options_.sync = true;
    }

    [[nodiscard]] std::string_view name() const noexcept override { return "RocksDB sync"; }

    void run(std::size_t batches) override {
        for (std::size_t batch = 0; batch < batches; ++batch) {
            group_.Clear();
            for (std::size_t entry = 0; entry < group_entries_; ++entry, ++number_) {
                auto const key = make_key(number_);
                auto const& row = rows_.row(number_);
                group_.Put({key.data(), key.size()},
                           {reinterpret_cast<char const*>(row.data()), row.size()});
            }
            check(database_->Write(write_options_, &group_));
        }
    }

  private:
    static void check(rocksdb::Status const& status) {
        require(status.ok(), "RocksDB: " + status.ToString());
    }

    RowSupply rows_;
    std::size_t group_entries_;
    std::uint64_t number_{};
    rocksdb::WriteOptions write_options_;
    rocksdb::WriteBatch group_;
    std::unique_ptr<rocksdb::DB> database_;
};

} // namespace

std::unique_ptr<Contender> make_rocksdb(Workload const& workload) {
    return std::make_unique<RocksDb>(workload);
}

} // namespace axiom::bench
