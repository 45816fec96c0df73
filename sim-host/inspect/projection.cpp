// The projection's filling; see sim-host/inspect/projection.hpp.

#include <sim-host/inspect/projection.hpp>

#include <sim-host/inspect/catalog.hpp>
#include <sim-host/inspect/projection_schema.hpp>
#include <sim-host/inspect/sqlite_statement.hpp>
#include <sim-host/platform/string_text.hpp>

namespace axiom::host {

namespace {

std::unexpected<Problem> sqlite_problem(std::string const& path, sqlite3* database) {
    int const code = sqlite3_extended_errcode(database);
    throw_if_no_sqlite_memory(code);
    Code const meant = (code & 0xFF) == SQLITE_FULL ? Code::store_full : Code::io_failed;
    return found_problem(meant, path, std::string{"the projection: "} + sqlite3_errmsg(database));
}

int version_of(sqlite3* database) {
    SqliteStatement version{database, "PRAGMA user_version"};
    bool const read = version.get() != nullptr && version.step() == SQLITE_ROW;
    return read ? sqlite3_column_int(version.get(), 0) : -1;
}

std::optional<std::uint64_t> unless_zero(std::uint64_t value) {
    return value == 0 ? std::nullopt : std::optional{value};
}

std::string_view state_text(AttachmentState state) {
    constexpr std::string_view names[] = {"none", "present", "erased", "pruned"};
    return names[static_cast<std::size_t>(state)];
}

// What is left of the entries that a `Prune` entry reduces, whether their segments were written
// anew already or not.
std::string prune_statement() {
    std::string kinds;
    for (DomainInfo const* const domain : known_domains()) {
        for (KindInfo const& kind : domain->kinds) {
            if (kind.prunable) {
                kinds += (kinds.empty() ? "'" : ",'") + std::string{domain->name} + "." +
                         std::string{kind.name} + "'";
            }
        }
    }
    return "UPDATE entry SET domain=NULL, kind=NULL, time=NULL, time_ns=NULL, actor=NULL, "
           "process=NULL, producer=NULL, number=NULL, cause=NULL, cause_2=NULL, decided_at=NULL, "
           "rule=NULL, object=NULL, body=NULL, attachment='pruned', attachment_bytes=NULL, "
           "data=NULL WHERE sequence>=? AND sequence<? AND kind IN (" +
           kinds + ")";
}

void bind_entry(SqliteStatement& to, EntryView const& view, ProjectionRow const& row) {
    EntryHeader const& header = view.entry.header;
    to.bind(1, view.sequence.value);
    to.bind(2, row.hash);
    to.bind(7, view.record->boot.value);
    to.bind(18, state_text(view.attachment));
    if (view.reduced) {
        return;
    }
    to.bind(3, row.domain);
    to.bind(4, row.kind);
    to.bind(5, row.time);
    to.bind(6, header.time.value);
    to.bind(8, header.principal.value);
    to.bind(9, header.process.value);
    if (!row.producer.empty()) {
        to.bind(10, row.producer);
        to.bind(11, header.producer_number.value);
    }
    to.bind(12, unless_zero(header.causes[0].value));
    to.bind(13, unless_zero(header.causes[1].value));
    if (row.verdict_rule) {
        to.bind(14, header.decided_at.value);
        to.bind(15, *row.verdict_rule);
    }
    to.bind(16, row.object);
    to.bind(17, row.body);
    to.bind(19, std::uint64_t{header.attachment_bytes});
    if (view.attachment == AttachmentState::present) {
        to.bind_blob(20, text_of(view.data));
    }
}

} // namespace

HostResult<std::unique_ptr<Projection>>
Projection::open(std::string const& path, ProjectionPlace place, Hash256 const& log_id) {
    std::unique_ptr<Projection> projection{new Projection{path}};
    projection->unfilled_ = TRY(claim_projection_place(path, place, log_id));
    int const flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW;
    int const opened = sqlite3_open_v2(path.c_str(), &projection->database_, flags, nullptr);
    sqlite3* const database = projection->database_;
    if (opened != SQLITE_OK) {
        return sqlite_problem(path, database);
    }
    sqlite3_busy_timeout(database, 10'000);
    if (version_of(database) == projection_version) {
        return projection;
    }
    std::string const made = "PRAGMA synchronous=OFF;BEGIN IMMEDIATE;PRAGMA application_id=" +
                             std::to_string(projection_application_id) + ";" + projection_schema +
                             "PRAGMA user_version=" + std::to_string(projection_version) +
                             ";COMMIT;";
    auto const run = projection->run(made.c_str());
    if (!run) {
        static_cast<void>(projection->run("ROLLBACK"));   // the failure that matters is the first
        if (version_of(database) != projection_version) { // else another process has made it
            return std::unexpected(run.error());
        }
    }
    return projection;
}

Projection::~Projection() {
    sqlite3_close(database_);
    if (unfilled_) {
        give_up_projection_place(path_);
    }
}

HostResult<void> Projection::run(char const* statements) {
    if (sqlite3_exec(database_, statements, nullptr, nullptr, nullptr) != SQLITE_OK) {
        return sqlite_problem(path_, database_);
    }
    return {};
}

// How far the projection agrees with the log; 0 when it was made anew.
HostResult<Sequence> Projection::agreed_with(OpenedLog& log) {
    Sequence next{};
    std::string head;
    bool same_log = false;
    {
        SqliteStatement progress{database_, "SELECT log_id, next, head FROM progress"};
        if (progress.get() == nullptr) {
            return sqlite_problem(path_, database_);
        }
        if (progress.step() == SQLITE_ROW) {
            same_log = progress.text(0) == hex_text(log.log_id());
            next = Sequence{static_cast<std::uint64_t>(sqlite3_column_int64(progress.get(), 1))};
            head = progress.text(2);
        }
    }
    if (same_log && next.value != 0 && next <= log.end()) {
        auto const last = log.entry(Sequence{next.value - 1});
        if (!last) {
            return std::unexpected(last.error());
        }
        if (hex_text(last->view.link) == head) {
            return next;
        }
    }
    if (auto const cleared = run("DELETE FROM entry; DELETE FROM mark; DELETE FROM progress;");
        !cleared) {
        return std::unexpected(cleared.error());
    }
    return Sequence{};
}

HostResult<void> Projection::insert(OpenedLog& log, Sequence first, RowMaker const& make,
                                    std::function<void(Sequence)> const& progress) {
    SqliteStatement entry{database_, projection_insert};
    SqliteStatement erase{database_,
                          "UPDATE entry SET data=NULL, attachment='erased' WHERE sequence=?"};
    std::string const prune_text = prune_statement();
    SqliteStatement prune{database_, prune_text};
    SqliteStatement mark{database_, "INSERT OR REPLACE INTO mark VALUES (?,?)"};
    if (entry.get() == nullptr || erase.get() == nullptr || prune.get() == nullptr ||
        mark.get() == nullptr) {
        return sqlite_problem(path_, database_);
    }
    bool sound = true;
    Sequence next = first;
    std::string head;
    auto const take = [&](SqliteStatement& statement) {
        sound = sound && statement.step() == SQLITE_DONE;
        statement.reset();
    };
    auto const walked = log.for_each({first, log.end()}, [&](EntryView const& view) {
        ProjectionRow const row = make(view);
        bind_entry(entry, view, row);
        take(entry);
        if (row.erases) {
            erase.bind(1, *row.erases);
            take(erase);
        }
        if (row.prunes) {
            prune.bind(1, row.prunes->first.value);
            prune.bind(2, row.prunes->end.value);
            take(prune);
        }
        if (row.mark) {
            mark.bind(1, *row.mark);
            mark.bind(2, row.mark_sequence);
            take(mark);
        }
        next = Sequence{view.sequence.value + 1};
        head = row.hash;
        if (next.value % 4096 == 0) {
            progress(next);
        }
        return sound;
    });
    if (!walked) {
        return walked;
    }
    if (!sound) {
        return sqlite_problem(path_, database_);
    }
    if (next == first) {
        return {};
    }
    SqliteStatement clear{database_, "DELETE FROM progress"};
    take(clear);
    SqliteStatement remember{database_, "INSERT INTO progress VALUES (?,?,?)"};
    remember.bind(1, hex_text(log.log_id()));
    remember.bind(2, next.value);
    remember.bind(3, head);
    take(remember);
    return sound ? HostResult<void>{} : sqlite_problem(path_, database_);
}

HostResult<void> Projection::update(OpenedLog& log, RowMaker const& make,
                                    std::function<void(Sequence)> const& progress) {
    if (auto const begun = run("PRAGMA synchronous=OFF; PRAGMA secure_delete=ON; BEGIN IMMEDIATE");
        !begun) {
        return begun;
    }
    auto const first = agreed_with(log);
    auto const filled = first ? insert(log, *first, make, progress)
                              : HostResult<void>{std::unexpected(first.error())};
    if (!filled) {
        static_cast<void>(run("ROLLBACK")); // the failure that matters is the one before
        return filled;
    }
    auto const committed = run("COMMIT");
    unfilled_ = unfilled_ && !committed;
    return committed;
}

} // namespace axiom::host
