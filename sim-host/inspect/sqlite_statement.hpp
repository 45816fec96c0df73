#pragma once
// SqliteStatement: a prepared statement that is finalised with its scope. Only for the projection.
// Want of memory in SQLite is thrown as std::bad_alloc: for it a text would seem to be empty, and a
// database to be no projection.

#include <cstdint>
#include <new>
#include <optional>
#include <string_view>

#include <sqlite3.h>

namespace axiom::host {

inline void throw_if_no_sqlite_memory(int code) {
    if ((code & 0xFF) == SQLITE_NOMEM) {
        throw std::bad_alloc{};
    }
}

class SqliteStatement {
  public:
    SqliteStatement(sqlite3* database, std::string_view text) {
        char const* tail = nullptr;
        throw_if_no_sqlite_memory(sqlite3_prepare_v2(
            database, text.data(), static_cast<int>(text.size()), &statement_, &tail));
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
        note(sqlite3_bind_int64(statement_, at, static_cast<sqlite3_int64>(value)));
    }
    void bind(int at, std::optional<std::uint64_t> value) {
        value ? bind(at, *value) : note(sqlite3_bind_null(statement_, at));
    }
    void bind(int at, std::string_view text) {
        note(sqlite3_bind_text(statement_, at, text.data(), static_cast<int>(text.size()),
                               SQLITE_TRANSIENT));
    }
    void bind_blob(int at, std::string_view bytes) {
        note(sqlite3_bind_blob(statement_, at, bytes.data(), static_cast<int>(bytes.size()),
                               SQLITE_TRANSIENT));
    }

    /// What a `bind` refused is refused here: a row is never written without one of its values.
    [[nodiscard]] int step() {
        int const code = refusal_ != SQLITE_OK ? refusal_ : sqlite3_step(statement_);
        throw_if_no_sqlite_memory(code);
        return code;
    }
    void reset() {
        refusal_ = SQLITE_OK;
        sqlite3_reset(statement_);
        sqlite3_clear_bindings(statement_);
    }

    [[nodiscard]] std::string_view text(int column) const {
        auto const* const from =
            reinterpret_cast<char const*>(sqlite3_column_text(statement_, column));
        auto const bytes = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
        check_memory();
        return from == nullptr ? std::string_view{} : std::string_view{from, bytes};
    }

    /// After a value was read: SQLite gives none for want of memory.
    void check_memory() const {
        throw_if_no_sqlite_memory(sqlite3_errcode(sqlite3_db_handle(statement_)));
    }

  private:
    void note(int code) {
        throw_if_no_sqlite_memory(code);
        refusal_ = refusal_ != SQLITE_OK ? refusal_ : code;
    }

    sqlite3_stmt* statement_{};
    int refusal_{SQLITE_OK};
    std::string_view rest_;
};

} // namespace axiom::host
