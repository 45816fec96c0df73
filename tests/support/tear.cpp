#include <tests/support/tear.hpp>

#include <algorithm>

namespace axiom::test {

namespace {

constexpr std::size_t word_bytes = 8;

void keep_words(MutableBytes old, Bytes written, std::size_t first) noexcept {
    for (std::size_t at = first * word_bytes; at < old.size(); at += 2 * word_bytes) {
        std::size_t const bytes = std::min(word_bytes, old.size() - at);
        copy_bytes(old.subspan(at, bytes), written.subspan(at, bytes));
    }
}

void keep_sectors(std::uint64_t seed, MutableBytes old, Bytes written) noexcept {
    Seeded seeded{seed};
    for (std::size_t at = 0; at < old.size(); at += sector_bytes) {
        std::size_t const bytes = std::min(sector_bytes, old.size() - at);
        if (seeded.chance(500)) {
            copy_bytes(old.subspan(at, bytes), written.subspan(at, bytes));
        }
    }
}

} // namespace

void apply_tear(Tear tear, MutableBytes old, Bytes written) noexcept {
    AXIOM_ASSERT(old.size() == written.size());
    std::size_t const cut = std::min<std::size_t>(tear.at, old.size());
    switch (tear.shape) {
    case Tear::Shape::whole:
        copy_bytes(old, written);
        break;
    case Tear::Shape::lost:
        break;
    case Tear::Shape::sectors:
        keep_sectors(tear.at, old, written);
        break;
    case Tear::Shape::front:
        copy_bytes(old, written.first(cut));
        break;
    case Tear::Shape::back:
        copy_bytes(old.subspan(cut), written.subspan(cut));
        break;
    case Tear::Shape::even_words:
        keep_words(old, written, 0);
        break;
    case Tear::Shape::odd_words:
        keep_words(old, written, 1);
        break;
    }
}

Tear any_tear(Seeded& seeded, std::size_t bytes) noexcept {
    // Whole and lost are the common outcomes; each kind of tear is a quarter as likely as either.
    constexpr Tear::Shape tears[] = {Tear::Shape::sectors, Tear::Shape::front, Tear::Shape::back,
                                     Tear::Shape::even_words, Tear::Shape::odd_words};
    std::uint64_t const choice = seeded.below(13);
    if (choice < 4) {
        return {Tear::Shape::whole, 0};
    }
    if (choice < 8) {
        return {Tear::Shape::lost, 0};
    }
    Tear::Shape const shape = tears[choice - 8];
    std::uint64_t const at =
        shape == Tear::Shape::sectors ? seeded.next() : seeded.below(bytes + 1);
    return {shape, at};
}

std::string describe(Tear tear) {
    switch (tear.shape) {
    case Tear::Shape::whole:
        return "whole";
    case Tear::Shape::lost:
        return "lost";
    case Tear::Shape::sectors:
        return "sectors chosen by " + std::to_string(tear.at);
    case Tear::Shape::front:
        return "first " + std::to_string(tear.at) + " bytes";
    case Tear::Shape::back:
        return "all but the first " + std::to_string(tear.at) + " bytes";
    case Tear::Shape::even_words:
        return "even words";
    case Tear::Shape::odd_words:
        return "odd words";
    }
    return "?";
}

} // namespace axiom::test
