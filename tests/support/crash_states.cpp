#include <tests/support/crash_states.hpp>

#include <algorithm>

namespace axiom::test {

namespace {

class Enumeration {
  public:
    Enumeration(RecordingStore const& recording, CrashLimits limits, VisitCrash const& visit)
        : steps_{recording.steps()}, limits_{limits}, visit_{visit}, disk_{recording.start()} {}

    std::size_t run() {
        crash_here("before the first step");
        for (RecordedStep const& step : steps_) {
            ++state_.step;
            std::visit([&](auto const& recorded) { take(recorded); }, step);
        }
        return visited_;
    }

  private:
    void take(RecordedWrite const& write) {
        disk_.pending.push_back({write.at, write.bytes});
        crash_at_every_subset();
        crash_with_one_torn();
    }

    void take(RecordedFlush const& /*flush*/) {
        disk_.persist_all();
        crash_here("flushed");
    }

    void take(RecordedExtend const& /*extend*/) {
        disk_.add_slot(true);
        crash_at_every_subset();
    }

    void take(RecordedClaim const& claim) {
        disk_.epoch = std::max(disk_.epoch, claim.epoch);
        crash_at_every_subset();
    }

    void take(RecordedMark const& mark) {
        state_.mark = mark.value;
        crash_at_every_subset();
    }

    void crash_at_every_subset() {
        std::size_t const count = disk_.pending.size();
        std::vector<Tear> tears(count);
        if (count <= limits_.pending_max) {
            for (std::uint64_t subset = 0; subset < (std::uint64_t{1} << count); ++subset) {
                for (std::size_t index = 0; index < count; ++index) {
                    bool const kept = ((subset >> index) & 1U) != 0;
                    tears[index].shape = kept ? Tear::Shape::whole : Tear::Shape::lost;
                }
                crash_with(tears);
            }
            return;
        }
        Seeded seeded{limits_.seed + state_.step};
        for (std::size_t sample = 0; sample < limits_.samples; ++sample) {
            for (Tear& tear : tears) {
                tear.shape = seeded.chance(500) ? Tear::Shape::whole : Tear::Shape::lost;
            }
            crash_with(tears);
        }
    }

    /// The newest write torn in every way, the others all there or none.
    void crash_with_one_torn() {
        std::uint64_t const bytes = disk_.pending.back().bytes.size();
        for (Tear::Shape const others : {Tear::Shape::whole, Tear::Shape::lost}) {
            std::vector<Tear> tears(disk_.pending.size(), Tear{others, 0});
            for (std::uint64_t at = limits_.tear_stride_bytes; at < bytes;
                 at += limits_.tear_stride_bytes) {
                for (Tear::Shape const shape : {Tear::Shape::front, Tear::Shape::back}) {
                    tears.back() = {shape, at};
                    crash_with(tears);
                }
            }
            for (Tear::Shape const shape : {Tear::Shape::even_words, Tear::Shape::odd_words}) {
                tears.back() = {shape, 0};
                crash_with(tears);
            }
            for (std::size_t sample = 0; bytes > sector_bytes && sample < limits_.sector_samples;
                 ++sample) {
                tears.back() = {Tear::Shape::sectors, limits_.seed + 977 * state_.step + sample};
                crash_with(tears);
            }
            if (disk_.pending.size() == 1) {
                return; // there are no others
            }
        }
    }

    void crash_here(std::string outcome) { show({}, std::move(outcome)); }

    void crash_with(std::vector<Tear> const& tears) {
        std::string outcome;
        for (std::size_t index = 0; index < tears.size(); ++index) {
            outcome +=
                "unflushed write " + std::to_string(index) + ": " + describe(tears[index]) + "; ";
        }
        show(tears, std::move(outcome));
    }

    void show(std::vector<Tear> const& tears, std::string outcome) {
        auto const medium = crashed_medium(disk_, tears);
        ++visited_;
        state_.outcome = std::move(outcome);
        visit_(*medium, state_);
    }

    std::vector<RecordedStep> const& steps_;
    CrashLimits limits_;
    VisitCrash const& visit_;
    DiskModel disk_;
    CrashState state_;
    std::size_t visited_{};
};

} // namespace

std::unique_ptr<host::MemoryStore> crashed_medium(DiskModel const& disk,
                                                  std::span<Tear const> tears) {
    auto medium = std::make_unique<host::MemoryStore>(disk.geometry);
    for (DiskModel::Slot const& slot : disk.slots) {
        SlotIndex const index = medium->extend().value();
        copy_bytes(medium->slot_bytes(index), slot.platter);
    }
    for (std::size_t index = 0; index < tears.size(); ++index) {
        PendingWrite const& write = disk.pending[index];
        MutableBytes const slot = medium->slot_bytes(write.at.slot);
        apply_tear(tears[index], slot.subspan(write.at.offset, write.bytes.size()), write.bytes);
    }
    if (disk.epoch > Epoch{}) {
        AXIOM_ASSERT(medium->claim_epoch(disk.epoch).has_value());
    }
    return medium;
}

std::size_t each_crash_state(RecordingStore const& recording, CrashLimits limits,
                             VisitCrash const& visit) {
    return Enumeration{recording, limits, visit}.run();
}

} // namespace axiom::test
