#pragma once
// The tables and views of the projection; docs/sql.md explains the views.

namespace axiom::host {

/// Rises when the tables change: a database of another version is made anew.
inline constexpr int projection_version = 1;

inline constexpr char const* projection_schema = R"sql(
CREATE TABLE progress (log_id TEXT NOT NULL, next INTEGER NOT NULL, head TEXT NOT NULL);
CREATE TABLE entry (
    sequence INTEGER PRIMARY KEY, hash TEXT NOT NULL, domain TEXT, kind TEXT, time TEXT,
    time_ns INTEGER, boot INTEGER, actor INTEGER, process INTEGER, producer TEXT, number INTEGER,
    cause INTEGER, cause_2 INTEGER, decided_at INTEGER, rule TEXT, object TEXT, body TEXT,
    attachment TEXT NOT NULL, attachment_bytes INTEGER, data BLOB);
CREATE TABLE mark (name TEXT PRIMARY KEY, sequence INTEGER NOT NULL);
CREATE VIEW entries AS SELECT sequence, hash, domain, kind, time, time_ns, boot, actor, process,
    producer, number, object, body, attachment, attachment_bytes,
    CAST(data AS TEXT) AS data FROM entry;
CREATE VIEW lines AS SELECT sequence, hash, time, producer, number, object,
    CAST(data AS TEXT) AS line FROM entry WHERE kind = 'records.line';
CREATE VIEW causes AS SELECT sequence AS effect, cause FROM entry WHERE cause IS NOT NULL
    UNION ALL SELECT sequence, cause_2 FROM entry WHERE cause_2 IS NOT NULL;
CREATE VIEW decisions AS SELECT sequence, kind, actor, object, decided_at, rule FROM entry
    WHERE rule IS NOT NULL;
CREATE VIEW boots AS SELECT boot, min(sequence) AS first, max(sequence) AS last,
    count(*) AS entries, min(time) AS began FROM entry GROUP BY boot;
CREATE VIEW marks AS SELECT name, sequence FROM mark;
)sql";

inline constexpr char const* projection_insert =
    "INSERT INTO entry VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";

} // namespace axiom::host
