#pragma once
// A store of objects on any medium, used as its service uses it.

#include <memory>
#include <random>
#include <vector>

#include <axiom/crypto/hash.hpp>
#include <services/objects/object_store.hpp>
#include <sim-host/platform/hash_engines.hpp>

namespace axiom::test {

class ObjectWorld {
  public:
    using Content = std::vector<std::byte>;
    static constexpr StoreGeometry small_geometry{.storage_block_bytes = 4096,
                                                  .segment_bytes = 128U << 10U};
    static constexpr objects::StoreLimits small_limits{.slots = 16, .chunks = 64, .objects = 16};

    explicit ObjectWorld(Store& medium, objects::StoreLimits const& limits = small_limits)
        : room_(objects::ObjectStore::bytes_for(limits)), arena_{room_},
          store_{std::make_unique<objects::ObjectStore>(medium, engine(), arena_, limits)} {}

    static HashEngine const& engine() { return host::fastest_engine(); }
    static Content sample(std::size_t size, unsigned seed) {
        std::mt19937_64 random{seed};
        Content bytes(size);
        for (std::byte& byte : bytes) {
            byte = static_cast<std::byte>(random());
        }
        return bytes;
    }
    static Hash256 id_of(Bytes content) { return hash_bytes(engine(), context::content, content); }

    [[nodiscard]] objects::ObjectStore& store() { return *store_; }

    Result<void> open() {
        Hash256 const secret = id_of(bytes_of("nobody knows"));
        return store_->open(&secret);
    }
    Result<objects::ObjectStore::Added> put(Bytes content, std::uint64_t owner = 7) {
        std::vector<Hash256> chunks;
        for (std::size_t at = 0; at < content.size(); at += objects::chunk_bytes_max) {
            chunks.push_back(TRY(store_->add_chunk(
                content.subspan(at, std::min(objects::chunk_bytes_max, content.size() - at)))));
        }
        return store_->add_object(id_of(content), content.size(), owner, chunks);
    }
    Result<Content> get(Hash256 const& id) {
        Content content(TRY(store_->find(id)).bytes);
        TRY(store_->read(id, 0, content));
        return content;
    }

  private:
    std::vector<std::byte> room_;
    Arena arena_;
    std::unique_ptr<objects::ObjectStore> store_;
};

} // namespace axiom::test
