// SQLite: a table whose key is the row number, write-ahead log, synchronous=FULL, one prepared
// insert.

#include <sqlite3.h>

#include <string>

#include <bench/support/failure.hpp>
#include <bench/support/peers.hpp>

namespace axiom::bench {

namespace {

class Sqlite final : public Contender {
  public:
    explicit Sqlite(Workload const& workload) : group_entries_{workload.group_entries} {
        auto const path = workload.folder / "sqlite";
        auto const flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
        check(sqlite3_open_v2(path.c_str(), &database_, flags, nullptr), "open");
        execute("PRAGMA journal_mode=WAL");
        execute("PRAGMA synchronous=FULL");
        execute("CREATE TABLE entries(sequence INTEGER PRIMARY KEY, row BLOB NOT NULL)");
        begin_ = prepare("BEGIN IMMEDIATE");
        insert_ = prepare("INSERT INTO entries VALUES(?1, ?2)");
        commit_ = prepare("COMMIT");
    }

    Sqlite(Sqlite const&) = delete;
    Sqlite& operator=(Sqlite const&) = delete;
    ~Sqlite() override {
        for (auto* statement : {begin_, insert_, commit_}) {
            sqlite3_finalize(statement);
        }
        sqlite3_close(database_);
    }

    [[nodiscard]] std::string_view name() const noexcept override { return "SQLite WAL FULL"; }

    void run(std::size_t batches) override {
        for (std::size_t batch = 0; batch < batches; ++batch) {
            step(begin_);
            for (std::size_t entry = 0; entry < group_entries_; ++entry, ++number_) {
                auto const& row = rows_.row(number_);
                check(sqlite3_bind_int64(insert_, 1, static_cast<sqlite3_int64>(number_)), "bind");
                check(sqlite3_bind_blob(insert_, 2, row.data(), row_bytes, SQLITE_STATIC), "bind");
                step(insert_);
            }
            step(commit_);
        }
    }

  private:
    void check(int status, char const* what) const {
        require(status == SQLITE_OK,
                std::string{"SQLite, "} + what + ": " + sqlite3_errmsg(database_));
    }

    void execute(char const* sql) const {
        check(sqlite3_exec(database_, sql, nullptr, nullptr, nullptr), sql);
    }

    [[nodiscard]] sqlite3_stmt* prepare(char const* sql) const {
        sqlite3_stmt* statement = nullptr;
        check(sqlite3_prepare_v2(database_, sql, -1, &statement, nullptr), sql);
        return statement;
    }

    void step(sqlite3_stmt* statement) const {
        auto const status = sqlite3_step(statement);
        require(status == SQLITE_DONE, std::string{"SQLite, step: "} + sqlite3_errmsg(database_));
        check(sqlite3_reset(statement), "reset");
    }

    RowSupply rows_;
    std::size_t group_entries_;
    std::uint64_t number_{};
    sqlite3* database_{};
    sqlite3_stmt* begin_{};
    sqlite3_stmt* insert_{};
    sqlite3_stmt* commit_{};
};

} // namespace

std::unique_ptr<Contender> make_sqlite(Workload const& workload) {
    return std::make_unique<Sqlite>(workload);
}

} // namespace axiom::bench
