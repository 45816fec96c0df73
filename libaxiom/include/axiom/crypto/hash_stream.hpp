#pragma once
// HashStream: the hash of an input that comes in pieces of any size, the same as of the whole.
//
// 19 KB: it holds back a group, since only the end of an input tells which group is the last.

#include <algorithm>

#include <axiom/crypto/context.hpp>

namespace axiom {

class HashStream {
  public:
    HashStream() noexcept = default;

    /// From nothing on.
    void begin() noexcept {
        tree_.groups = 0;
        tree_.nodes_held = 0;
        held_ = 0;
    }

    void add(HashEngine const& engine, HashContext const& context, Bytes input) noexcept {
        while (!input.empty()) {
            if (held_ == group_.size()) { // and more follows
                engine.take(context.key, tree_, group_);
                held_ = 0;
            }
            std::size_t const bytes = std::min(input.size(), group_.size() - held_);
            copy_bytes(MutableBytes{group_}.subspan(held_), input.first(bytes));
            held_ += bytes;
            input = input.subspan(bytes);
        }
    }

    /// Of all that was added. Then only `begin`.
    [[nodiscard]] Hash256 finish(HashEngine const& engine, HashContext const& context) noexcept {
        return engine.finish(context.key, tree_, Bytes{group_}.first(held_));
    }

  private:
    HashTree tree_;
    std::size_t held_{};
    std::array<std::byte, HashTree::group_bytes> group_{};
};

} // namespace axiom
