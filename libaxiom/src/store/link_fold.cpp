// Folding links side by side; see axiom/store/link_fold.hpp.

#include <axiom/store/link_fold.hpp>

#include <axiom/crypto/context.hpp>

namespace axiom::store {

Result<void> LinkFold::add(HashEngine const& engine, BlockRecord const& record,
                           std::span<Hash256 const> leaves) noexcept {
    AXIOM_ASSERT(!leaves.empty() && leaves.size() <= block_entries_max && used_ < lanes_max);
    lanes_[used_] = {.first = record.first, .head = record.head, .count = leaves.size()};
    auto& pairs = pairs_[used_];
    pairs[0][0] = record.previous_head;
    for (std::size_t index = 0; index < leaves.size(); ++index) {
        pairs[index][1] = leaves[index];
    }
    ++used_;
    return used_ == lanes_max ? finish(engine) : Result<void>{};
}

Result<void> LinkFold::finish(HashEngine const& engine) noexcept {
    std::size_t const used = used_;
    used_ = 0;

    // The longest chains first, so that the lanes still at work are always the first ones.
    std::array<std::uint8_t, lanes_max> order{};
    for (std::size_t lane = 0; lane < used; ++lane) {
        std::size_t at = lane;
        while (at > 0 && lanes_[order[at - 1]].count < lanes_[lane].count) {
            order[at] = order[at - 1];
            --at;
        }
        order[at] = static_cast<std::uint8_t>(lane);
    }

    std::array<std::byte const*, lanes_max> inputs{};
    std::array<Hash256, lanes_max> links{};
    std::array<bool, lanes_max> holds{};
    std::size_t working = used;
    for (std::size_t step = 0; working != 0; ++step) {
        for (std::size_t index = 0; index < working; ++index) {
            inputs[index] = pairs_[order[index]][step][0].bytes.data();
        }
        engine.hash_many(context::entry_link.key, inputs.data(), working, 1, links.data());
        for (std::size_t index = 0; index < working; ++index) {
            Lane const& lane = lanes_[order[index]];
            if (step + 1 < lane.count) {
                pairs_[order[index]][step + 1][0] = links[index];
            } else {
                holds[order[index]] = links[index] == lane.head;
            }
        }
        while (working != 0 && lanes_[order[working - 1]].count <= step + 1) {
            --working;
        }
    }
    for (std::size_t lane = 0; lane < used; ++lane) {
        if (!holds[lane]) {
            return fail(Code::chain_break, lanes_[lane].first.value);
        }
    }
    return {};
}

} // namespace axiom::store
