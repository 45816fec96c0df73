// A random log at rest and edits of it; see damaged_log.hpp.

#include <algorithm>
#include <iostream>

#include <axiom/policy/decision.hpp>
#include <sim-host/log/erasure.hpp>
#include <sim-host/log/live_log.hpp>
#include <sim-host/platform/hash_engines.hpp>
#include <tests/support/damaged_log.hpp>
#include <tests/support/sealed_log.hpp>

namespace axiom::test {

namespace {

void must(Result<void> const& result) {
    if (!result) {
        std::cerr << "making a log: " << text_of(result.error().code).name << ' '
                  << result.error().where << '\n';
    }
    AXIOM_ASSERT(result.has_value());
}

class Writer {
  public:
    explicit Writer(Seeded& seeded)
        : seeded_{seeded}, entropy_{seeded.next()},
          medium_{std::make_unique<host::MemoryStore>(geometry(), 4096)} {
        Genesis genesis{.label = "damaged", .capacities = {4, 4, 4, 4, 4, 4, 4, 4}};
        genesis.domains.push_back({1, log_domain.version});
        must(host::LiveLog::create(*medium_, options(), genesis));
    }

    std::unique_ptr<host::MemoryStore> run() {
        for (std::uint64_t sessions = 1 + seeded_.below(4); sessions != 0; --sessions) {
            session();
        }
        return std::move(medium_);
    }

  private:
    StoreGeometry geometry() {
        std::uint32_t const block = seeded_.chance(700) ? 512U : 4096U;
        return {.storage_block_bytes = block,
                .segment_bytes = (block == 512U ? 12288U : 49152U) * (1U + seeded_.below(2))};
    }

    host::LiveLogOptions options() {
        return {.engine = &host::portable_engine(),
                .entropy = &entropy_,
                .domains = domains_,
                .ring = {.bytes = 1U << 19U, .entries = 1024},
                .attachments = {.bytes = 1U << 19U, .entries = 1024},
                .group_bytes = 64U << 10U,
                .slots_max = 4096,
                .background = false,
                .now = [] { return WallTime{1}; }};
    }

    // Ends in order, or just stops: the medium is then as it was at that moment.
    void session() {
        auto live = host::LiveLog::open(*medium_, options(), nullptr);
        AXIOM_ASSERT(live.has_value());
        for (std::uint64_t groups = 1 + seeded_.below(8); groups != 0; --groups) {
            group(**live);
        }
        if (seeded_.chance(400)) {
            must((*live)->close());
            return;
        }
        auto left = clone(*medium_);
        live->reset();
        medium_ = std::move(left);
    }

    // A group that was closed before the rest goes out with the watermark of that moment.
    void group(host::LiveLog& live) {
        std::uint64_t const entries = 1 + seeded_.below(12);
        std::uint64_t const closed_at = seeded_.below(3 * entries);
        for (std::uint64_t index = 0; index < entries; ++index) {
            append(live);
            if (index == closed_at) {
                must(live.submit());
            }
        }
        must(live.commit(live.next_sequence()));
        if (!attached_.empty() && seeded_.chance(120)) {
            erase(live, attached_[seeded_.below(attached_.size())]);
        }
    }

    void append(host::LiveLog& live) {
        std::array<std::byte, 16> room{};
        auto const body =
            encode_whole(MutableBytes{room}, Tick{.now = LogTime{++now_}, .wall = {}});
        Proposal const proposal{.domain = DomainNumber::log,
                                .kind = static_cast<std::uint16_t>(LogKind::tick),
                                .body = *body};
        if (seeded_.chance(750)) {
            AXIOM_ASSERT(live.append(proposal).has_value());
            return;
        }
        std::size_t const bytes = attachment_salt_bytes + 1 + seeded_.below(900);
        std::vector<std::byte> padded(padded_bytes(bytes));
        must(entropy_.fill(MutableBytes{padded}.first(bytes)));
        auto const appended =
            live.append(proposal, host::Attachment{padded, static_cast<std::uint32_t>(bytes)});
        AXIOM_ASSERT(appended.has_value());
        attached_.push_back(appended->sequence);
    }

    void erase(host::LiveLog& live, Sequence target) {
        std::array<std::byte, 256> room{};
        Gated<Erase> const erase{.decision = {}, .content = {.sequence = target, .reason = "wish"}};
        auto const body = encode_whole(MutableBytes{room}, erase);
        AXIOM_ASSERT(live.propose(EngineCapability::after_the_policy(),
                                  {.domain = DomainNumber::log,
                                   .kind = static_cast<std::uint16_t>(LogKind::erase),
                                   .decided_at = Sequence{live.next_sequence().value - 1},
                                   .body = *body})
                         .has_value());
        must(live.commit(live.next_sequence()));
        if (seeded_.chance(800)) {
            AXIOM_ASSERT(
                host::complete_erasures(*medium_, host::portable_engine(), live.next_sequence())
                    .has_value());
        }
    }

    Seeded& seeded_;
    SeededEntropy entropy_;
    std::unique_ptr<host::MemoryStore> medium_;
    std::array<DomainInfo const*, 1> domains_{&log_domain};
    std::vector<Sequence> attached_;
    std::uint64_t now_{};
};

class Damage {
  public:
    Damage(Seeded& seeded, std::vector<LogPart> const& parts, host::MemoryStore& medium)
        : seeded_{seeded}, parts_{parts}, medium_{medium} {}

    void one() {
        std::size_t const part = any_part();
        switch (seeded_.below(10)) {
        case 0:
        case 1:
            return flip(part);
        case 2: // a header, and something in its segment: what shows that the header is missed
            flip(header_before(part));
            return flip(part);
        case 3: // two parts beside each other
            flip(part);
            return flip(std::min(part + 1 + seeded_.below(4), parts_.size() - 1));
        case 4:
            return tail(part);
        case 5: // the newest of two segments is cut, and the other damaged
            tail(part);
            return flip(part - std::min<std::size_t>(part, 1 + seeded_.below(12)));
        case 6:
            return wrong_length(part);
        case 7: // a header that was torn, and a length behind it that leads away
            flip(header_before(part));
            return wrong_length(first_frame(part));
        case 8: // a segment that was only begun, and something at or before its head
            tail(first_frame(part));
            return flip(first_frame(part) - std::min(first_frame(part), 1 + seeded_.below(8)));
        default:
            return move_block();
        }
    }

  private:
    // The newest parts twice as often as others.
    std::size_t any_part() {
        std::size_t const newest = std::min<std::size_t>(parts_.size(), 24);
        return seeded_.chance(500) ? parts_.size() - 1 - seeded_.below(newest)
                                   : seeded_.below(parts_.size());
    }

    std::size_t header_before(std::size_t part) const {
        while (parts_[part].from != 0) {
            --part;
        }
        return part;
    }

    // Of the segment of a part, the first behind its header.
    std::size_t first_frame(std::size_t part) const {
        std::size_t frame = header_before(part);
        while (frame + 1 < parts_.size() &&
               parts_[frame].from < medium_.geometry().storage_block_bytes) {
            ++frame;
        }
        return frame;
    }

    MutableBytes bytes_of(LogPart const& part) {
        return medium_.slot_bytes(part.slot).subspan(part.from, part.to - part.from);
    }

    void flip(std::size_t part) {
        MutableBytes const bytes = bytes_of(parts_[part]);
        for (std::uint64_t count = 1 + seeded_.below(3); count != 0; --count) {
            bytes[seeded_.below(bytes.size())] ^= static_cast<std::byte>(1U + seeded_.below(255));
        }
    }

    // From somewhere on, the slot reads as zeros; sometimes all later ones too.
    void tail(std::size_t part) {
        LogPart const& from = parts_[part];
        std::uint64_t const block = medium_.geometry().storage_block_bytes;
        std::uint64_t const at = seeded_.chance(500) ? from.from : from.from - from.from % block;
        zero_bytes(medium_.slot_bytes(from.slot).subspan(at));
        for (std::size_t later = part + 1; seeded_.chance(800) && later < parts_.size(); ++later) {
            zero_bytes(bytes_of(parts_[later]));
        }
    }

    // A length of the first or any other frame behind a place is another.
    void wrong_length(std::size_t part) {
        MutableBytes const bytes = bytes_of(parts_[part]);
        std::size_t const at = 16 + 4 * seeded_.below(4);
        if (bytes.size() >= at + 4) {
            store_le(bytes.subspan(at, 4), static_cast<std::uint32_t>(64 * seeded_.below(1024)));
        }
    }

    void move_block() {
        std::uint64_t const block = medium_.geometry().storage_block_bytes;
        std::uint64_t const blocks = medium_.geometry().segment_bytes / block;
        auto const place = [&] {
            SlotIndex const slot{static_cast<std::uint32_t>(seeded_.below(medium_.slots()))};
            return medium_.slot_bytes(slot).subspan(block * seeded_.below(blocks), block);
        };
        MutableBytes const to = place();
        Bytes const from = place();
        std::ranges::copy(std::vector<std::byte>{from.begin(), from.end()}, to.begin());
    }

    Seeded& seeded_;
    std::vector<LogPart> const& parts_;
    host::MemoryStore& medium_;
};

} // namespace

std::unique_ptr<host::MemoryStore> random_log(Seeded& seeded) {
    return Writer{seeded}.run();
}

void damage(Seeded& seeded, std::vector<LogPart> const& parts, host::MemoryStore& medium) {
    Damage edits{seeded, parts, medium};
    for (std::uint64_t count = 1 + seeded.below(3); count != 0; --count) {
        edits.one();
    }
    for (LogPart const& part : parts) {
        if (part.late) {
            zero_bytes(medium.slot_bytes(part.slot).subspan(part.from, part.to - part.from));
        }
    }
}

} // namespace axiom::test
