#include <terminal/cli/stored_objects.hpp>

#include <sim-host/platform/hash_engines.hpp>
#include <sim-host/platform/string_text.hpp>
#include <terminal/cli/failure.hpp>

namespace axiom::cli {

namespace {

constexpr objects::StoreLimits limits{};

} // namespace

StoredObjects::StoredObjects(std::string const& data)
    : medium_{value_or_stop(host::FileStore::open(data + "/objects/log", host::OpenMode::read),
                            "the objects of " + data + " cannot be read")},
      room_(objects::ObjectStore::bytes_for(limits)), arena_{room_},
      store_{*medium_, host::fastest_engine(), arena_, limits} {
    value_or_stop(store_.open(nullptr), "the objects of " + data + " cannot be read");
}

std::vector<std::byte> StoredObjects::content(Hash256 const& id) {
    std::string const name = "object " + host::hex_text(id);
    auto const row = value_or_stop(store_.find(id), name);
    std::vector<std::byte> content(row.bytes);
    value_or_stop(store_.read(id, 0, content), name);
    return content;
}

} // namespace axiom::cli
