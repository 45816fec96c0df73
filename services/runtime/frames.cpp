#include <services/runtime/frames.hpp>

#include <memory>

namespace axiom {

void* Frames::take(std::size_t bytes) noexcept {
    std::size_t size = 0;
    while (size < sizes && (smallest << size) - sizeof(Head) < bytes) {
        ++size;
    }
    if (size == sizes) {
        return nullptr;
    }
    Head* head = free_[size];
    if (head != nullptr) {
        free_[size] = head->next;
    } else {
        auto const address = reinterpret_cast<std::uintptr_t>(rest_.data());
        std::size_t const skip = round_up<std::uintptr_t>(address, alignof(Head)) - address;
        if (skip > rest_.size() || rest_.size() - skip < smallest << size) {
            return nullptr;
        }
        head = std::construct_at(reinterpret_cast<Head*>(rest_.data() + skip));
        rest_ = rest_.subspan(skip + (smallest << size));
    }
    *head = {.home = this, .next = nullptr, .size = size};
    ++taken_;
    return head + 1;
}

void Frames::give_back(void* frame) noexcept {
    Head* const head = static_cast<Head*>(frame) - 1;
    Frames& home = *head->home;
    head->next = home.free_[head->size];
    home.free_[head->size] = head;
    --home.taken_;
}

} // namespace axiom
