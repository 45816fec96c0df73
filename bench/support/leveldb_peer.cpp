// LevelDB: a write batch for each group, synchronous; compression off, since the rows do not
// compress.

#include <leveldb/db.h>
#include <leveldb/write_batch.h>

#include <bench/support/failure.hpp>
#include <bench/support/peers.hpp>

namespace axiom::bench {

namespace {

class LevelDb final : public Contender {
  public:
    explicit LevelDb(Workload const& workload) : group_entries_{workload.group_entries} {
        leveldb::Options options;
        options.create_if_missing = true;
        options.compression = leveldb::kNoCompression;
        leveldb::DB* database = nullptr;
        check(leveldb::DB::Open(options, workload.folder / "leveldb", &database));
        database_.reset(database);
        write_options_.sync = true;
    }

    [[nodiscard]] std::string_view name() const noexcept override { return "LevelDB sync"; }

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
    static void check(leveldb::Status const& status) {
        require(status.ok(), "LevelDB: " + status.ToString());
    }

    RowSupply rows_;
    std::size_t group_entries_;
    std::uint64_t number_{};
    leveldb::WriteOptions write_options_;
    leveldb::WriteBatch group_;
    std::unique_ptr<leveldb::DB> database_;
};

} // namespace

std::unique_ptr<Contender> make_leveldb(Workload const& workload) {
    return std::make_unique<LevelDb>(workload);
}

} // namespace axiom::bench
