// Following the log from another service; see services/axiomd/replica.hpp.

#include <services/axiomd/replica.hpp>

#include <axiom/domain/snapshot.hpp>

namespace axiom::axiomd {

namespace {

constexpr std::size_t room_bytes = std::size_t{2} << 20U;
constexpr kernel::Nanoseconds patience{5'000'000'000};

// The shadows take each entry once; what is refused ends it.
class Applying final : public EntrySink {
  public:
    Applying(Shadows& shadows, EntrySink* also) noexcept : shadows_{&shadows}, also_{also} {}

    void entry(Ordered<Entry> const& entry) noexcept override {
        if (result_) {
            if (auto const applied = shadows_->apply(entry); !applied) {
                result_ = std::unexpected{applied.error()};
            } else if (also_ != nullptr) {
                also_->entry(entry);
            }
        }
    }
    void reduced(Sequence sequence, Hash256 const& /*leaf*/) noexcept override {
        result_ = fail(Code::entry_missing, sequence.value);
    }
    [[nodiscard]] Result<void> const& result() const noexcept { return result_; }

  private:
    Shadows* shadows_;
    EntrySink* also_;
    Result<void> result_{};
};

} // namespace

std::size_t Replica::bytes_for(Capacities const& capacities) noexcept {
    return Arena::bytes_for<std::byte>(ShadowSet::bytes_for(capacities)) +
           Arena::bytes_for<std::byte>(room_bytes);
}

Replica::Replica(Loop& loop, HashEngine const& engine, Arena& arena, kernel::Slot axiomd,
                 Capacities const& capacities) noexcept
    : loop_{&loop}, engine_{&engine}, axiomd_{axiomd},
      set_bytes_{arena.make<std::byte>(ShadowSet::bytes_for(capacities))},
      room_{arena.make<std::byte>(room_bytes)} {}

Task<Nothing> Replica::start() noexcept {
    std::uint32_t fetched = 0;
    std::uint32_t total = 0;
    std::uint64_t next = 0;
    do {
        CO_TRY(Saved const saved,
               ask(*loop_, axiomd_, SaveState{.offset = fetched, .next = next}, patience, held_));
        bool const fits = saved.total_bytes <= room_.size() && !saved.piece.empty() &&
                          saved.piece.size() <= saved.total_bytes - fetched;
        if (!fits) {
            co_return fail(Code::state_too_large, saved.total_bytes, room_.size());
        }
        copy_bytes(room_.subspan(fetched), saved.piece);
        fetched += static_cast<std::uint32_t>(saved.piece.size());
        total = saved.total_bytes;
        next = saved.next;
        log_id_ = saved.log_id;
    } while (fetched < total);
    if (auto const loaded = load(room_.first(total)); !loaded) {
        set_.reset();
        co_return std::unexpected{loaded.error()};
    }
    co_return Nothing{};
}

Result<void> Replica::load(Bytes snapshot) noexcept {
    SnapshotInfo const info = TRY(read_snapshot_info(*engine_, snapshot));
    std::size_t const bytes = ShadowSet::bytes_for(info.capacities);
    if (bytes > set_bytes_.size()) {
        return fail(Code::state_too_large, bytes, set_bytes_.size());
    }
    carried_ = 0;
    Arena arena{set_bytes_};
    set_.emplace(*engine_, arena, info.capacities);
    TRY(load_snapshot(set_->shadows(), log_id_, snapshot));
    return {};
}

Task<Nothing> Replica::advance(bool durable, std::uint32_t wait_ms) noexcept {
    if (!set_) {
        CO_DO(start());
    }
    Follow const wanted{.from = set_->shadows().next().value,
                        .offset = carried_,
                        .domains = all_domains,
                        .durable = durable,
                        .wait_ms = wait_ms};
    kernel::Nanoseconds const timeout{patience.value + std::uint64_t{wait_ms} * 1'000'000};
    auto const followed = co_await ask(*loop_, axiomd_, wanted, timeout, held_);
    if (!followed && followed.error().code == Code::entry_missing) {
        set_.reset();
        CO_DO(start());
        co_return Nothing{};
    }
    if (!followed) {
        co_return std::unexpected{followed.error()};
    }
    if (auto const applied = apply(*followed); !applied) {
        set_.reset(); // it is not known what of it has been applied
        co_return std::unexpected{applied.error()};
    }
    co_return Nothing{};
}

Result<void> Replica::apply(Followed const& followed) noexcept {
    watermark_ = Sequence{followed.watermark};
    if (followed.entries.size() > room_.size() - carried_) {
        return fail(Code::state_too_large, carried_, followed.entries.size());
    }
    copy_bytes(room_.subspan(carried_), followed.entries);
    carried_ += static_cast<std::uint32_t>(followed.entries.size());
    if (followed.rest != 0) {
        return {};
    }
    Bytes const run = room_.first(std::exchange(carried_, 0));
    Applying applying{set_->shadows(), sink_};
    TRY(EntryCursor::deliver_run(run, set_->shadows().next(), applying));
    return applying.result();
}

} // namespace axiom::axiomd
