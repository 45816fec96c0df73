// Finding the damaged entry of a block; see sim-host/verify/damaged_entry.hpp.

#include <sim-host/verify/damaged_entry.hpp>

#include <axiom/codec/reader.hpp>
#include <axiom/crypto/hash.hpp>
#include <axiom/log/chain.hpp>
#include <axiom/store/block_view.hpp>

namespace axiom::host {

namespace {

class EntryCheck {
  public:
    EntryCheck(HashEngine const& engine, store::Frame const& frame, Bytes bytes) noexcept
        : engine_{engine}, pruned_{frame.prefix.type == store::FrameType::pruned},
          content_{bytes.subspan(store::frame_head_bytes,
                                 frame.prefix.content_bytes - block_record_bytes)},
          attachments_{
              bytes.subspan(frame.prefix.attachments_offset, frame.prefix.attachments_bytes)} {
        std::size_t const count = frame.record.count;
        auto const table =
            content_.bytes(pruned_ ? store::presence_bytes(count) : store::tags_bytes(count));
        table_ = table ? *table : Bytes{};
    }

    bool holds(std::size_t index, Sequence sequence) {
        if (table_.empty()) {
            return false;
        }
        if (pruned_ && table_[index] != std::byte{1}) {
            auto const kept = content_.bytes(store::kept_leaf_bytes);
            return table_[index] == std::byte{0} && kept && is_zero(kept->subspan(sizeof(Hash256)));
        }
        auto const raw = content_.bytes(entry_header_bytes);
        if (!raw) {
            return false;
        }
        EntryHeader header;
        std::memcpy(static_cast<void*>(&header), raw->data(), entry_header_bytes);
        Bytes const tag = pruned_ ? Bytes{} : table_.subspan(index * tag_bytes, tag_bytes);
        return equal_bytes(tag, leaf_of(engine_, header).view().first(tag.size())) &&
               decode_header(*raw) && header.sequence == sequence && body_holds(header) &&
               attachment_holds(header);
    }

  private:
    static constexpr std::size_t tag_bytes = sizeof(std::uint64_t);

    bool body_holds(EntryHeader const& header) {
        auto const body = content_.bytes(padded_bytes(header.body_bytes));
        return body && is_zero(body->subspan(header.body_bytes)) &&
               body_commitment(engine_, *body) == header.body_commitment;
    }

    bool attachment_holds(EntryHeader const& header) {
        std::size_t const length = padded_bytes(header.attachment_bytes);
        if (!range_fits(used_, length, attachments_.size())) {
            return false;
        }
        Bytes const bytes = attachments_.subspan(used_, length);
        used_ += length;
        return is_zero(bytes) ||
               (is_zero(bytes.subspan(header.attachment_bytes)) &&
                attachment_commitment(engine_, bytes) == header.attachment_commitment);
    }

    HashEngine const& engine_;
    bool pruned_;
    Reader content_;
    Bytes attachments_;
    Bytes table_;
    std::size_t used_{};
};

} // namespace

std::optional<Sequence> first_damaged_entry(HashEngine const& engine, store::Frame const& frame,
                                            Bytes bytes) {
    EntryCheck check{engine, frame, bytes};
    for (std::size_t index = 0; index < frame.record.count; ++index) {
        Sequence const sequence{frame.record.first.value + index};
        if (!check.holds(index, sequence)) {
            return sequence;
        }
    }
    return std::nullopt;
}

} // namespace axiom::host
