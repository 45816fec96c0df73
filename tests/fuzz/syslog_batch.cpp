// Batches of the SysLog from anywhere, against any seal: what is found sound is what
// docs/syslog.md says.
//
// Input: how much is made to fit (u8: 1 the header, 2 the hash, 4 the count), the seal's body, then
// records.

#include <cstddef>
#include <cstdint>
#include <vector>

#include <axiom/codec/value.hpp>
#include <kernel/syslog/batch.hpp>
#include <sim-host/platform/hash_engines.hpp>

using namespace axiom;
using namespace axiom::kernel;

namespace {

constexpr BootNumber boot{3};

bool fits(std::uint8_t what, std::uint8_t part) {
    return (what & part) != 0;
}

void make_fit(std::uint8_t what, Seal& seal, std::vector<Record>& batch) {
    if (fits(what, 4) && batch.size() > seal.notes) {
        seal.count = static_cast<std::uint32_t>(batch.size() - 1 - seal.notes);
    }
    if (fits(what, 1)) {
        batch[0] = to_record(header_of(boot, seal));
    }
    if (fits(what, 2)) {
        seal.hash = hash_of_batch(host::portable_engine(), batch);
    }
}

// Word by word, from the page's table.
void is_as_the_page_says(Seal const& seal, BatchView batch) {
    std::uint64_t refused = 0;
    for (std::size_t at = 1; at < batch.size(); ++at) {
        auto const& words = batch[at].words;
        std::uint64_t const type = words[1] >> 16U & 0xFFU;
        bool const is_note = at > seal.count;
        AXIOM_ASSERT(is_note ? type == 5 : words[0] == seal.first + at - 1);
        AXIOM_ASSERT(is_note || (type != 0 && (type - 1) / 2 == seal.ring % 2));
        refused += is_note ? words[2] : 0;
        if (type == 2 || type == 5) {
            AXIOM_ASSERT((words[5] | words[6] | words[7]) == 0 && words[1] >> 24U == 0);
        } else {
            AXIOM_ASSERT((words[1] >> 24U & 0xFFU) <= 1);
        }
    }
    AXIOM_ASSERT(refused == seal.unrecorded);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    Reader reader{std::as_bytes(std::span{data, size})};
    auto const what = reader.word<std::uint8_t>();
    Seal seal;
    if (!what || !decode_value(reader, seal)) {
        return 0;
    }
    std::vector<Record> batch(std::max<std::size_t>(reader.left() / sizeof(Record), 1));
    Bytes const records = *reader.bytes(reader.left() / sizeof(Record) * sizeof(Record));
    copy_bytes(std::as_writable_bytes(std::span{batch}), records);
    make_fit(*what, seal, batch);
    BatchVerdict const verdict = check_batch(host::portable_engine(), boot, seal, batch);
    AXIOM_ASSERT(verdict.at <= batch.size());
    if (verdict.sound()) {
        is_as_the_page_says(seal, batch);
    }
    return 0;
}
