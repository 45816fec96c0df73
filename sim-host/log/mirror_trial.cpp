// Combining two sides; see sim-host/log/mirror_trial.hpp.

#include <sim-host/log/mirror_trial.hpp>

#include <algorithm>

#include <axiom/log/limits.hpp>

namespace axiom::host {

namespace {

constexpr std::uint64_t granule = hash_block_bytes;

} // namespace

MirrorTrial::MirrorTrial(MirrorView& view, MirrorDifferences const& differences, SlotIndex slot,
                         std::uint64_t from, std::uint64_t to)
    : view_{view}, slot_{slot}, range_{from, to}, block_bytes_{view.geometry().storage_block_bytes},
      blocks_{differences.blocks(slot, from, to)} {
    before_.reserve(blocks_.size());
    for (std::uint64_t const offset : blocks_) {
        before_.push_back(view.choice({slot, offset}));
    }
    find_units();
}

// The granules that differ; more than can be tried, as soon as there are too many runs of them.
std::vector<MirrorTrial::Range> MirrorTrial::find_granules() const {
    std::vector<Range> granules;
    std::vector<std::byte> first(block_bytes_);
    std::vector<std::byte> second(block_bytes_);
    std::size_t runs = 0;
    for (std::uint64_t const offset : blocks_) {
        if (!read_or_zeros(view_.sides().first, {slot_, offset}, first) ||
            !read_or_zeros(view_.sides().second, {slot_, offset}, second)) {
            continue; // there is no choice
        }
        for (std::uint64_t within = 0; within < block_bytes_; within += granule) {
            std::uint64_t const at = offset + within;
            if (at < range_.from || at >= range_.to ||
                equal_bytes(Bytes{first}.subspan(within, granule),
                            Bytes{second}.subspan(within, granule))) {
                continue;
            }
            runs += granules.empty() || granules.back().to != at ? 1 : 0;
            granules.push_back({at, at + granule});
        }
        if (runs > units_max) {
            break;
        }
    }
    return granules;
}

void MirrorTrial::find_units() {
    std::vector<Range> const granules = find_granules();
    if (granules.size() <= units_max) {
        units_ = granules;
        return;
    }
    for (Range const& each : granules) {
        if (!units_.empty() && units_.back().to == each.from) {
            units_.back().to = each.to;
        } else {
            units_.push_back(each);
        }
    }
    if (units_.size() <= units_max) {
        return;
    }
    units_.clear();
    if (blocks_.size() > units_max) {
        units_.push_back(range_);
        return;
    }
    for (std::uint64_t const offset : blocks_) {
        units_.push_back({offset, offset + block_bytes_});
    }
}

bool MirrorTrial::takes_other(std::uint64_t at, std::uint32_t mask) const noexcept {
    for (std::size_t index = 0; index < units_.size(); ++index) {
        if (at >= units_[index].from && at < units_[index].to) {
            return (mask >> index & 1U) != 0;
        }
    }
    return false;
}

void MirrorTrial::apply(std::uint32_t attempt) {
    AXIOM_ASSERT(attempt < attempts());
    std::uint32_t mask = attempt; // but everything comes right after nothing
    if (attempt != 0) {
        mask = attempt == 1 ? attempts() - 1 : attempt - 1;
    }
    undo();
    for (std::uint64_t const offset : blocks_) {
        apply_block(offset, mask);
    }
}

void MirrorTrial::apply_block(std::uint64_t offset, std::uint32_t mask) {
    SlotOffset const at{slot_, offset};
    MirrorSide const lead = view_.leader(slot_);
    std::vector<std::byte> leading(block_bytes_);
    std::vector<std::byte> following(block_bytes_);
    bool const can_lead = read_or_zeros(view_.sides().at(lead), at, leading).has_value();
    bool const can_follow = read_or_zeros(view_.sides().at(other(lead)), at, following).has_value();
    if (!can_lead && !can_follow) {
        return;
    }
    if (!can_lead || !can_follow) {
        view_.choose(at, can_lead ? lead : other(lead));
        return;
    }
    std::vector<std::byte> bytes(block_bytes_);
    if (!view_.read(at, bytes)) {
        bytes = leading;
    }
    for (std::uint64_t within = 0; within < block_bytes_; within += granule) {
        std::uint64_t const place = offset + within;
        if (place >= range_.from && place < range_.to) {
            auto const& source = takes_other(place, mask) ? following : leading;
            copy_bytes(MutableBytes{bytes}.subspan(within, granule),
                       Bytes{source}.subspan(within, granule));
        }
    }
    if (bytes == leading) {
        view_.choose(at, lead);
    } else if (bytes == following) {
        view_.choose(at, other(lead));
    } else {
        view_.put(at, bytes);
    }
}

bool MirrorTrial::reads_zeros() {
    std::vector<std::byte> bytes(block_bytes_);
    for (std::uint64_t const offset : blocks_) {
        std::uint64_t const from = std::max(offset, range_.from);
        std::uint64_t const to = std::min(offset + block_bytes_, range_.to);
        if (!view_.read({slot_, offset}, bytes) ||
            !is_zero(Bytes{bytes}.subspan(from - offset, to - from))) {
            return false;
        }
    }
    return true;
}

void MirrorTrial::undo() {
    for (std::size_t index = 0; index < blocks_.size(); ++index) {
        view_.restore({slot_, blocks_[index]}, before_[index]);
    }
}

} // namespace axiom::host
