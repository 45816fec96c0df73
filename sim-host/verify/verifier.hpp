#pragma once
// The verifier: reads a whole log again and says what can be said of it.
//
//     slots ─▶ segment map ─▶ segments, side by side on every core ─▶ judge, in order ─▶ verdict
//        └──▶ loose slots: spare ones are zeros, anything else is named
//
// Memory is bounded: for each core one read buffer (3.3 MiB at 4 KiB storage blocks) and one link
// fold (260 KiB); facts of at most two segments a core (segment_check.hpp); 7 MiB of the tree's
// history; some 100 bytes for each erased attachment. Nothing depends on the length of the log but
// those erasures and the segment map, 264 bytes a segment.
//
// A log whose newest blocks did not reach the medium whole is read once more, up to where it ends.

#include <functional>

#include <axiom/port/signature_engine.hpp>
#include <sim-host/verify/verdict.hpp>

namespace axiom::host {

struct VerifyProgress {
    std::uint64_t bytes_done{};
    std::uint64_t bytes_all{};
};

struct VerifyOptions {
    HashEngine const* engine{};
    SignatureEngine const* signatures{};
    unsigned jobs{1};
    SequenceRange range{.first = {}, .end = Sequence{~std::uint64_t{0}}}; // what is re-hashed

    // What the caller knows from elsewhere.
    std::optional<PublicKey> key{};
    std::optional<Hash256> log_id{};
    std::optional<Bytes> receipt{}; // `--expect`: the log must hold what this receipt shows
    // A checkpoint that is trusted to be of the past: what it covers is not hashed again. It must
    // be signed by the key that the log had then.
    std::optional<Bytes> since{};

    bool writer_alive{};                            // the log is being appended to
    std::function<void(VerifyProgress)> progress{}; // on the calling thread, after each segment
};

/// Verifies the log in `store`, which is only read. Whatever is wrong is in the verdict; there is
/// none, but std::bad_alloc, when memory was wanting on the way.
[[nodiscard]] Verdict verify(Store& store, VerifyOptions const& options);

} // namespace axiom::host
