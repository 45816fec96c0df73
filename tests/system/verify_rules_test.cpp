// One row for each thing that docs/log-format.md forbids: a log that is hashed as it should be and
// breaks that rule alone. Our verifier and the independent one come to the same verdict on it and
// name the same entry.

#include <gtest/gtest.h>

#include <optional>

#include <tests/support/rule_log.hpp>
#include <tests/support/second_opinion.hpp>
#include <tests/support/verify_world.hpp>

namespace axiom::test {
namespace {

using host::Soundness;
using host::Verdict;
using store::FrameType;

constexpr auto sealed = Soundness::sealed;
constexpr auto incomplete = Soundness::incomplete;
constexpr auto tampering = Soundness::tampering;
constexpr auto version = Soundness::version;

// A log of genesis and a boot to go on from; what comes behind shows that it was acknowledged.
RuleLog base() {
    RuleLog log;
    log.block({boot_entry()}).durable();
    return log;
}

// Sealed to its last entry, so that nothing but the rule can make the verdict worse.
RuleLog closed(RuleLog log) {
    log.durable().block({checkpoint_entry()}).end();
    return log;
}

RuleLog with_block(std::vector<RuleMaker> const& entries, RuleEdits const& edits = {}) {
    RuleLog log = base();
    log.block(entries, edits);
    return closed(log);
}

RuleLog with_header(Edit<EntryHeader> const& edit) {
    return with_block({tick_entry(1), tick_entry(2, edit)});
}

RuleLog with_record(Edit<BlockRecord> const& edit) {
    return with_block({tick_entry(1)}, {.record = edit});
}

RuleLog with_prefix(Edit<store::FramePrefix> const& edit) {
    return with_block({attached_entry("data")}, {.prefix = edit});
}

RuleLog with_byte(RuleMaker const& entry, std::size_t at) {
    return with_block({entry}, {.bytes = [at](auto& bytes) { bytes[at] ^= std::byte{1}; }});
}

RuleLog with_boot(RuleMaker const& boot) {
    RuleLog log;
    log.block({boot});
    return closed(log);
}

RuleLog with_mark(FrameType type, RuleEdits const& edits) {
    RuleLog log = base();
    log.mark(type, edits).block({tick_entry(1)});
    return closed(log);
}

RuleLog two_segments(Edit<store::SegmentHeader> const& edit,
                     Edit<std::vector<std::byte>> const& after = {}) {
    RuleLog log = base();
    log.block({tick_entry(1)}).end().segment(edit, after).block({tick_entry(2)});
    return closed(log);
}

RuleLog taken_over(std::size_t behind) {
    RuleLog log = base();
    log.block({tick_entry(1)}).durable().takes_over().segment().block({attach_entry()});
    log.late(behind, std::byte{7});
    return closed(log);
}

RuleLog first_segment(Edit<store::SegmentHeader> const& edit) {
    RuleLog made = closed(base());
    store::SegmentHeader header;
    auto& slot = made.slots()[0];
    std::memcpy(static_cast<void*>(&header), slot.data(), sizeof header);
    edit(header);
    store::seal_header(host::portable_engine(), header);
    copy_bytes(slot, store::header_bytes(header));
    return made;
}

RuleLog pruned(std::uint64_t first, std::uint64_t end, RuleEdits edits = {},
               Edit<Prune> const& prune = {}) {
    RuleLog log = base();
    edits.reduced = {0, 1};
    log.block({tick_entry(1), tick_entry(2), tick_entry(3)}, edits).durable();
    log.block({prune_entry(first, end, prune)});
    return closed(log);
}

struct Rule {
    std::string name;
    std::function<RuleLog()> make;
    Soundness verdict{};
    std::optional<std::uint64_t> entry{}; // the damaged one
};

std::vector<Rule> whole_logs() {
    return {
        {"nothing", [] { return closed(base()); }, sealed},
        {"an attachment", [] { return with_block({attached_entry("data")}); }, sealed},
        {"another kind of domain 1 is not read",
         [] { return with_block({raw_entry(LogKind{99}, {})}); }, sealed},
        {"a boot that the next writer kept",
         [] {
             RuleLog log;
             log.takes_over().block({boot_entry([](auto& b) { --b.epoch.value; })});
             return closed(log);
         },
         sealed},
        {"an attach that the next writer kept",
         [] {
             RuleLog log = base();
             log.takes_over().takes_over().block({attach_entry([](auto& a) { --a.epoch.value; })});
             return closed(log);
         },
         sealed},
        {"causes that come later are not checked",
         [] { return with_header([](auto& h) { h.causes[0] = Sequence{99}; }); }, sealed},
        {"two segments", [] { return two_segments({}); }, sealed},
        {"an erasure that is owed",
         [] { return with_block({attached_entry("data"), erase_entry(2)}); }, incomplete},
        {"an erased attachment",
         [] {
             RuleLog log = base();
             log.block({attached_entry("data", true)}).durable().block({erase_entry(2)});
             return closed(log);
         },
         sealed},
        {"pruned entries", [] { return pruned(2, 5); }, sealed},
        {"a pruning that is owed", [] { return pruned(2, 5, {}, [](auto& p) { p.count = 3; }); },
         incomplete},
        {"a fork",
         [] {
             RuleLog log = base();
             log.block({fork_entry()}).durable().block({checkpoint_entry({}, 2)}).end();
             return log;
         },
         sealed},
        {"nothing is sealed",
         [] {
             RuleLog log = base();
             log.end();
             return log;
         },
         incomplete},
    };
}

void shorten_attachment(EntryHeader& header) {
    header.attachment_bytes = 31;
    header.attachment_commitment.bytes[0] = std::byte{1};
}

std::vector<Rule> entry_rules() {
    auto const header = [](Edit<EntryHeader> const& edit) {
        return [edit] { return with_header(edit); };
    };
    return {
        {"header version", header([](auto& h) { h.header_version = 2; }), version},
        {"class", header([](auto& h) { h.entry_class = EntryClass{2}; }), tampering, 3},
        {"flags", header([](auto& h) { h.flags = 1; }), tampering, 3},
        {"header reserved", header([](auto& h) { h.reserved[0] = std::byte{1}; }), tampering, 3},
        {"sequence", header([](auto& h) { h.sequence = Sequence{9}; }), tampering, 3},
        {"body length", header([](auto& h) { h.body_bytes = 65537; }), tampering, 3},
        {"body commitment", header([](auto& h) { h.body_commitment.bytes[3] ^= std::byte{1}; }),
         tampering, 3},
        {"body commitment of nothing", header([](auto& h) { h.body_commitment = {}; }), tampering,
         3},
        {"attachment commitment without attachment",
         header([](auto& h) { h.attachment_commitment.bytes[0] = std::byte{1}; }), tampering, 3},
        {"attachment length", header(shorten_attachment), tampering, 3},
        {"body padding", [] { return with_byte(tick_entry(1), 320 + 64 + 192 + 20); }, tampering,
         2},
        {"tag", [] { return with_byte(tick_entry(1), 320); }, tampering, 2},
        {"padding of the tags", [] { return with_byte(tick_entry(1), 330); }, tampering, 2},
        {"bytes behind the entries", [] { return with_byte(attached_entry("data"), 700); },
         tampering, 2},
        {"padding of an attachment", [] { return with_byte(attached_entry("data"), 1024 + 40); },
         tampering, 2},
        {"bytes behind the attachments", [] { return with_byte(attached_entry("data"), 1535); },
         tampering, 2},
    };
}

std::vector<Rule> record_rules() {
    auto const record = [](Edit<BlockRecord> const& edit) {
        return [edit] { return with_record(edit); };
    };
    return {
        {"record version", record([](auto& r) { r.version = 2; }), version},
        {"record reserved", record([](auto& r) { r.reserved_0 = 1; }), tampering, 2},
        {"record reserved in the middle", record([](auto& r) { r.reserved_1[0] = std::byte{1}; }),
         tampering, 2},
        {"first", record([](auto& r) { r.first = Sequence{9}; }), tampering, 2},
        {"boot falls", record([](auto& r) { r.boot = BootNumber{0}; }), tampering, 2},
        {"epoch falls", record([](auto& r) { r.epoch = Epoch{1}; }), tampering, 2},
        {"watermark falls", record([](auto& r) { r.watermark = Sequence{0}; }), tampering, 2},
        {"watermark above first", record([](auto& r) { r.watermark = Sequence{3}; }), tampering, 2},
        {"log id", record([](auto& r) { r.log_id.bytes[0] ^= std::byte{1}; }), tampering, 2},
        {"previous head", record([](auto& r) { r.previous_head.bytes[0] ^= std::byte{1}; }),
         tampering, 2},
        {"head", record([](auto& r) { r.head.bytes[0] ^= std::byte{1}; }), tampering, 2},
        {"root", record([](auto& r) { r.leaves_root.bytes[0] ^= std::byte{1}; }), tampering, 2},
        {"count", record([](auto& r) { r.count = 2; }), tampering, 3},
        {"count beyond bounds", record([](auto& r) { r.count = 257; }), tampering, 2},
        {"hash of the record",
         [] {
             return with_block({tick_entry(1)},
                               {.sealed_record = [](auto& r) { r.hash.bytes[0] ^= std::byte{1}; }});
         },
         tampering, 2},
        {"bytes behind the record's hash",
         [] {
             return with_block({tick_entry(1)},
                               {.sealed_record = [](auto& r) { r.reserved_2[0] = std::byte{1}; }});
         },
         tampering, 2},
    };
}

std::vector<Rule> frame_rules() {
    auto const prefix = [](Edit<store::FramePrefix> const& edit) {
        return [edit] { return with_prefix(edit); };
    };
    auto const mark = [](FrameType type, RuleEdits const& edits) {
        return [=] { return with_mark(type, edits); };
    };
    return {
        {"frame version", prefix([](auto& p) { p.version = 2; }), version},
        {"frame type", prefix([](auto& p) { p.type = FrameType{5}; }), version},
        {"frame offset", prefix([](auto& p) { p.offset = 512; }), tampering, 2},
        {"content length", prefix([](auto& p) { p.content_bytes += 64; }), tampering, 2},
        {"attachments offset", prefix([](auto& p) { p.attachments_offset -= 64; }), tampering, 2},
        {"attachments length", prefix([](auto& p) { p.attachments_bytes += 64; }), tampering, 2},
        {"stride beyond the segment", prefix([](auto& p) { p.stride = 1U << 20U; }), tampering, 2},
        {"stride of half a hash block", prefix([](auto& p) { p.stride += 32; }), tampering, 2},
        {"a block as a watermark", prefix([](auto& p) { p.type = FrameType::watermark; }),
         tampering, 2},
        {"a whole block as a pruned one", prefix([](auto& p) { p.type = FrameType::pruned; }),
         tampering, 2},
        {"end frame with a root",
         mark(FrameType::end, {.record = [](auto& r) { r.leaves_root.bytes[0] = std::byte{1}; }}),
         tampering, 2},
        {"end frame with another head",
         mark(FrameType::end, {.record = [](auto& r) { r.head.bytes[0] ^= std::byte{1}; }}),
         tampering, 2},
        {"watermark frame of another log",
         mark(FrameType::watermark, {.record = [](auto& r) { r.log_id.bytes[0] ^= std::byte{1}; }}),
         tampering, 2},
        {"watermark frame with a count",
         mark(FrameType::watermark, {.record = [](auto& r) { r.count = 1; }}), tampering, 2},
        {"bytes behind an end frame",
         mark(FrameType::end, {.bytes = [](auto& b) { b[400] = std::byte{1}; }}), tampering, 2},
    };
}

std::vector<Rule> segment_rules() {
    auto const second = [](Edit<store::SegmentHeader> const& edit) {
        return [edit] { return two_segments(edit); };
    };
    auto const first = [](Edit<store::SegmentHeader> const& edit) {
        return [edit] { return first_segment(edit); };
    };
    return {
        {"segment version", second([](auto& h) { h.format_version = 2; }), version},
        {"segment suite", second([](auto& h) { h.hash_suite = 2; }), version},
        {"segment reserved", second([](auto& h) { h.reserved[0] = std::byte{1}; }), tampering, 3},
        {"segment first", second([](auto& h) { ++h.first.value; }), tampering, 3},
        {"segment head", second([](auto& h) { h.previous_head.bytes[0] ^= std::byte{1}; }),
         tampering, 3},
        {"segment log id", second([](auto& h) { h.log_id.bytes[0] ^= std::byte{1}; }), tampering,
         3},
        {"segment epoch", second([](auto& h) { h.epoch = Epoch{1}; }), tampering, 3},
        {"segment boot", second([](auto& h) { h.boot = BootNumber{0}; }), tampering, 3},
        {"segment watermark falls", second([](auto& h) { h.watermark = Sequence{1}; }), tampering,
         3},
        {"segment watermark above first", second([](auto& h) { h.watermark = Sequence{4}; }),
         tampering, 3},
        {"segment blocks before", second([](auto& h) { h.blocks_before = 9; }), tampering, 3},
        {"segment tree root", second([](auto& h) { h.tree_root.bytes[0] ^= std::byte{1}; }),
         tampering, 3},
        {"segment number", second([](auto& h) { h.number = store::SegmentNumber{2}; }), tampering,
         3},
        {"previous end before a frame, same epoch", second([](auto& h) { h.previous_end -= 512; }),
         tampering, 3},
        {"previous end within a frame", second([](auto& h) { h.previous_end -= 64; }), tampering,
         3},
        {"previous end behind the frames", second([](auto& h) { h.previous_end += 512; }),
         tampering, 3},
        {"rest of a header block",
         [] { return two_segments({}, [](auto& slot) { slot[300] = std::byte{1}; }); }, tampering,
         3},
        {"first segment's previous end", first([](auto& h) { h.previous_end = 512; }), tampering,
         0},
        {"first segment's watermark", first([](auto& h) { h.watermark = Sequence{1}; }), tampering,
         0},
        {"first segment's epoch", first([](auto& h) { h.epoch = Epoch{9}; }), tampering, 0},
        {"first segment's log id", first([](auto& h) { h.log_id.bytes[0] ^= std::byte{1}; }),
         tampering, 0},
        {"first segment's tree", first([](auto& h) { h.tree_root.bytes[0] ^= std::byte{1}; }),
         tampering, 0},
        {"first segment's blocks before", first([](auto& h) { h.blocks_before = 1; }), tampering,
         0},
        {"bytes behind the end of a closed segment",
         [] {
             RuleLog log = two_segments({});
             log.late(600, std::byte{1});
             return log;
         },
         tampering, 3},
        {"torn bytes behind a recorded end", [] { return taken_over(600); }, incomplete},
        {"a second copy of a segment",
         [] {
             RuleLog log = closed(base());
             log.slots().push_back(log.slots()[0]);
             return log;
         },
         tampering, 0},
        {"bytes in a spare slot",
         [] {
             RuleLog log = closed(base());
             log.slots().emplace_back(RuleLog::geometry.segment_bytes)[9000] = std::byte{1};
             return log;
         },
         incomplete},
    };
}

std::vector<Rule> body_rules() {
    auto const block = [](RuleMaker const& entry) {
        return [entry] { return with_block({tick_entry(1), entry}); };
    };
    auto const boot = [](RuleMaker const& entry) { return [entry] { return with_boot(entry); }; };
    auto const attach = [](Edit<Attach> const& edit) {
        return [edit] {
            RuleLog log = base();
            log.takes_over().block({attach_entry(edit)});
            return closed(log);
        };
    };
    return {
        {"a second genesis", [] { return with_block({genesis_entry()}); }, tampering, 2},
        {"boot number", boot(boot_entry([](auto& b) { b.boot = BootNumber{2}; })), tampering, 1},
        {"boot epoch", boot(boot_entry([](auto& b) { b.epoch = Epoch{7}; })), tampering, 1},
        {"boot link", boot(boot_entry([](auto& b) { b.previous_head.bytes[0] ^= std::byte{1}; })),
         tampering, 1},
        {"boot trailing byte", boot(boot_entry({}, 1)), tampering, 1},
        {"attach link", attach([](auto& a) { a.previous_head = {}; }), tampering, 2},
        {"attach epoch", attach([](auto& a) { ++a.epoch.value; }), tampering, 2},
        {"attach epoch of the writer before", attach([](auto& a) { --a.epoch.value; }), tampering,
         2},
        {"attach link within a block", block(attach_entry([](auto& a) { a.previous_head = {}; })),
         tampering, 3},
        {"attach that does not decode", block(raw_entry(LogKind::attach, {})), tampering, 3},
        {"checkpoint by another key", block(checkpoint_entry({}, 3)), tampering, 3},
        {"checkpoint of another log",
         block(checkpoint_entry([](auto& c) { c.log_id.bytes[0] ^= std::byte{1}; })), tampering, 3},
        {"checkpoint of another root",
         block(checkpoint_entry([](auto& c) { c.tree.root.bytes[0] ^= std::byte{1}; })), tampering,
         3},
        {"checkpoint of another head",
         block(checkpoint_entry([](auto& c) { c.head.bytes[0] ^= std::byte{1}; })), tampering, 3},
        {"checkpoint of other entries", block(checkpoint_entry([](auto& c) { ++c.entries.value; })),
         tampering, 3},
        {"checkpoint that does not decode", block(raw_entry(LogKind::checkpoint, {})), tampering,
         3},
        {"key change that does not decode", block(raw_entry(LogKind::key_rotate, {})), tampering,
         3},
        {"lost key that does not decode", block(raw_entry(LogKind::key_lost, {})), tampering, 3},
        {"prune that does not decode", block(raw_entry(LogKind::prune, {})), tampering, 3},
        {"erase that does not decode", block(raw_entry(LogKind::erase, {})), tampering, 3},
        {"repair that does not decode", block(raw_entry(LogKind::repaired, {})), tampering, 3},
        {"erase of no earlier entry", block(erase_entry(3)), tampering, 3},
        {"erase with an unknown condition",
         block(erase_entry(
             2, [](auto& d) { d.conditions.push_back({.kind = policy::ConditionKind{9}}); })),
         tampering, 3},
        {"erase with conditions out of order",
         block(erase_entry(2,
                           [](auto& d) {
                               d.conditions.push_back({.kind = policy::ConditionKind::rights});
                               d.conditions.push_back({.kind = policy::ConditionKind::expiry});
                           })),
         tampering, 3},
        {"a body that says wrong at the log's very end",
         [] {
             RuleLog log = base();
             log.block({raw_entry(LogKind::repaired, {})});
             return log;
         },
         tampering, 2},
    };
}

std::vector<Rule> rules_of_what_is_gone() {
    return {
        {"zeros that nobody erased", [] { return with_block({attached_entry("data", true)}); },
         tampering, 2},
        {"zeros above the watermark",
         [] {
             RuleLog log = base();
             log.block({checkpoint_entry()}).durable();
             log.block({attached_entry("data", true)}).block({tick_entry(1)});
             return log;
         },
         incomplete},
        {"a fork within a block", [] { return with_block({tick_entry(1), fork_entry()}); },
         tampering, 3},
        {"a fork of another parent",
         [] { return with_block({fork_entry([](auto& f) { f.parent_head = {}; })}); }, tampering,
         2},
        {"a fork that keeps the log id",
         [] { return with_block({fork_entry()}, {.keeps_log_id = true}); }, tampering, 2},
        {"reduced entries that nobody pruned", [] { return pruned(3, 5); }, tampering, 2},
        {"more reduced entries than were pruned",
         [] { return pruned(2, 5, {}, [](auto& p) { p.count = 1; }); }, tampering, 5},
        {"other reduced entries than were pruned",
         [] { return pruned(2, 5, {}, [](auto& p) { p.root = {}; }); }, tampering, 5},
        {"presence", [] { return pruned(2, 5, {.bytes = [](auto& b) { b[321] = std::byte{2}; }}); },
         tampering, 3},
        {"padding of the presence",
         [] { return pruned(2, 5, {.bytes = [](auto& b) { b[330] = std::byte{1}; }}); }, tampering,
         2},
        {"bytes behind a leaf",
         [] { return pruned(2, 5, {.bytes = [](auto& b) { b[384 + 40] = std::byte{1}; }}); },
         tampering, 2},
        {"a leaf", [] { return pruned(2, 5, {.bytes = [](auto& b) { b[384] ^= std::byte{1}; }}); },
         tampering, 2},
    };
}

std::optional<std::uint64_t> damaged_entry(Verdict const& verdict) {
    std::optional<std::uint64_t> first;
    for (host::Finding const& finding : verdict.findings) {
        if (finding.severity == host::Severity::tampering && finding.sequence &&
            (!first || finding.sequence->value < *first)) {
            first = finding.sequence->value;
        }
    }
    return first;
}

void expect_both(std::vector<Rule> const& rules) {
    std::vector<std::unique_ptr<host::MemoryStore>> stores;
    for (Rule const& rule : rules) {
        stores.push_back(rule.make().store());
    }
    std::vector<SecondOpinion> const second = second_opinions(stores);
    ASSERT_EQ(second.size(), rules.size());
    for (std::size_t index = 0; index < rules.size(); ++index) {
        SCOPED_TRACE(rules[index].name);
        Verdict const first = host::verify(*stores[index], verify_options());
        EXPECT_EQ(first.soundness(), rules[index].verdict)
            << (first.findings.empty() ? "no finding" : first.findings[0].what);
        EXPECT_EQ(second[index].soundness, rules[index].verdict) << second[index].text;
        if (rules[index].verdict != version) {
            EXPECT_EQ(damaged_entry(first), rules[index].entry);
        }
        std::optional<std::uint64_t> const named = second[index].soundness == tampering
                                                       ? std::optional{second[index].where}
                                                       : std::nullopt;
        EXPECT_EQ(named, rules[index].entry) << second[index].text;
    }
}

TEST(VerifyRules, WholeLogsHold) {
    expect_both(whole_logs());
}

TEST(VerifyRules, OfEntries) {
    expect_both(entry_rules());
}

TEST(VerifyRules, OfRecords) {
    expect_both(record_rules());
}

TEST(VerifyRules, OfFrames) {
    expect_both(frame_rules());
}

TEST(VerifyRules, OfSegmentsAndSlots) {
    expect_both(segment_rules());
}

TEST(VerifyRules, OfBodies) {
    expect_both(body_rules());
}

TEST(VerifyRules, OfForksAndOfWhatIsGone) {
    expect_both(rules_of_what_is_gone());
}

} // namespace
} // namespace axiom::test
