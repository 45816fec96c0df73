// Segments on several cores; see sim-host/verify/segment_pool.hpp.

#include <sim-host/verify/segment_pool.hpp>

#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>

namespace axiom::host {

namespace {

class Pool {
  public:
    Pool(Store& store, store::SegmentMap const& map, SegmentCheckOptions const& options,
         SegmentRun const& run)
        : store_{store}, map_{map}, options_{options}, run_{run}, ahead_{2 * std::size_t{run.jobs}},
          waiting_(ahead_) {}

    void run(std::function<void(SegmentFacts&)> const& merge) {
        std::vector<std::jthread> threads;
        threads.reserve(run_.jobs);
        try {
            start(threads);
            for (std::size_t index = 0; index < run_.count; ++index) {
                SegmentFacts facts = take(index);
                merge(facts);
            }
        } catch (...) {
            give_up(std::current_exception());
            throw;
        }
    }

  private:
    // One thread is enough; where there is none the work waits for none.
    void start(std::vector<std::jthread>& threads) {
        for (unsigned job = 0; job < run_.jobs; ++job) {
            try {
                threads.emplace_back([this] { work(); });
            } catch (std::system_error const&) {
                if (threads.empty()) {
                    throw;
                }
                return;
            }
        }
    }

    void work() {
        try {
            SegmentCheck check{store_, map_, options_};
            while (auto const index = next()) {
                SegmentFacts facts = check.check(run_.first + *index);
                std::scoped_lock const lock{mutex_};
                waiting_[*index % ahead_] = std::move(facts);
                changed_.notify_all();
            }
        } catch (...) {
            give_up(std::current_exception());
        }
    }

    std::optional<std::size_t> next() {
        std::unique_lock lock{mutex_};
        changed_.wait(lock, [&] {
            return failure_ != nullptr || taken_ == run_.count || taken_ < merged_ + ahead_;
        });
        if (failure_ != nullptr || taken_ == run_.count) {
            return std::nullopt;
        }
        return taken_++;
    }

    SegmentFacts take(std::size_t index) {
        std::unique_lock lock{mutex_};
        auto& slot = waiting_[index % ahead_];
        changed_.wait(lock, [&] { return failure_ != nullptr || slot.has_value(); });
        if (failure_ != nullptr) {
            std::rethrow_exception(failure_);
        }
        SegmentFacts facts = std::move(*slot);
        slot.reset();
        merged_ = index + 1;
        lock.unlock();
        changed_.notify_all();
        return facts;
    }

    void give_up(std::exception_ptr failure) {
        std::scoped_lock const lock{mutex_};
        failure_ = failure_ != nullptr ? failure_ : std::move(failure);
        changed_.notify_all();
    }

    Store& store_;
    store::SegmentMap const& map_;
    SegmentCheckOptions const& options_;
    SegmentRun run_;
    std::size_t ahead_;

    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::optional<SegmentFacts>> waiting_; // facts of segment n at n modulo its size
    std::size_t taken_{};
    std::size_t merged_{};
    std::exception_ptr failure_;
};

} // namespace

void check_segments(Store& store, store::SegmentMap const& map, SegmentCheckOptions const& options,
                    SegmentRun const& run, std::function<void(SegmentFacts&)> const& merge) {
    if (run.jobs > 1 && run.count > 1) {
        Pool{store, map, options, run}.run(merge);
        return;
    }
    SegmentCheck check{store, map, options};
    for (std::size_t index = 0; index < run.count; ++index) {
        SegmentFacts facts = check.check(run.first + index);
        merge(facts);
    }
}

} // namespace axiom::host
