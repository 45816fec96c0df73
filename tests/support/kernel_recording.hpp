#pragma once
// What a kernel put into its log, kept for replays: its own entries alone, as bytes.

#include <vector>

#include <kernel/event/apply.hpp>
#include <sim-host/platform/hash_engines.hpp>

namespace axiom::kernel::test {

struct RecordedEntry {
    std::uint16_t kind{};
    std::vector<std::byte> body;
};

using Recording = std::vector<RecordedEntry>;

/// A state that has seen nothing but entries, or a snapshot and the entries after it.
class KernelReplay {
  public:
    /// `left`: what lay in its memory before.
    explicit KernelReplay(KernelCapacities const& rows, std::byte left = std::byte{0})
        : memory_(KernelState::bytes_for(rows), left), arena_{MutableBytes{memory_}},
          state_{arena_, rows} {}

    /// False: rejected, which an entry of a kernel's own never is.
    [[nodiscard]] bool apply(RecordedEntry const& entry) {
        return kernel::apply(state_, static_cast<Kind>(entry.kind), entry.body).has_value();
    }
    [[nodiscard]] std::vector<std::byte> snapshot() const {
        std::vector<std::byte> bytes(state_.save_bytes_max());
        Writer writer{bytes};
        state_.save(writer).value();
        bytes.resize(writer.written().size());
        return bytes;
    }
    [[nodiscard]] bool load(Bytes snapshot) {
        Reader reader{snapshot};
        return state_.load(reader).has_value();
    }
    [[nodiscard]] Hash256 root(HashEngine const& engine = host::fastest_engine()) {
        return state_.root(engine);
    }
    [[nodiscard]] KernelState const& state() const { return state_; }

  private:
    std::vector<std::byte> memory_;
    Arena arena_;
    KernelState state_;
};

/// The root after all of it, or none if something was rejected.
[[nodiscard]] inline std::optional<Hash256> root_of(KernelCapacities const& rows,
                                                    Recording const& recording) {
    KernelReplay replay{rows};
    for (RecordedEntry const& entry : recording) {
        if (!replay.apply(entry)) {
            return std::nullopt;
        }
    }
    return replay.root();
}

} // namespace axiom::kernel::test
