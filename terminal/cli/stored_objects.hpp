#pragma once
// StoredObjects: the objects that a system keeps in its data folder, read while it is off or on.

#include <memory>
#include <string>
#include <vector>

#include <services/objects/object_store.hpp>
#include <sim-host/platform/file_store.hpp>

namespace axiom::cli {

class StoredObjects {
  public:
    /// Of the system that keeps this folder. Throws `Failure`.
    explicit StoredObjects(std::string const& data);

    /// The whole content of an object, which hashes to its id. Throws `Failure`.
    [[nodiscard]] std::vector<std::byte> content(Hash256 const& id);

  private:
    std::unique_ptr<host::FileStore> medium_;
    std::vector<std::byte> room_;
    Arena arena_;
    objects::ObjectStore store_;
};

} // namespace axiom::cli
