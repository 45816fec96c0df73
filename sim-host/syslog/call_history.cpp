#include <sim-host/syslog/call_history.hpp>

#include <set>
#include <tuple>
#include <unordered_map>

namespace axiom::host {

namespace {

using namespace kernel;

// The rings' records as they come: a response may lie in an earlier batch than its request, which
// another CPU took up.
class Collector {
  public:
    explicit Collector(std::uint32_t boot) { history_.boot = boot; }

    void add(KeptBatch const& kept, BatchJudgement const& judgement) {
        if (judgement.standing == BatchStanding::flawed || judgement.again) {
            history_.left_out += judgement.again ? 0 : 1;
            if (judgement.seal) {
                kept_.insert(*judgement.seal); // it is counted as left out
            }
            return;
        }
        bool const sealed = judgement.standing == BatchStanding::sealed;
        if (sealed) {
            kept_.insert(*judgement.seal);
        }
        history_.lost += kept.header.lost;
        if (kept.header.ring % 2 != 0) {
            return; // refusals: each is the answer to a call, which stands in the other rings
        }
        std::uint32_t const cpu = kept.header.ring / 2;
        for (Record const& record : kept.batch.subspan(batch_overhead, kept.header.count)) {
            auto const request = std::bit_cast<RequestRecord>(record);
            if (request.type == RecordType::request) {
                requests_[mark_of(request.index, cpu).value] = history_.calls.size();
                history_.calls.push_back({cpu, sealed, request, std::nullopt});
            } else {
                responses_.push_back(std::bit_cast<ResponseRecord>(record));
            }
        }
    }

    void add_torn(std::uint64_t bytes) { history_.torn_bytes += bytes; }

    CallHistory done(Seals const& seals) {
        count_gone(seals);
        for (ResponseRecord const& response : responses_) {
            auto const request = requests_.find(response.request.value);
            if (request != requests_.end()) {
                history_.calls[request->second].response = response;
            }
        }
        std::ranges::sort(history_.calls, {}, [](CallSeen const& call) {
            return std::tuple{call.request.time_ns, call.cpu, call.request.index};
        });
        return std::move(history_);
    }

  private:
    // The oldest batches go first; what is gone behind one that is kept, somebody took.
    void count_gone(Seals const& seals) {
        seals.for_each_in(history_.boot, [&](SealEntry const& seal) {
            if (!kept_.contains(seal.sequence)) {
                bool const oldest = kept_.empty() || seal.sequence < *kept_.begin();
                BatchesGone& gone = oldest ? history_.dropped : history_.missing;
                ++gone.batches;
                gone.records += seal.seal.count;
            }
        });
    }

    CallHistory history_;
    std::set<Sequence> kept_;                                 // seals
    std::unordered_map<std::uint64_t, std::size_t> requests_; // by mark
    std::vector<ResponseRecord> responses_;
};

} // namespace

HostResult<std::optional<CallHistory>> read_calls(OpenedLog& log, std::string const& folder,
                                                  std::optional<std::uint32_t> boot) {
    if (!boot) {
        auto const newest = [&](KeptBatch const& kept) {
            bool const known = kept.header.boot <= log.boot().value;
            boot = known ? std::max(boot.value_or(0), kept.header.boot) : boot;
        };
        TRY(for_each_kept_batch(folder, newest, [](KeptRest const& /*rest*/) {}));
    }
    if (!boot) {
        return std::nullopt;
    }
    Seals const seals = TRY(Seals::of(log));
    BatchJudge judge{log.engine(), seals, log.boot(), false};
    Collector collector{*boot};
    auto const collect = [&](KeptBatch const& kept) {
        BatchJudgement const judgement = judge.judge(kept);
        if (kept.header.boot == *boot) {
            collector.add(kept, judgement);
        }
    };
    TRY(for_each_kept_batch(folder, collect,
                            [&](KeptRest const& rest) { collector.add_torn(rest.bytes); }));
    CallHistory history = collector.done(seals);
    return history.calls.empty() ? std::optional<CallHistory>{} : std::move(history);
}

} // namespace axiom::host
