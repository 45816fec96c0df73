// Queries by people on the projection; see sim-host/inspect/projection.hpp.
//
// The connection is read-only and may do nothing but read: no ATTACH (another file), no PRAGMA that
// sets, no functions that load code.

#include <sim-host/inspect/projection.hpp>

#include <algorithm>

#include <sim-host/inspect/sqlite_statement.hpp>

namespace axiom::host {

namespace {

int allow_reading(void* /*context*/, int action, char const* first, char const* second,
                  char const* /*database*/, char const* /*trigger*/) {
    switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_RECURSIVE:
        return SQLITE_OK;
    case SQLITE_FUNCTION: {
        std::string_view const name = second == nullptr ? "" : second;
        return name == "load_extension" || name == "readfile" || name == "writefile" ? SQLITE_DENY
                                                                                     : SQLITE_OK;
    }
    case SQLITE_PRAGMA: {
        std::string_view const name = first == nullptr ? "" : first;
        bool const describes =
            name == "table_info" || name == "table_list" || name == "table_xinfo";
        return describes ? SQLITE_OK : SQLITE_DENY;
    }
    default:
        return SQLITE_DENY;
    }
}

SqlValue value_at(sqlite3_stmt* statement, int column) {
    SqlValue value;
    switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
        value.type = SqlValue::Type::integer;
        value.integer = sqlite3_column_int64(statement, column);
        break;
    case SQLITE_FLOAT:
        value.type = SqlValue::Type::real;
        value.real = sqlite3_column_double(statement, column);
        break;
    case SQLITE_TEXT:
    case SQLITE_BLOB: {
        bool const text = sqlite3_column_type(statement, column) == SQLITE_TEXT;
        value.type = text ? SqlValue::Type::text : SqlValue::Type::blob;
        auto const* const bytes = static_cast<char const*>(sqlite3_column_blob(statement, column));
        auto const count = static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
        value.bytes.assign(bytes == nullptr ? "" : bytes, bytes == nullptr ? 0 : count);
        break;
    }
    default:
        break;
    }
    return value;
}

class ReadOnly {
  public:
    explicit ReadOnly(std::string const& path) {
        opened_ = sqlite3_open_v2(path.c_str(), &database_,
                                  SQLITE_OPEN_READONLY | SQLITE_OPEN_NOFOLLOW, nullptr);
        if (database_ == nullptr) {
            throw std::bad_alloc{};
        }
        sqlite3_busy_timeout(database_, 10'000);
        sqlite3_limit(database_, SQLITE_LIMIT_ATTACHED, 0);
        sqlite3_set_authorizer(database_, allow_reading, nullptr);
    }
    ~ReadOnly() { sqlite3_close(database_); }
    ReadOnly(ReadOnly const&) = delete;
    ReadOnly& operator=(ReadOnly const&) = delete;

    [[nodiscard]] bool is_open() const noexcept { return opened_ == SQLITE_OK; }
    [[nodiscard]] sqlite3* get() const noexcept { return database_; }

  private:
    sqlite3* database_{};
    int opened_{};
};

HostResult<void> bind(SqliteStatement& to, std::span<SqlParameter const> parameters) {
    int const places = sqlite3_bind_parameter_count(to.get());
    for (int place = 1; place <= places; ++place) {
        char const* const name = sqlite3_bind_parameter_name(to.get(), place);
        std::string_view const said = name == nullptr ? "?" : name;
        if (std::ranges::find(parameters, said, &SqlParameter::name) == parameters.end()) {
            return found_problem(Code::bad_text, "sql",
                                 "nothing gives `" + std::string{said} + "` a value");
        }
    }
    for (SqlParameter const& parameter : parameters) {
        int const place =
            sqlite3_bind_parameter_index(to.get(), std::string{parameter.name}.c_str());
        if (place == 0) {
            return found_problem(Code::bad_text, "sql",
                                 "the statement does not say `" + std::string{parameter.name} +
                                     "`");
        }
        to.bind(place, parameter.value);
    }
    return {};
}

} // namespace

HostResult<void> Projection::query(std::string const& path, std::string const& statement,
                                   std::span<SqlParameter const> parameters,
                                   std::function<bool(SqlAnswer const&)> const& row) {
    ReadOnly const database{path};
    if (!database.is_open()) {
        return found_problem(Code::io_failed, path, sqlite3_errmsg(database.get()));
    }
    SqliteStatement prepared{database.get(), statement};
    if (prepared.get() == nullptr) {
        bool const nothing = sqlite3_errcode(database.get()) == SQLITE_OK;
        return found_problem(Code::bad_text, "sql",
                             nothing ? "there is no statement" : sqlite3_errmsg(database.get()));
    }
    bool const more = prepared.rest().find_first_not_of(" \t\r\n;") != std::string_view::npos;
    if (more) {
        return found_problem(Code::bad_text, "sql", "one statement at a time");
    }
    TRY(bind(prepared, parameters));
    SqlAnswer answer;
    int const columns = sqlite3_column_count(prepared.get());
    for (int column = 0; column < columns; ++column) {
        char const* const name = sqlite3_column_name(prepared.get(), column);
        answer.columns.emplace_back(name == nullptr ? throw std::bad_alloc{} : name);
    }
    answer.cells.resize(answer.columns.size());
    int step = prepared.step();
    for (; step == SQLITE_ROW; step = prepared.step()) {
        for (int column = 0; column < columns; ++column) {
            answer.cells[static_cast<std::size_t>(column)] = value_at(prepared.get(), column);
        }
        prepared.check_memory();
        if (!row(answer)) {
            return {};
        }
    }
    if (step != SQLITE_DONE) {
        return found_problem(Code::bad_text, "sql", sqlite3_errmsg(database.get()));
    }
    return {};
}

} // namespace axiom::host
