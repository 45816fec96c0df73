// What a side says; see sim-host/log/mirror_evidence.hpp.

#include <sim-host/log/mirror_evidence.hpp>

#include <algorithm>

#include <axiom/tree/block_record.hpp>
#include <sim-host/platform/want_of_memory.hpp>

namespace axiom::host {

namespace {

class EvidenceReader {
  public:
    EvidenceReader(HashEngine const& engine, Store& side, MirrorDifferences const& differences)
        : engine_{engine}, side_{side}, differences_{differences},
          buffer_(2 * std::size_t{side.geometry().storage_block_bytes} + 64 * 1024),
          window_{side, buffer_} {}

    MirrorEvidence read() {
        for (std::uint32_t index = 0; index < side_.slots(); ++index) {
            SlotIndex const slot{index};
            auto const header = header_on(engine_, side_, slot);
            if (header) {
                found_.segments[header->number.value].push_back(slot);
                found_.log_ids.insert(header->log_id.bytes);
            }
            if (differences_.in(slot)) {
                window_.forget();
                look_at(slot, header);
            }
        }
        std::ranges::sort(found_.witnesses, {}, &Witness::end);
        return std::move(found_);
    }

  private:
    void look_at(SlotIndex slot, std::optional<store::SegmentHeader> const& header) {
        StoreGeometry const geometry = side_.geometry();
        std::uint64_t at = header ? geometry.storage_block_bytes : 0;
        if (header) {
            found_.watermark = std::max(found_.watermark, header->watermark);
        }
        while (store::frame_head_bytes <= geometry.segment_bytes - at) {
            std::uint32_t stride = 0;
            auto const head = window_.view(slot, at, store::frame_head_bytes);
            if (head && !is_zero(*head)) {
                stride = take(slot, at, header, *head);
            }
            bool const sensible = stride >= store::frame_head_bytes &&
                                  stride % hash_block_bytes == 0 &&
                                  stride <= store::frame_bytes_max;
            at = sensible ? at + stride
                          : round_up<std::uint64_t>(at + 1, geometry.storage_block_bytes);
            if (at >= geometry.segment_bytes) {
                return;
            }
        }
    }

    // How long the frame at `at` is; 0 when there is none.
    std::uint32_t take(SlotIndex slot, std::uint64_t at,
                       std::optional<store::SegmentHeader> const& header, Bytes head) {
        std::uint32_t const stride = load_le<std::uint32_t>(
            head.subspan(offsetof(store::FramePrefix, stride), sizeof(std::uint32_t)));
        auto const record = [&]() -> Result<BlockRecord> {
            if (header) {
                return TRY(store::decode_frame(engine_, *header, at, head)).record;
            }
            return decode_record(engine_, head.subspan(store::frame_prefix_bytes));
        }();
        if (!record) {
            return 0;
        }
        Sequence const end{record->first.value + record->count};
        found_.log_ids.insert(record->log_id.bytes);
        found_.watermark = std::max(found_.watermark, record->watermark);
        found_.next = std::max(found_.next, end);
        if (record->count != 0 && differences_.in(slot, at, at + store::frame_head_bytes)) {
            found_.witnesses.push_back({record->first, end, record->head});
        }
        return stride;
    }

    HashEngine const& engine_;
    Store& side_;
    MirrorDifferences const& differences_;
    std::vector<std::byte> buffer_;
    store::SegmentWindow window_;
    MirrorEvidence found_;
};

} // namespace

std::optional<store::SegmentHeader> header_on(HashEngine const& engine, Store& side,
                                              SlotIndex slot) {
    std::vector<std::byte> block(side.geometry().storage_block_bytes);
    auto const read = read_or_zeros(side, {slot, 0}, block);
    if (!read) {
        throw_if_no_memory(read.error());
        return std::nullopt;
    }
    auto const header =
        store::decode_segment_header(engine, Bytes{block}.first(store::segment_header_bytes));
    return header ? std::optional{*header} : std::nullopt;
}

MirrorEvidence mirror_evidence(HashEngine const& engine, Store& side,
                               MirrorDifferences const& differences) {
    return EvidenceReader{engine, side, differences}.read();
}

} // namespace axiom::host
