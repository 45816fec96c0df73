#include <tests/conformance/store_worlds.hpp>

#include <filesystem>
#include <fstream>
#include <optional>

#include <sim-host/platform/file_store.hpp>
#include <sim-host/platform/image_store.hpp>
#include <sim-host/platform/memory_store.hpp>
#include <sim-host/platform/mirror_store.hpp>
#include <tests/support/checking_store.hpp>
#include <tests/support/failing_store.hpp>
#include <tests/support/lying_store.hpp>
#include <tests/support/recording_store.hpp>
#include <tests/support/temporary_folder.hpp>

namespace axiom::test {

namespace {

class MemoryWorld final : public StoreWorld {
  public:
    Store& store() override { return store_; }
    bool reopen() override { return false; }

  private:
    host::MemoryStore store_{small_geometry};
};

class FileWorld final : public StoreWorld {
  public:
    FileWorld() {
        auto made = host::FileStore::create(folder_.name("log"), small_geometry);
        AXIOM_ASSERT(made.has_value());
        store_ = std::move(*made);
    }
    Store& store() override { return *store_; }
    bool reopen() override {
        store_.reset();
        auto opened = host::FileStore::open(folder_.name("log"), host::OpenMode::write);
        AXIOM_ASSERT(opened.has_value());
        store_ = std::move(*opened);
        return true;
    }

  private:
    TemporaryFolder folder_;
    std::unique_ptr<host::FileStore> store_;
};

class ImageWorld final : public StoreWorld {
  public:
    /// `start` bytes of something else come before the medium in the file.
    explicit ImageWorld(std::uint64_t start)
        : place_{.path = folder_.name("image"), .start = start} {
        std::uint64_t const bytes = host::medium_area_bytes + 4 * small_geometry.segment_bytes;
        std::filesystem::resize_file((std::ofstream{place_.path}, place_.path), start + bytes);
        auto made = host::ImageStore::format(place_, small_geometry);
        AXIOM_ASSERT(made.has_value());
        store_ = std::move(*made);
    }
    Store& store() override { return *store_; }
    bool reopen() override {
        store_.reset();
        auto opened = host::ImageStore::open(place_, host::OpenMode::write);
        AXIOM_ASSERT(opened.has_value());
        store_ = std::move(*opened);
        return true;
    }

  private:
    TemporaryFolder folder_;
    host::ImagePlace place_;
    std::unique_ptr<host::ImageStore> store_;
};

template <std::uint64_t start> std::unique_ptr<StoreWorld> make_image() {
    return std::make_unique<ImageWorld>(start);
}

/// A folder and an image side by side.
class MirrorWorld final : public StoreWorld {
  public:
    MirrorWorld() { join(); }
    Store& store() override { return *mirror_; }
    bool reopen() override {
        mirror_.reset();
        AXIOM_ASSERT(first_.reopen() && second_.reopen());
        join();
        return true;
    }

  private:
    void join() { mirror_.emplace(first_.store(), second_.store()); }

    FileWorld first_;
    ImageWorld second_{0};
    std::optional<host::MirrorStore> mirror_;
};

class LyingWorld final : public StoreWorld {
  public:
    Store& store() override { return store_; }
    bool reopen() override {
        store_.crash(); // what was flushed survives even that
        return true;
    }

  private:
    LyingStore store_{small_geometry, 1};
};

template <class Wrapper> class WrappedWorld final : public StoreWorld {
  public:
    Store& store() override { return wrapper_; }
    bool reopen() override { return false; }

  private:
    host::MemoryStore store_{small_geometry};
    Wrapper wrapper_{store_};
};

template <class World> std::unique_ptr<StoreWorld> make() {
    return std::make_unique<World>();
}

} // namespace

std::vector<StoreKind> store_kinds() {
    return {
        {"memory", make<MemoryWorld>},
        {"file", make<FileWorld>},
        {"image", make_image<0>},
        {"partition", make_image<512 * 63>},
        {"mirror", make<MirrorWorld>},
        {"lying", make<LyingWorld>},
        {"checking", make<WrappedWorld<CheckingStore>>},
        {"failing", make<WrappedWorld<FailingStore>>},
        {"recording", make<WrappedWorld<RecordingStore>>},
    };
}

} // namespace axiom::test
