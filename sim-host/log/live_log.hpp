#pragma once
// LiveLog: a log that many threads append to, on a store that one of them at a time writes.
//
//     append ─▶ ring                          (mutex; no hashing, no allocation)
//     commit ─▶ 1. nobody writes: fill the group, take the writer's role, write and flush it,
//                  and move the watermark
//               2. somebody writes: hash whole blocks of the next group meanwhile, then wait
//
// There is no thread between a committer and its flush: whoever needs durability does the work, and
// everybody who waits is served by the same flush. A group closes when its writer takes the role,
// so what arrived during the last flush goes out with the next. Two helper threads serve `submit`
// (groups that nobody waits for) and write the watermark when the log falls idle.
//
// Three roles, each held by one thread at a time: who changes the log holds the mutex, who hashes
// the open group and who writes a closed one work with the mutex free.
//
// A failed write or flush is final (THREATS.md, rule 3): the log stops, and is to be opened anew.

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include <axiom/log/log.hpp>
#include <axiom/port/entropy.hpp>
#include <axiom/store/log_writer.hpp>
#include <axiom/store/recovery.hpp>
#include <sim-host/log/log_replay.hpp>
#include <sim-host/log/short_queue.hpp>
#include <sim-host/log/signal.hpp>
#include <sim-host/log/snapshot_start.hpp>

namespace axiom::host {

struct LiveLogOptions {
    HashEngine const* engine{};
    Entropy* entropy{};                         // asked by the helpers too
    std::span<DomainInfo const* const> domains; // whose kinds may be appended
    RingSize ring{.bytes = 8U << 20U, .entries = 32U * 1024U};
    RingSize attachments{.bytes = 16U << 20U, .entries = 32U * 1024U};
    std::size_t group_bytes{4U << 20U}; // a group closes when it has come to this
    std::uint32_t slots_max{65536};

    /// Free slots that appending leaves alone, so that a medium that is full can still be pruned
    /// and erased from: `log_full` for who opens the log and finds no room besides. Who may use
    /// them takes all but the last when a segment must begin; in the last, pruning writes.
    std::uint32_t reserve_slots{0};
    bool may_use_reserve{};

    std::size_t state_bytes_max{state_bytes_default};
    Hash256 archive_digest{};
    bool background{true}; // else no helper thread: no `submit`, and no watermark when idle
    // After this long with nothing to do helpers write what nobody waits for, and the watermark.
    std::chrono::milliseconds idle_time{40}; // THREATS.md rule 1: at most 100
    std::function<WallTime()> now;           // advisory time of entries that the log writes itself

    /// Asked when the log is recovered and nothing is written yet: a refusal leaves it as it is.
    std::function<Result<void>(LogState const&)> admit{};

    /// Called before bytes go that an older writer still owed: whatever else was made of them is to
    /// go first, because nothing tells later that it was left behind.
    std::function<void()> before_bytes_go{};
};

/// Why and for which key a log is forked.
struct ForkWish {
    PublicKey checkpoint_key{};
    std::string_view reason{}; // at most `fork_reason_bytes_max`
};

/// An attachment with its salt, in padded storage: what `append` copies.
struct Attachment {
    Bytes padded;          // salt, data, zeros to a whole hash block
    std::uint32_t bytes{}; // salt and data
};

class LiveLog {
  public:
    /// Writes a new log that holds only `genesis`, and closes it again. `already_exists` when the
    /// store holds one.
    [[nodiscard]] static Result<void> create(Store& store, LiveLogOptions const& options,
                                             Genesis const& genesis);

    /// Recovers the log and begins another on it: a `Fork` in a block of its own, durable, and an
    /// orderly end. No boot begins, so the fork is the first thing that the two logs do not share.
    /// `snapshot` as for `open`. Refuses what recovery refuses, `too_long` for the reason; then
    /// nothing has changed.
    [[nodiscard]] static Result<void> fork(Store& store, LiveLogOptions const& options,
                                           ForkWish const& wish, SnapshotStart* snapshot = nullptr);

    /// Recovers the log, takes it over with a new epoch, and begins a boot. Every recovered entry
    /// goes to `replay` (may be null), and then those with which this boot begins. With `snapshot`
    /// the reduction begins there, `replay` receives what lies behind it, and pruning that is owed
    /// is completed; every block is checked all the same. Refuses what recovery refuses,
    /// `entry_missing` (where: the entry, detail: the snapshot that would stand for it) when
    /// entries that must be applied are pruned, `snapshot_ahead`, and `log_full` when the medium
    /// has no room but the reserve; then no entry has been written.
    [[nodiscard]] static Result<std::unique_ptr<LiveLog>> open(Store& store,
                                                               LiveLogOptions const& options,
                                                               EntrySink* replay,
                                                               SnapshotStart* snapshot = nullptr);

    /// Closes in order: everything is durable and the last frame says so. Errors are lost here:
    /// call `close`.
    ~LiveLog();
    LiveLog(LiveLog const&) = delete;
    LiveLog& operator=(LiveLog const&) = delete;

    /// As `Log::append` and `Log::propose`; `proposal.attachment` follows from `attachment`.
    /// `ring_full` means: commit, then try again.
    Result<Appended> append(Proposal const& proposal, std::optional<Attachment> attachment = {});
    Result<Appended> propose(EngineCapability const& right, Proposal const& proposal,
                             std::optional<Attachment> attachment = {});

    /// Returns when every entry below `end` is durable, or with why none will be.
    Result<void> commit(Sequence end);

    /// How many groups may be submitted and not closed yet.
    static constexpr std::size_t submissions_max = 4;

    /// Lets the helpers hash and write what waits, as a group of its own; waits while
    /// `submissions_max` that were submitted before are not closed. Says what was refused of those,
    /// too.
    Result<void> submit();

    /// Everything durable, an `end` frame, and no more entries. `store_full` when the medium had no
    /// room for all: what is not durable is given up then, and what is has ended in order.
    Result<void> close();

    [[nodiscard]] Sequence watermark() const noexcept {
        return Sequence{watermark_.load(std::memory_order_acquire)};
    }
    [[nodiscard]] Sequence next_sequence();

    /// What one entry and its attachment may take together, padded: more fits into no segment.
    [[nodiscard]] std::size_t entry_bytes_max() const noexcept {
        return writer_->entry_bytes_max();
    }

    /// What recovery found when the log was opened.
    [[nodiscard]] store::Recovered const& recovered() const noexcept { return recovered_; }

    /// Entries whose pruning a crash had left owed and that opening reduced.
    [[nodiscard]] std::uint64_t pruned_on_opening() const noexcept { return pruned_on_opening_; }

    /// What is appended from here on goes into a segment of its own: the one before is final when
    /// the next group is durable. Everything so far is durable. Nothing when this one holds no
    /// entry below `end` anyway; `store_full` when there is no slot for it, and then this one goes
    /// on.
    Result<void> begin_segment(Sequence end);

    /// Takes that back, if nothing was appended since.
    void keep_segment();

    /// Runs `use(Log&)` under the log's mutex: for subscribers and for the state.
    template <class Use> auto with_log(Use&& use) {
        std::scoped_lock const lock{mutex_};
        return use(*log_);
    }
    [[nodiscard]] LogState const& state() const noexcept { return *state_; }

    /// The log's durable end: head and tree after the last flushed group.
    [[nodiscard]] store::ChainPosition durable_position();

  private:
    LiveLog(Store& store, LiveLogOptions const& options);

    using Lock = std::unique_lock<std::mutex>;
    struct Buffer {
        std::unique_ptr<std::byte[], void (*)(void*)> memory;
        MutableBytes bytes;
    };

    void start(store::WritePosition const& position, Epoch epoch);
    Result<void> take_over(store::SegmentMap& map, store::SegmentWindow& window, EntrySink* replay,
                           SnapshotStart* snapshot);
    Result<void> recover(store::SegmentMap& map, store::SegmentWindow& window, EntrySink* replay,
                         SnapshotStart* snapshot);
    Result<Epoch> fence_older_writer(Epoch claimed, store::SegmentMap& map,
                                     store::SegmentWindow& window);
    Result<void> rebuild(store::SegmentMap const& map, store::SegmentWindow& window,
                         EntrySink* replay, SnapshotStart* snapshot);
    [[nodiscard]] std::vector<PrunedRange> payable_prunes(SnapshotStart const* snapshot) const;
    Result<bool> owes_any(std::span<PrunedRange const> ranges);
    Result<void> pay_prunes(std::span<PrunedRange const> ranges);
    Result<void> make_up_reserve(store::SegmentMap& map, store::SegmentWindow& window);
    Result<bool> takes_its_room(SlotIndex slot);
    Result<void> begin_boot();
    Result<void> begin_fork(ForkWish const& wish);
    Result<void> record_repair();
    Result<void> clean_up_after(store::SegmentMap const& map);
    Result<void> claim_empty_medium();
    enum class SlotWanted : std::uint8_t { ahead, now }; // for the segment after this one, or this
    Result<void> prepare_segment(Lock& lock, SlotWanted wanted);
    Result<store::NewSegment> next_segment(SlotWanted wanted);
    Result<void> take_free_slots(store::SegmentMap const& map, store::SegmentWindow& window);
    Result<Appended> take(Proposal proposal, std::optional<Attachment> const& attachment,
                          EngineCapability const* right);
    [[nodiscard]] store::BlockContext context() const noexcept;
    [[nodiscard]] bool has_buffer() const noexcept;
    [[nodiscard]] Sequence open_group_end() const noexcept;
    Result<void> fill(Lock& lock, Sequence end);
    void fill_ahead(Lock& lock);
    Result<void> fill_up(Lock& lock, Sequence end);
    Result<void> close_group(Lock& lock, Sequence end);
    void close_open_group();
    Result<void> write_group(Lock& lock);
    void gather(Lock& lock);
    void await_flush(Lock& lock);
    Result<void> lead(Lock& lock, Sequence end);
    [[nodiscard]] bool submission_waits() const noexcept;
    [[nodiscard]] bool slot_is_wanted() const noexcept;
    void take_submission(Lock& lock);
    [[nodiscard]] bool helper_has_work() const noexcept;
    void serve(std::stop_token const& stop);
    void wait_for_work(Lock& lock, std::stop_token const& stop);
    void dismiss_helpers();
    void add_idle_watermark();
    [[nodiscard]] bool idle_watermark_due() const noexcept;

    Store* store_;
    LiveLogOptions options_;
    store::Recovered recovered_{};
    std::uint64_t pruned_on_opening_{};
    Epoch epoch_{};
    std::vector<SlotIndex> free_slots_;  // clean, and nobody else's
    std::vector<SlotIndex> spare_slots_; // an older writer may still think that they are its own
    bool full_{};                        // nothing was free on opening but the reserve, or less

    std::mutex mutex_;
    Signal progress_;              // a flush has ended, a slot is made, the log has failed
    Signal hashed_;                // a block was hashed
    Signal taken_;                 // a group was closed or refused, the log has failed
    std::condition_variable work_; // for the helpers alone: a commit does not wake them
    std::unique_ptr<OwnedArena> state_arena_;
    std::unique_ptr<LogState> state_;
    std::unique_ptr<OwnedArena> arena_;
    std::unique_ptr<Log> log_;
    std::unique_ptr<store::LogWriter> writer_;
    std::array<std::optional<Buffer>, 3> buffers_; // one written, one that waits, one filled
    std::size_t filling_{};                        // which buffer the open group uses
    ShortQueue<store::Group, 3> closed_;           // groups that wait for the writer's role
    bool writing_{};                               // somebody has the writer's role
    Signal::Clock::time_point writing_since_{};
    Signal::Clock::duration write_time_{}; // of the newest group that was written
    bool gathering_{};                     // a committer waits for others before it writes
    bool awake_{};                         // a committer waits without sleeping
    bool hashing_{};                       // somebody adds a block to the open group
    bool preparing_{};                     // somebody makes the next segment's slot
    std::optional<Error> no_slot_;         // why there are no more
    bool closing_{};                       // no more entries are taken
    bool closed_down_{};
    std::optional<Error> failure_;
    store::ChainPosition durable_{};
    Sequence recorded_watermark_{};   // the highest that a flushed record carries
    std::atomic<unsigned> arrived_{}; // who commits what no closed group holds; changed under
                                      // the mutex
    Sequence closed_end_{};           // of the newest group that was closed
    unsigned last_served_{};          // how many had arrived when it was closed
    unsigned expected_{};             // who may want the next flush: see `gather`
    ShortQueue<Sequence, submissions_max> submitted_; // the ends of what helpers shall write
    std::optional<Error> refusal_;                    // why they could not
    std::atomic<std::uint64_t> watermark_{};
    std::array<std::jthread, 2> helpers_; // one hashes while the other flushes
};

} // namespace axiom::host
