#pragma once
// Projection: a log's entries as SQLite tables and views (docs/sql.md).
//
// Never the truth: it can be deleted at any time. It remembers the log's id and how far it has read
// with the hash of the last entry there; when the log does not agree it is made anew. What an
// `Erase` entry erased is erased here too. Queries run on a connection of their own that can only
// read this one file. A file that was made for it and could not be filled does not stay.

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <sim-host/inspect/opened_log.hpp>
#include <sim-host/inspect/projection_place.hpp>

struct sqlite3;

namespace axiom::host {

/// One entry as the projection stores it; texts are made by the caller, who knows the names.
struct ProjectionRow {
    std::string hash;
    std::string domain;
    std::string kind;
    std::string time;
    std::string producer; // hex, empty without one
    std::string object;
    std::string body;                        // JSON
    std::optional<std::string> verdict_rule; // of a gated entry: the rule that allowed it
    std::optional<std::uint64_t> erases;     // of an `Erase` entry: whose attachment
    std::optional<EntryRange> prunes;        // of a `Prune` entry
    std::optional<std::string> mark;         // of a `Mark` entry
    std::uint64_t mark_sequence{};
};

using RowMaker = std::function<ProjectionRow(EntryView const&)>;

/// A cell of an answer.
struct SqlValue {
    enum class Type : std::uint8_t { null, integer, real, text, blob } type{};
    std::int64_t integer{};
    double real{};
    std::string bytes; // of text and blob
};

/// A named parameter of a statement and its value.
struct SqlParameter {
    std::string_view name; // with its colon
    std::uint64_t value{};
};

struct SqlAnswer {
    std::vector<std::string> columns;
    std::vector<SqlValue> cells;
};

class Projection {
  public:
    /// Opens or makes the database at `path`. `already_exists` for what may not be replaced
    /// (projection_place.hpp).
    [[nodiscard]] static HostResult<std::unique_ptr<Projection>>
    open(std::string const& path, ProjectionPlace place, Hash256 const& log_id);
    ~Projection();
    Projection(Projection const&) = delete;
    Projection& operator=(Projection const&) = delete;

    /// Brings it up to the log's end. `progress` is told the next sequence from time to time.
    [[nodiscard]] HostResult<void> update(OpenedLog& log, RowMaker const& make,
                                          std::function<void(Sequence)> const& progress);

    /// Runs one statement that only reads, and calls `row` for each row until it answers false.
    /// `bad_text` for what is no such statement, and where it names a parameter that is not given
    /// or does not name one that is.
    [[nodiscard]] static HostResult<void> query(std::string const& path,
                                                std::string const& statement,
                                                std::span<SqlParameter const> parameters,
                                                std::function<bool(SqlAnswer const&)> const& row);

  private:
    explicit Projection(std::string path) : path_{std::move(path)} {}

    [[nodiscard]] HostResult<void> run(char const* statements);
    [[nodiscard]] HostResult<Sequence> agreed_with(OpenedLog& log);
    [[nodiscard]] HostResult<void> insert(OpenedLog& log, Sequence first, RowMaker const& make,
                                          std::function<void(Sequence)> const& progress);

    std::string path_;
    sqlite3* database_{};
    bool unfilled_{}; // `open` made the file, and no update has ended yet
};

} // namespace axiom::host
