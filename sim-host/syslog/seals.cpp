#include <sim-host/syslog/seals.hpp>

#include <axiom/codec/reader.hpp>

namespace axiom::host {

using kernel::Seal;

HostResult<Seals> Seals::of(OpenedLog& log) {
    Seals seals;
    TRY(log.for_each({Sequence{0}, log.end()}, [&](EntryView const& view) {
        EntryHeader const& header = view.entry.header;
        bool const is_seal = !view.reduced && header.domain == DomainNumber::kernel &&
                             header.kind == static_cast<std::uint16_t>(kernel::Kind::seal);
        auto const seal = is_seal ? decode_whole<Seal>(view.entry.body) : fail(Code::unknown_kind);
        if (seal) {
            BootNumber const boot = view.record->boot;
            seals.lost_ += seal->lost;
            seals.by_place_[{boot.value, seal->ring, seal->first}] = {view.sequence, boot, *seal};
        }
        return true;
    }));
    return seals;
}

SealEntry const* Seals::of(kernel::BatchHeader const& header) const {
    auto const found = by_place_.find({header.boot, header.ring, header.first});
    return found == by_place_.end() ? nullptr : &found->second;
}

HostResult<SyslogVerdict> check_kept_batches(OpenedLog& log, std::string const& folder) {
    Seals const seals = TRY(Seals::of(log));
    SyslogVerdict verdict;
    verdict.sealed = seals.count();
    verdict.lost = seals.lost();
    TRY(for_each_kept_batch(folder, [&](KeptBatch const& kept) {
        SealEntry const* const seal = seals.of(kept.header);
        if (seal == nullptr) {
            ++verdict.unsealed;
            return true;
        }
        auto const checked = kernel::check_batch(log.engine(), seal->boot, seal->seal, kept.batch);
        if (checked.sound()) {
            ++verdict.kept;
            verdict.records += seal->seal.count;
        } else {
            verdict.flaws.push_back({seal->sequence, *kept.file, kept.offset, checked});
        }
        return true;
    }));
    return verdict;
}

} // namespace axiom::host
