// Buckets of log bytes; see kernel/core/log_meter.hpp.

#include <kernel/core/log_meter.hpp>

#include <algorithm>

#include <axiom/base/mutant.hpp>
#include <axiom/log/log_state.hpp>
#include <axiom/log/rate_bucket.hpp>

namespace axiom::kernel {

namespace {

// So much that no sum wraps; see `account_rate_max`.
constexpr std::uint64_t bounded(std::uint64_t bytes_per_second) noexcept {
    return std::min(bytes_per_second, account_rate_max / log_burst_seconds);
}

constexpr std::uint64_t full_of(std::uint64_t bytes_per_second) noexcept {
    return bounded(bytes_per_second) * log_burst_seconds * rate_unit;
}

} // namespace

void LogMeter::open(RowHandle account, std::uint64_t bytes_per_second, LogTime now) noexcept {
    buckets_[account.index] = {.generation = account.generation,
                               .bytes_per_second = bytes_per_second,
                               .left = full_of(bytes_per_second),
                               .filled = now};
}

void LogMeter::open_from(RowHandle parent, RowHandle account, std::uint64_t bytes_per_second,
                         LogTime now) noexcept {
    open(account, bytes_per_second, now);
    // What the parent gives it does not fill at any more, even if it has it back before it writes.
    Bucket& from = fill(parent, buckets_[parent.index].bytes_per_second, now);
    from.bytes_per_second -= std::min(from.bytes_per_second, bytes_per_second);
    if (!AXIOM_MUTANT(bucket_for_nothing)) {
        Bucket& bucket = buckets_[account.index];
        bucket.left = std::min(bucket.left, from.left);
        from.left -= bucket.left;
    }
}

// At the lower of the two rates: of what a child was given or gave back meanwhile nothing is had
// twice.
LogMeter::Bucket& LogMeter::fill(RowHandle account, std::uint64_t bytes_per_second,
                                 LogTime now) noexcept {
    Bucket& bucket = buckets_[account.index];
    AXIOM_ASSERT(bucket.generation == account.generation);
    std::uint64_t const rate = bounded(std::min(bucket.bytes_per_second, bytes_per_second));
    bucket.left = refilled({.account = {},
                            .bytes_per_second = rate,
                            .burst_bytes = rate * log_burst_seconds,
                            .left = bucket.left,
                            .refilled = bucket.filled},
                           now)
                      .left;
    bucket.left = std::min(bucket.left, full_of(bytes_per_second));
    bucket.bytes_per_second = bytes_per_second;
    bucket.filled = now;
    return bucket;
}

bool LogMeter::affords(RowHandle account, std::uint64_t bytes_per_second, LogTime now,
                       std::uint64_t bytes) noexcept {
    return fill(account, bytes_per_second, now).left / rate_unit >= bytes ||
           AXIOM_MUTANT(bucket_never_dry);
}

void LogMeter::charge(RowHandle account, std::uint64_t bytes) noexcept {
    Bucket& bucket = buckets_[account.index];
    AXIOM_ASSERT(bucket.generation == account.generation);
    bucket.left -= std::min(bucket.left, bytes * rate_unit);
}

std::uint64_t log_cost_of(Event const& event) noexcept {
    constexpr std::uint64_t end_bytes = entry_bytes(encoded_bytes_max<Remove>());
    constexpr std::uint64_t kill_bytes = entry_bytes(encoded_bytes_max<End>());
    std::uint64_t const bytes = entry_bytes(event.body_bytes);
    switch (event.kind) {
    case Kind::account:
    case Kind::derive:
        return bytes + end_bytes;
    case Kind::create: { // a process and a thread end once, and their capability goes besides
        auto const body = decode_whole<Create>(event.bytes());
        AXIOM_ASSERT(body.has_value());
        bool const ends = body->type == ObjectType::process || body->type == ObjectType::thread;
        return bytes + end_bytes + (ends && !AXIOM_MUTANT(kill_for_nothing) ? kill_bytes : 0);
    }
    case Kind::transfer: {
        auto const body = decode_whole<Transfer>(event.bytes());
        AXIOM_ASSERT(body.has_value());
        return bytes + body->passed.size() * end_bytes;
    }
    case Kind::remove: // paid for when it was taken, as it ends
    case Kind::end:
        return 0;
    default:
        return bytes;
    }
}

} // namespace axiom::kernel
