#pragma once
// The peers: the raw file and four databases, each in the configuration in which it promises that a
// row is on stable storage when the commit returns, and otherwise as its authors ship it.

#include <memory>

#include <bench/support/contender.hpp>
#include <bench/support/workload.hpp>

namespace axiom::bench {

/// A preallocated file, one write and one fdatasync a group: what the medium gives at best.
[[nodiscard]] std::unique_ptr<Contender> make_raw_file(Workload const& workload);

/// LMDB, rows appended in key order, one synchronous commit a group.
[[nodiscard]] std::unique_ptr<Contender> make_lmdb(Workload const& workload);

/// SQLite, write-ahead log, synchronous=FULL, prepared insert, one transaction a group.
[[nodiscard]] std::unique_ptr<Contender> make_sqlite(Workload const& workload);

/// LevelDB, one synchronous write batch a group.
[[nodiscard]] std::unique_ptr<Contender> make_leveldb(Workload const& workload);

/// RocksDB, one synchronous write batch a group.
[[nodiscard]] std::unique_ptr<Contender> make_rocksdb(Workload const& workload);

/// BLAKE3's official C code with the fastest kernel of this CPU, entry after entry, over the 320
/// bytes that commitment, leaf and link of an entry with a 64-byte body cover. A batch is `entries`
/// entries.
[[nodiscard]] std::unique_ptr<Contender> make_sequential_blake3(std::size_t entries);

/// The same code over one long input: a batch is `bytes` bytes, read from memory.
[[nodiscard]] std::unique_ptr<Contender> make_bulk_blake3(std::size_t bytes);

} // namespace axiom::bench
