#pragma once
// Verifying what a path names: the log in it, and the bytes around the log that the medium keeps.
//
//     DATA/medium      both copies of header and record, zeros between them, the exact length
//     DATA/segments/   every file as long as a segment, nothing else
//     DATA/lock        only asked: whether a writer is alive; its text is for people

#include <string>

#include <sim-host/platform/host_store.hpp>
#include <sim-host/verify/verifier.hpp>

namespace axiom::host {

/// Whether some process has the medium at `path` open for writing.
[[nodiscard]] bool writer_alive(std::string const& path);

/// Whether a file in the log's folder, or in the one that holds it, is the seed of `key` in hex:
/// whoever could change the log could then have signed it anew.
[[nodiscard]] bool key_lies_beside(std::string const& path, SignatureEngine const& signatures,
                                   Hash256 const& key);

/// Verifies the log that `store` has open at `path`. `options.writer_alive` is found out here.
[[nodiscard]] Verdict verify_host_log(std::string const& path, HostStore& store,
                                      VerifyOptions options);

} // namespace axiom::host
