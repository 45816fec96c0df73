// LMDB: rows in key order with MDB_APPEND, which is its fastest way to load, and its default
// synchronous commit.

#include <lmdb.h>

#include <string>

#include <bench/support/failure.hpp>
#include <bench/support/peers.hpp>

namespace axiom::bench {

namespace {

void check(int status, char const* what) {
    require(status == MDB_SUCCESS, std::string{"LMDB, "} + what + ": " + mdb_strerror(status));
}

class Lmdb final : public Contender {
  public:
    explicit Lmdb(Workload const& workload) : group_entries_{workload.group_entries} {
        auto const folder = workload.folder / "lmdb";
        std::filesystem::create_directories(folder);
        auto const rows = workload.groups_total * workload.group_entries;
        check(mdb_env_create(&environment_), "create");
        check(mdb_env_set_mapsize(environment_, map_bytes_base + rows * row_bytes * 2), "map size");
        check(mdb_env_open(environment_, folder.c_str(), 0, 0600), "open");
        MDB_txn* transaction = nullptr;
        check(mdb_txn_begin(environment_, nullptr, 0, &transaction), "begin");
        check(mdb_dbi_open(transaction, nullptr, 0, &database_), "open database");
        check(mdb_txn_commit(transaction), "commit");
    }

    Lmdb(Lmdb const&) = delete;
    Lmdb& operator=(Lmdb const&) = delete;
    ~Lmdb() override { mdb_env_close(environment_); }

    [[nodiscard]] std::string_view name() const noexcept override { return "LMDB sync"; }

    void run(std::size_t batches) override {
        for (std::size_t batch = 0; batch < batches; ++batch) {
            MDB_txn* transaction = nullptr;
            check(mdb_txn_begin(environment_, nullptr, 0, &transaction), "begin");
            for (std::size_t entry = 0; entry < group_entries_; ++entry, ++number_) {
                put(transaction);
            }
            check(mdb_txn_commit(transaction), "commit");
        }
    }

  private:
    static constexpr std::size_t map_bytes_base = std::size_t{256} << 20U;

    void put(MDB_txn* transaction) {
        auto key_bytes = make_key(number_);
        MDB_val key{key_bytes.size(), key_bytes.data()};
        MDB_val value{row_bytes, const_cast<std::byte*>(rows_.row(number_).data())};
        check(mdb_put(transaction, database_, &key, &value, MDB_APPEND), "put");
    }

    RowSupply rows_;
    std::size_t group_entries_;
    std::uint64_t number_{};
    MDB_env* environment_{};
    MDB_dbi database_{};
};

} // namespace

std::unique_ptr<Contender> make_lmdb(Workload const& workload) {
    return std::make_unique<Lmdb>(workload);
}

} // namespace axiom::bench
