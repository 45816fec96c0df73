// The fields that ingest picks out of NDJSON: no line makes it crash, and what it picks is bounded
// and what nlohmann's own document says, once it can read every number.

#include <cstdint>

#include <nlohmann/json.hpp>

#include <axiom/base/assert.hpp>
#include <sim-host/inspect/json_fields.hpp>
#include <sim-host/inspect/json_numbers.hpp>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using axiom::host::pick_fields;
    using axiom::host::picked_value_bytes_max;
    std::string_view const line{reinterpret_cast<char const*>(data), size};
    auto const fields = pick_fields(line, {"unit", "id", ""});
    AXIOM_ASSERT(!fields.values[2]);
    for (auto const& value : fields.values) {
        AXIOM_ASSERT(!value || (fields.is_object && value->size() <= picked_value_bytes_max));
    }
    // A document is built by recursion, so only shallow lines are compared with it.
    bool const shallow = size < 512;
    if (shallow) {
        auto const readable = axiom::host::with_large_numbers_as_text(line);
        auto const document =
            nlohmann::json::parse(readable ? std::string_view{*readable} : line, nullptr, false);
        AXIOM_ASSERT(fields.is_object == document.is_object());
        for (std::size_t index = 0; fields.is_object && index < 2; ++index) {
            char const* const name = index == 0 ? "unit" : "id";
            bool const given = document.contains(name) && !document[name].is_null();
            AXIOM_ASSERT(given == (fields.values[index] || fields.unusable[index]));
            AXIOM_ASSERT(!given || !document[name].is_string() || !fields.values[index] ||
                         document[name] == *fields.values[index]);
        }
    }
    return 0;
}
