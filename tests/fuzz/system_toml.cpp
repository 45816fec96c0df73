// Any bytes as a system.toml: what is said of a wrong one names the place in letters that move no
// cursor, and what is sound has one resolved form, which init reads back as it was.

#include <cstdint>
#include <string>

#include <axiom/base/assert.hpp>
#include <axiom/codec/value.hpp>
#include <sim-host/host/manifest.hpp>

using namespace axiom;

namespace {

void look_at_problem(std::string const& text) {
    AXIOM_ASSERT(text.starts_with("system.toml"));
    for (char const letter : text) {
        auto const code = static_cast<unsigned char>(letter);
        AXIOM_ASSERT((code >= 0x20 && code != 0x7F) || letter == '\n');
    }
}

void look_at_grant(host::ResolvedManifest const& resolved, init::Grant const& grant) {
    AXIOM_ASSERT(grant.source != init::Source::service ||
                 grant.index < resolved.manifest.services.size());
    AXIOM_ASSERT(grant.source != init::Source::region ||
                 grant.index < resolved.manifest.regions.size());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    if (size > 60'000) {
        return 0;
    }
    auto const resolved =
        host::parse_manifest(text_of(std::as_bytes(std::span{data, size})), "system.toml");
    if (!resolved) {
        look_at_problem(resolved.error().text);
        return 0;
    }
    for (init::Service const& service : resolved->manifest.services) {
        AXIOM_ASSERT(!service.name.view().empty());
        AXIOM_ASSERT(service.program < resolved->programs.size());
        for (init::Grant const& grant : service.gets) {
            look_at_grant(*resolved, grant);
        }
    }
    AXIOM_ASSERT(!resolved->key_region ||
                 *resolved->key_region < resolved->manifest.regions.size());
    std::vector<std::byte> const bytes = host::encoded(resolved->manifest);
    Reader reader{bytes};
    init::Manifest read;
    AXIOM_ASSERT(decode_value(reader, read) && reader.finish());
    AXIOM_ASSERT(host::encoded(read) == bytes);
    return 0;
}
