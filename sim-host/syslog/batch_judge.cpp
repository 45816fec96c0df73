#include <sim-host/syslog/batch_judge.hpp>

namespace axiom::host {

using kernel::BatchFlaw;
using kernel::BatchHeader;

namespace {

std::string_view sentence_of(BatchFlaw flaw) noexcept {
    switch (flaw) {
    case BatchFlaw::none:
        break;
    case BatchFlaw::size:
        return "it is not as long as was sealed";
    case BatchFlaw::header:
        return "its header is not what was sealed";
    case BatchFlaw::hash:
        return "its bytes are not what was sealed";
    case BatchFlaw::index:
        return "its records do not follow each other";
    case BatchFlaw::record:
        return "it has a record of no known form";
    case BatchFlaw::note:
        return "its notes do not add up";
    }
    return "it is sound";
}

} // namespace

BatchJudgement BatchJudge::judge(KeptBatch const& kept) {
    BatchHeader const& header = kept.header;
    if (SealEntry const* const seal = seals_->of(header)) {
        auto const checked = kernel::check_batch(*engine_, seal->boot, seal->seal, kept.batch);
        return {.standing = checked.sound() ? BatchStanding::sealed : BatchStanding::flawed,
                .seal = seal->sequence,
                .flaw = checked.sound() ? std::string_view{} : sentence_of(checked.flaw),
                .again = checked.sound() && !judged_.insert(seal->sequence).second};
    }
    if (seals_->may_be_pruned(header.boot)) {
        return {.standing = BatchStanding::pruned, .seal = std::nullopt};
    }
    if (!goes_on(header)) {
        return {.standing = BatchStanding::flawed,
                .seal = std::nullopt,
                .flaw = "no seal is of it, and it goes on from none"};
    }
    unsealed_[{header.boot, header.ring}] = {header.first + header.count,
                                             kernel::hash_of_batch(*engine_, kept.batch)};
    return {.standing = BatchStanding::unsealed, .seal = std::nullopt};
}

BatchJudge::RingEnd BatchJudge::end_of(BatchHeader const& header) const {
    if (auto const known = unsealed_.find({header.boot, header.ring}); known != unsealed_.end()) {
        return known->second;
    }
    SealEntry const* const last = seals_->last_of(header);
    return last == nullptr ? RingEnd{} : RingEnd{last->seal.end(), last->seal.hash};
}

bool BatchJudge::goes_on(BatchHeader const& header) const {
    RingEnd const end = end_of(header);
    bool const may_lack_seals = header.boot != last_boot_.value || !ended_in_order_;
    return may_lack_seals && seals_->had_a_kernel(header.boot) &&
           header.first == end.end + header.lost && header.previous == end.hash;
}

std::string_view BatchJudge::flaw_of(KeptRest const& rest) const {
    bool const could_be_cut =
        rest.bytes < sizeof(BatchHeader) ||
        (rest.header && (seals_->of(*rest.header) != nullptr || goes_on(*rest.header) ||
                         seals_->may_be_pruned(rest.header->boot)));
    return could_be_cut ? std::string_view{} : "from here on it is no batch of this log";
}

HostResult<SyslogVerdict> check_kept_batches(OpenedLog& log, std::string const& folder,
                                             bool ended_in_order) {
    Seals const seals = TRY(Seals::of(log));
    BatchJudge judge{log.engine(), seals, log.boot(), ended_in_order};
    SyslogVerdict verdict;
    verdict.sealed = seals.count();
    verdict.lost = seals.lost();
    auto const add = [&](KeptBatch const& kept) {
        BatchJudgement const found = judge.judge(kept);
        verdict.again += found.again ? 1 : 0;
        switch (found.standing) {
        case BatchStanding::sealed:
            verdict.kept += found.again ? 0 : 1;
            verdict.records += found.again ? 0 : kept.header.count;
            break;
        case BatchStanding::unsealed:
            ++verdict.unsealed;
            break;
        case BatchStanding::pruned:
            ++verdict.pruned;
            break;
        case BatchStanding::flawed:
            verdict.flaws.push_back({found.seal, *kept.file, kept.offset, found.flaw});
            break;
        }
    };
    TRY(for_each_kept_batch(folder, add, [&](KeptRest const& rest) {
        if (std::string_view const flaw = judge.flaw_of(rest); !flaw.empty()) {
            verdict.flaws.push_back({std::nullopt, *rest.file, rest.offset, flaw});
        }
    }));
    return verdict;
}

} // namespace axiom::host
