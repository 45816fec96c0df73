#include <tests/conformance/store_worlds.hpp>

#include <sim-host/platform/file_store.hpp>
#include <sim-host/platform/memory_store.hpp>
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
        {"lying", make<LyingWorld>},
        {"checking", make<WrappedWorld<CheckingStore>>},
        {"failing", make<WrappedWorld<FailingStore>>},
        {"recording", make<WrappedWorld<RecordingStore>>},
    };
}

} // namespace axiom::test
