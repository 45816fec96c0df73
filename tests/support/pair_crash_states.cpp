#include <tests/support/pair_crash_states.hpp>

#include <array>

namespace axiom::test {

namespace {

class PairEnumeration {
  public:
    PairEnumeration(PairRecording const& recording, PairCrashLimits limits,
                    VisitPairCrash const& visit)
        : recording_{recording}, limits_{limits}, visit_{visit},
          disks_{recording.first.start(), recording.second.start()} {}

    std::size_t run() {
        crash();
        for (RecordingStore const* const store : recording_.order) {
            std::size_t const side = store == &recording_.first ? 0 : 1;
            RecordedStep const& step = store->steps()[taken_[side]++];
            ++state_.step;
            std::visit([&](auto const& recorded) { take(side, recorded); }, step);
            crash();
        }
        return visited_;
    }

  private:
    void take(std::size_t side, RecordedWrite const& write) {
        disks_[side].pending.push_back({write.at, write.bytes});
    }
    void take(std::size_t side, RecordedFlush const& /*flush*/) { disks_[side].persist_all(); }
    void take(std::size_t side, RecordedExtend const& /*extend*/) { disks_[side].add_slot(true); }
    void take(std::size_t side, RecordedClaim const& claim) {
        disks_[side].epoch = std::max(disks_[side].epoch, claim.epoch);
    }
    void take(std::size_t side, RecordedMark const& mark) {
        state_.mark = side == 0 ? mark.value : state_.mark;
    }

    void crash() {
        for (bool const first : {false, true}) {
            for (bool const second : {false, true}) {
                bool const differs = (!first || !disks_[0].pending.empty()) &&
                                     (!second || !disks_[1].pending.empty());
                if (differs) { // with nothing pending, all of it is none of it
                    show({every(0, first), every(1, second)});
                }
            }
        }
        Seeded seeded{limits_.seed + state_.step};
        bool const any = !disks_[0].pending.empty() || !disks_[1].pending.empty();
        for (std::size_t sample = 0; any && sample < limits_.samples; ++sample) {
            show({some(0, seeded), some(1, seeded)});
        }
    }

    [[nodiscard]] std::vector<Tear> every(std::size_t side, bool kept) const {
        Tear const tear{kept ? Tear::Shape::whole : Tear::Shape::lost, 0};
        return std::vector<Tear>(disks_[side].pending.size(), tear);
    }

    [[nodiscard]] std::vector<Tear> some(std::size_t side, Seeded& seeded) const {
        std::vector<Tear> tears;
        for (PendingWrite const& write : disks_[side].pending) {
            tears.push_back(any_tear(seeded, write.bytes.size()));
        }
        return tears;
    }

    void show(std::array<std::vector<Tear>, 2> const& tears) {
        state_.outcome.clear();
        for (std::size_t side = 0; side < 2; ++side) {
            for (std::size_t index = 0; index < tears[side].size(); ++index) {
                state_.outcome += "side " + std::to_string(side) + ", unflushed write " +
                                  std::to_string(index) + ": " + describe(tears[side][index]) +
                                  "; ";
            }
        }
        auto const first = crashed_medium(disks_[0], tears[0]);
        auto const second = crashed_medium(disks_[1], tears[1]);
        ++visited_;
        visit_(*first, *second, state_);
    }

    PairRecording const& recording_;
    PairCrashLimits limits_;
    VisitPairCrash const& visit_;
    std::array<DiskModel, 2> disks_;
    std::array<std::size_t, 2> taken_{};
    CrashState state_;
    std::size_t visited_{};
};

} // namespace

std::size_t each_pair_crash_state(PairRecording const& recording, PairCrashLimits limits,
                                  VisitPairCrash const& visit) {
    return PairEnumeration{recording, limits, visit}.run();
}

} // namespace axiom::test
