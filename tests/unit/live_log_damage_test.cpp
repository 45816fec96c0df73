// Damage at rest, met when a log is opened for writing: each way in which it was once misjudged.

#include <gtest/gtest.h>

#include <sim-host/log/erasure.hpp>
#include <tests/support/damaged_log.hpp>
#include <tests/support/live_world.hpp>
#include <tests/support/verify_world.hpp>

namespace axiom::test {
namespace {

class LiveLogDamage : public testing::Test {
  protected:
    // Several segments; the newest session has not ended in order.
    LiveLogDamage() {
        EXPECT_TRUE(world_.create());
        auto live = world_.open();
        EXPECT_TRUE(live);
        for (std::uint64_t now = 1; now <= 120; ++now) {
            EXPECT_TRUE(LiveWorld::tick(**live, now));
            EXPECT_TRUE((*live)->commit((*live)->next_sequence()));
        }
        medium_ = clone(written_);
        EXPECT_TRUE((*live)->close());
        parts_ = parts_of(*medium_);
    }

    // The part that begins a segment, counted from the newest, and the parts behind it.
    LogPart const* header(unsigned from_newest = 0) {
        for (auto part = parts_.rbegin(); part != parts_.rend(); ++part) {
            if (part->from == 0 && from_newest-- == 0) {
                return &*part;
            }
        }
        return nullptr;
    }
    MutableBytes slot(LogPart const& part) { return medium_->slot_bytes(part.slot); }

    // The prefixes of the segment's frames.
    std::vector<LogPart> frames_of(LogPart const& header) {
        std::vector<LogPart> frames;
        std::ranges::copy_if(parts_, std::back_inserter(frames), [&](LogPart const& part) {
            return part.slot == header.slot && part.from >= tiny_segments.storage_block_bytes &&
                   part.to - part.from == store::frame_prefix_bytes;
        });
        return frames;
    }

    // Changes the record of a frame, and makes every hash over it anew.
    template <class Change> void forge_record(LogPart const& frame, Change const& change) {
        auto const segment =
            store::decode_segment_header(host::portable_engine(), slot(frame)).value();
        MutableBytes const prefix_at = slot(frame).subspan(frame.from);
        MutableBytes const record_at =
            prefix_at.subspan(store::frame_prefix_bytes, block_record_bytes);
        store::FramePrefix prefix;
        BlockRecord record;
        std::memcpy(static_cast<void*>(&prefix), prefix_at.data(), sizeof prefix);
        std::memcpy(static_cast<void*>(&record), record_at.data(), sizeof record);
        change(record);
        seal_record(host::portable_engine(), record);
        prefix.check = store::frame_check(host::portable_engine(), prefix, segment.nonce,
                                          record_bytes(record));
        std::memcpy(prefix_at.data(), &prefix, sizeof prefix);
        copy_bytes(record_at, record_bytes(record));
    }

    void expect_refused(Code code, std::uint64_t where) {
        Image const before{*medium_};
        LiveWorld world{*medium_};
        auto const live = world.open();
        ASSERT_FALSE(live);
        EXPECT_EQ(live.error().code, code) << text_of(live.error().code).name;
        EXPECT_EQ(live.error().where, where);
        EXPECT_EQ(before.slots(), Image{*medium_}.slots()) << "something was changed";
    }

    // Opens, appends and ends in order; nothing strange is left behind.
    void expect_goes_on(Sequence kept) {
        LiveWorld world{*medium_};
        {
            auto live = world.open();
            ASSERT_TRUE(live) << text_of(live.error().code).name;
            EXPECT_EQ((*live)->recovered().chain.next, kept);
            ASSERT_TRUE(LiveWorld::tick(**live, 1000));
            ASSERT_TRUE((*live)->close());
        }
        host::Verdict const verdict = host::verify(*medium_, verify_options());
        EXPECT_TRUE(verdict.findings.empty());
        ASSERT_TRUE(world.open());
    }

    host::MemoryStore written_{tiny_segments, 64};
    LiveWorld world_{written_};
    std::unique_ptr<host::MemoryStore> medium_; // as it was when the writer just stopped
    std::vector<LogPart> parts_;
};

TEST_F(LiveLogDamage, AWrongLengthBehindATornHeaderHidesNothing) {
    LogPart const& newest = *header();
    slot(newest)[100] ^= std::byte{1};
    MutableBytes const stride = slot(newest).subspan(tiny_segments.storage_block_bytes + 20, 4);
    store_le(stride, std::uint32_t{23296});
    expect_refused(Code::rot_below_watermark, newest.first.value);
}

TEST_F(LiveLogDamage, AWrongLengthBehindDamageHidesNothing) {
    LogPart const& older = *header(1);
    MutableBytes const frames = slot(older).subspan(tiny_segments.storage_block_bytes);
    store_le(frames.subspan(20, 4), std::uint32_t{64});
    frames[300] ^= std::byte{1};
    expect_refused(Code::rot_below_watermark, older.first.value);
}

TEST_F(LiveLogDamage, ASegmentThatIsCutGivesItsNumberBack) {
    LogPart const& newest = *header();
    auto forged = store::decode_segment_header(host::portable_engine(), slot(newest)).value();
    forged.watermark.value -= 1; // begun before the last group of the segment before was durable
    store::seal_header(host::portable_engine(), forged);
    copy_bytes(slot(newest), store::header_bytes(forged));
    zero_bytes(slot(newest).subspan(tiny_segments.storage_block_bytes));
    auto const last = std::ranges::find(parts_, newest.first.value - 1,
                                        [](LogPart const& part) { return part.first.value; });
    ASSERT_NE(last, parts_.end());
    slot(*last)[last->from] ^= std::byte{1};
    expect_goes_on(last->first);
}

TEST_F(LiveLogDamage, AHeaderWithADirtyBlockAndNothingBehindItIsCut) {
    LogPart const& newest = *header();
    zero_bytes(slot(newest).subspan(tiny_segments.storage_block_bytes));
    slot(newest)[300] ^= std::byte{1};
    expect_goes_on(newest.first);
}

TEST_F(LiveLogDamage, ALogWhoseFirstHeaderIsLostIsRottenFromItsFirstEntry) {
    slot(parts_.front())[40] ^= std::byte{1};
    expect_refused(Code::rot_below_watermark, 0);
}

TEST_F(LiveLogDamage, AHeaderOfOtherLengthsIsDamaged) {
    LogPart const& newest = *header();
    auto forged = store::decode_segment_header(host::portable_engine(), slot(newest)).value();
    forged.segment_bytes *= 2;
    store::seal_header(host::portable_engine(), forged);
    copy_bytes(slot(newest), store::header_bytes(forged));
    expect_refused(Code::rot_below_watermark, newest.first.value);
}

TEST_F(LiveLogDamage, AFrameOfANewerVersionIsNeverCut) {
    LogPart const& newest = *header();
    LogPart const& end = parts_.back();
    ASSERT_EQ(end.slot, newest.slot);
    auto const segment =
        store::decode_segment_header(host::portable_engine(), slot(newest)).value();
    Bytes const first = slot(newest).subspan(tiny_segments.storage_block_bytes);
    std::vector<std::byte> head{first.begin(), first.begin() + store::frame_head_bytes};
    store::FramePrefix prefix;
    std::memcpy(static_cast<void*>(&prefix), head.data(), sizeof prefix);
    prefix.version = 2;
    prefix.offset = end.from;
    prefix.check = store::frame_check(host::portable_engine(), prefix, segment.nonce,
                                      Bytes{head}.subspan(store::frame_prefix_bytes));
    std::memcpy(head.data(), &prefix, sizeof prefix);
    copy_bytes(slot(end).subspan(end.from), head);
    expect_refused(Code::unknown_version, end.first.value);

    slot(end)[end.from - 1] ^= std::byte{1}; // nor when it lies beyond damage
    expect_refused(Code::unknown_version, end.first.value - 1);
}

// Links are folded some blocks later than the blocks are read, so it matters that the first is
// named, whatever is met in between.
TEST_F(LiveLogDamage, ALinkThatDoesNotHoldIsNamedBeforeWhatIsFoundBehindIt) {
    auto const frames = frames_of(*header(2));
    ASSERT_GT(frames.size(), 3U);
    Hash256 const other{seed_number(9).bytes};
    forge_record(frames[1], [&](BlockRecord& record) { record.head = other; });
    expect_refused(Code::rot_below_watermark, frames[1].first.value);
    forge_record(frames[2], [&](BlockRecord& record) { record.previous_head = other; });
    expect_refused(Code::rot_below_watermark, frames[1].first.value);
    slot(frames[3])[frames[3].from] ^= std::byte{1};
    expect_refused(Code::rot_below_watermark, frames[1].first.value);
}

TEST_F(LiveLogDamage, ALinkThatDoesNotHoldInTheLastGroupIsTorn) {
    LogPart const last = frames_of(*header()).back();
    forge_record(last, [](BlockRecord& record) { record.head.bytes[0] ^= std::byte{1}; });
    expect_goes_on(last.first);
}

TEST_F(LiveLogDamage, AFrameHasNoSlack) {
    LogPart const& newest = *header();
    auto const segment =
        store::decode_segment_header(host::portable_engine(), slot(newest)).value();
    std::uint64_t const at = tiny_segments.storage_block_bytes;
    Bytes const first = slot(newest).subspan(at);
    std::vector<std::byte> head{first.begin(), first.begin() + store::frame_head_bytes};
    store::FramePrefix prefix;
    std::memcpy(static_cast<void*>(&prefix), head.data(), sizeof prefix);
    for (std::uint32_t const more : {64U, tiny_segments.storage_block_bytes}) {
        store::FramePrefix longer = prefix;
        longer.stride += more;
        longer.check = store::frame_check(host::portable_engine(), longer, segment.nonce,
                                          Bytes{head}.subspan(store::frame_prefix_bytes));
        std::memcpy(head.data(), &longer, sizeof longer);
        auto const frame = store::decode_frame(host::portable_engine(), segment, at, head);
        ASSERT_FALSE(frame) << more;
        EXPECT_EQ(frame.error().code, Code::out_of_range);
    }
}

// Attachments that are not there.
class MissingAttachmentsTest : public testing::Test {
  protected:
    MissingAttachmentsTest() {
        log_.open();
        for (int index = 0; index < 6; ++index) {
            log_.add(1, 700);
            attached_.push_back(Sequence{log_.live().next_sequence().value - 1});
        }
    }

    // The bytes of an entry's attachment.
    MutableBytes attachment(Sequence entry) {
        for (LogPart const& part : parts_of(store_)) {
            bool const own = part.first == entry && part.last == entry;
            if (own && part.to - part.from == padded_bytes(732)) {
                return store_.slot_bytes(part.slot).subspan(part.from, part.to - part.from);
            }
        }
        return {};
    }

    Result<store::Recovered> recovered(std::size_t room) {
        std::vector<store::MissingAttachment> memory(room);
        return recovered(memory);
    }
    Result<store::Recovered> recovered(std::span<store::MissingAttachment> room) {
        host::OwnedArena memory{store::SegmentMap::bytes_for(64)};
        Arena arena = memory.arena();
        store::SegmentMap map{arena, 64};
        std::vector<std::byte> buffer(4U << 20U);
        store::SegmentWindow window{store_, buffer};
        TRY(store::find_segments(host::portable_engine(), window, map));
        return store::recover(host::portable_engine(), window, map, nullptr, {.missing = room});
    }

    host::MemoryStore store_{small_geometry};
    SealedLog log_{store_, seed_number(1)};
    std::vector<Sequence> attached_;
};

TEST_F(MissingAttachmentsTest, OneThatRottedBelowTheWatermarkIsNamed) {
    log_.close();
    attachment(attached_[2])[400] ^= std::byte{1};
    auto const outcome = recovered(8);
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code, Code::rot_below_watermark);
    EXPECT_EQ(outcome.error().where, attached_[2].value);
    EXPECT_EQ(outcome.error().detail, static_cast<std::uint64_t>(Code::commitment_mismatch));
}

TEST_F(MissingAttachmentsTest, OneThatReadsAsZerosThoughNothingErasedItIsNamed) {
    log_.close();
    zero_bytes(attachment(attached_[3]));
    auto const outcome = recovered(8);
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().where, attached_[3].value);
    EXPECT_EQ(outcome.error().detail, static_cast<std::uint64_t>(Code::attachment_missing));
}

TEST_F(MissingAttachmentsTest, AnErasureThatWasCutShortIsOwed) {
    log_.erase(attached_[1]);
    log_.close();
    zero_bytes(attachment(attached_[1]).first(300));
    EXPECT_TRUE(recovered(8));
    log_.open();
    log_.close();
    ASSERT_TRUE(host::complete_erasures(store_, host::portable_engine(), Sequence{1000}));
    EXPECT_TRUE(is_zero(attachment(attached_[1])));
}

TEST_F(MissingAttachmentsTest, WithLittleRoomTheLogIsWalkedMoreOften) {
    for (std::size_t index = 0; index < 5; ++index) {
        log_.erase(attached_[index]);
    }
    log_.close();
    ASSERT_TRUE(host::complete_erasures(store_, host::portable_engine(), Sequence{1000}));
    EXPECT_TRUE(recovered(1));
    EXPECT_TRUE(recovered(2));
    EXPECT_TRUE(recovered(8));
    attachment(attached_[5])[0] ^= std::byte{1};
    for (std::size_t const room : {1U, 2U, 8U}) {
        auto const outcome = recovered(room);
        ASSERT_FALSE(outcome) << room;
        EXPECT_EQ(outcome.error().where, attached_[5].value);
    }
}

} // namespace
} // namespace axiom::test
