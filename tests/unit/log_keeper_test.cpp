// LogKeeper: how axiomd begins, takes over and keeps a log on its medium.

#include <gtest/gtest.h>

#include <vector>

#include <services/axiomd/log_keeper.hpp>
#include <sim-host/platform/hash_engines.hpp>
#include <sim-host/platform/memory_store.hpp>
#include <sim-host/platform/signature_sodium.hpp>
#include <sim-host/verify/verifier.hpp>

namespace axiom {
namespace {

constexpr StoreGeometry geometry{.storage_block_bytes = 4096, .segment_bytes = 1U << 20U};

// A medium whose writer is killed behind so many writes.
class Cut final : public Store {
  public:
    Cut(Store& store, unsigned writes) noexcept : store_{&store}, writes_{writes} {}

    StoreGeometry geometry() const noexcept override { return store_->geometry(); }
    std::uint32_t slots() const noexcept override { return store_->slots(); }
    Result<SlotIndex> extend() noexcept override { return store_->extend(); }
    Result<void> read(SlotOffset from, MutableBytes to) noexcept override {
        return store_->read(from, to);
    }
    Result<void> write(SlotOffset to, Bytes from) noexcept override {
        if (writes_ == 0) {
            return fail(Code::io_failed);
        }
        --writes_;
        return store_->write(to, from);
    }
    Result<void> flush() noexcept override { return store_->flush(); }
    Result<void> discard(SlotOffset from) noexcept override { return store_->discard(from); }
    Result<Epoch> claimed_epoch() noexcept override { return store_->claimed_epoch(); }
    Result<void> claim_epoch(Epoch epoch) noexcept override { return store_->claim_epoch(epoch); }

  private:
    Store* store_;
    unsigned writes_;
};

// Begins a log whose log id follows from the label.
Result<void> begin_log(Store& store, std::string_view label) {
    std::vector<std::byte> memory(axiomd::LogKeeper::bytes_for(geometry));
    Arena arena{MutableBytes{memory}};
    axiomd::LogKeeper keeper{store, host::fastest_engine(), arena};
    EXPECT_FALSE(keeper.holds_log().value());
    return keeper.create({.label = label, .capacities = default_capacities}, WallTime{1});
}

TEST(LogKeeper, BeginsWhereAnotherWriterHadBegunAndWasKilled) {
    host::MemoryStore medium{geometry};
    Cut cut{medium, 1};
    ASSERT_FALSE(begin_log(cut, "one"));
    ASSERT_GT(medium.slots(), 0U);
    ASSERT_TRUE(begin_log(medium, "two"));
    auto const verdict = host::verify(
        medium, {.engine = &host::fastest_engine(), .signatures = &host::signature_engine()});
    for (host::Finding const& finding : verdict.findings) {
        EXPECT_TRUE(finding.severity < host::Severity::tampering) << finding.what;
    }
    EXPECT_EQ(verdict.entries, 1U);
}

} // namespace
} // namespace axiom
