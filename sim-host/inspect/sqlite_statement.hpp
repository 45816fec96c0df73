#pragma once
// SqliteStatement: a prepared statement that is finalised with its scope. Only for the projection.

#include <cstdint>
#include <optional>
#include <string_view>

#include <sqlite3.h>

namespace axiom::host {

class SqliteStatement {
  public:
    SqliteStatement(sqlite3* database, std::string_view text) {
        char const* tail = nullptr;
        sqlite3_prepare_v2(database, text.data(), static_cast<int>(text.size()), &statement_,
                           &tail);
        rest_ = tail == nullptr ? std::string_view{}
                                : text.substr(static_cast<std::size_t>(tail - text.data()));
    }
    ~SqliteStatement() { sqlite3_finalize(statement_); }
    SqliteStatement(SqliteStatement const&) = delete;
    SqliteStatement& operator=(SqliteStatement const&) = delete;

    [[nodiscard]] sqlite3_stmt* get() const noexcept { return statement_; }

    /// What follows the statement in its text.
    [[nodiscard]] std::string_view rest() const noexcept { return rest_; }

    void bind(int at, std::uint64_t value) {
        sqlite3_bind_int64(statement_, at, static_cast<sqlite3_int64>(value));
    }
    void bind(int at, std::optional<std::uint64_t> value) {
        value ? bind(at, *value) : static_cast<void>(sqlite3_bind_null(statement_, at));
    }
    void bind(int at, std::string_view text) {
        sqlite3_bind_text(statement_, at, text.data(), static_cast<int>(text.size()),
                          SQLITE_TRANSIENT);
    }
    void bind_blob(int at, std::string_view bytes) {
        sqlite3_bind_blob(statement_, at, bytes.data(), static_cast<int>(bytes.size()),
                          SQLITE_TRANSIENT);
    }

    [[nodiscard]] int step() { return sqlite3_step(statement_); }
    void reset() {
        sqlite3_reset(statement_);
        sqlite3_clear_bindings(statement_);
    }

    [[nodiscard]] std::string_view text(int column) const {
        auto const* const from =
            reinterpret_cast<char const*>(sqlite3_column_text(statement_, column));
        auto const bytes = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
        return from == nullptr ? std::string_view{} : std::string_view{from, bytes};
    }

  private:
    sqlite3_stmt* statement_{};
    std::string_view rest_;
};

} // namespace axiom::host
