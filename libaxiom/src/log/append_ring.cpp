// The append ring; see axiom/log/append_ring.hpp.

#include <axiom/log/append_ring.hpp>

#include <bit>

namespace axiom {

namespace {

MutableBytes aligned_storage(Arena& arena, std::size_t bytes) noexcept {
    MutableBytes const raw = arena.make<std::byte>(bytes + hash_block_bytes);
    auto const address = reinterpret_cast<std::uintptr_t>(raw.data());
    return raw.subspan(round_up<std::uintptr_t>(address, hash_block_bytes) - address, bytes);
}

} // namespace

AppendRing::AppendRing(Arena& arena, RingSize size) noexcept
    : storage_{aligned_storage(arena, size.bytes)},
      position_{arena.make<std::uint64_t>(size.entries)} {
    AXIOM_ASSERT(std::has_single_bit(size.bytes) && std::has_single_bit(size.entries));
}

std::size_t AppendRing::skip_for(std::size_t bytes) const noexcept {
    std::size_t const at = tail_ & (storage_.size() - 1);
    return bytes <= storage_.size() - at ? 0 : storage_.size() - at;
}

bool AppendRing::has_room(std::size_t bytes) const noexcept {
    return size() != position_.size() && bytes_used() + skip_for(bytes) + bytes <= storage_.size();
}

std::byte* AppendRing::push(std::size_t bytes, std::size_t bytes_limit) noexcept {
    AXIOM_ASSERT(bytes != 0 && bytes % hash_block_bytes == 0);
    auto const ring_bits = static_cast<unsigned>(std::countr_zero(storage_.size()));
    std::uint64_t const entries_limit =
        std::uint64_t{position_.size()} * bytes_limit >> ring_bits; // beyond 32 bits on the way
    if (size() >= entries_limit) {
        return nullptr;
    }
    std::size_t const skip = skip_for(bytes);
    if (bytes_used() + skip + bytes > bytes_limit) {
        return nullptr;
    }
    std::uint64_t const start = tail_ + skip;
    position_[end_ & (position_.size() - 1)] = start;
    ++end_;
    tail_ = start + bytes;
    return storage_.data() + (start & (storage_.size() - 1));
}

void AppendRing::pop(std::size_t count) noexcept {
    AXIOM_ASSERT(count <= size());
    front_ += count;
    head_ = front_ == end_ ? tail_ : position_[front_ & (position_.size() - 1)];
}

std::byte* AppendRing::entry(std::size_t index) const noexcept {
    AXIOM_ASSERT(index < size());
    std::uint64_t const start = position_[(front_ + index) & (position_.size() - 1)];
    return storage_.data() + (start & (storage_.size() - 1));
}

} // namespace axiom
