// Reading what tests leave; see tests/support/every_log.hpp.

#include <tests/support/every_log.hpp>

#include <memory>
#include <optional>
#include <vector>

#include <gtest/gtest.h>

#include <sim-host/platform/file_store.hpp>
#include <sim-host/platform/hash_engines.hpp>
#include <sim-host/platform/signature_sodium.hpp>
#include <sim-host/verify/host_log.hpp>
#include <tests/support/jury.hpp>
#include <tests/support/second_opinion.hpp>

namespace axiom::test {

namespace {

namespace fs = std::filesystem;

bool looks_like_a_log(fs::path const& folder) {
    std::error_code ignored;
    return fs::is_regular_file(folder / "medium", ignored) &&
           fs::is_directory(folder / "segments", ignored);
}

// Files and folders only: whoever reads a pipe waits for ever.
bool is_plain(fs::path const& folder) {
    std::error_code error;
    for (auto each = fs::recursive_directory_iterator{folder, error};
         !error && each != fs::recursive_directory_iterator{}; each.increment(error)) {
        auto const status = each->symlink_status(error);
        if (!fs::is_regular_file(status) && !fs::is_directory(status)) {
            return false;
        }
    }
    return !error;
}

class LogsOfATest final : public testing::EmptyTestEventListener {
  public:
    /// Listens from the first use on; GoogleTest owns it.
    static LogsOfATest& of_this_program() {
        static LogsOfATest* const logs = [] {
            auto* const made = new LogsOfATest;
            testing::UnitTest::GetInstance()->listeners().Append(made);
            return made;
        }();
        return *logs;
    }

    void take(fs::path const& folder) {
        for (auto const& each : fs::directory_iterator{folder}) {
            if (looks_like_a_log(each.path()) && is_plain(each.path())) {
                paths_.push_back(each.path().string());
            }
        }
        taken_.push_back(folder);
    }

    void show(Store& store) {
        if (shown_++ % stride_ != 0) {
            return;
        }
        if (copies_ == nullptr) {
            copies_ = std::make_unique<TemporaryFolder>(TemporaryFolder::quick_parent());
            copies_->hold_no_logs();
        }
        std::string const path = copies_->name(std::to_string(shown_));
        save_folder(store, path);
        paths_.push_back(path);
        if (++kept_ >= few_or_many(24, 100'000)) {
            stride_ *= 2;
            kept_ = 0;
        }
    }

    void OnTestEnd(testing::TestInfo const& info) override {
        if (!paths_.empty() && !info.result()->Skipped()) {
            read_all();
        }
        for (fs::path const& folder : taken_) {
            std::error_code ignored;
            fs::remove_all(folder, ignored);
        }
        taken_.clear();
        paths_.clear();
        copies_.reset();
        shown_ = kept_ = 0;
        stride_ = 1;
    }

  private:
    void read_all() {
        Jury jury{paths_.size()};
        for (std::string const& path : paths_) {
            auto const store = host::FileStore::open(path, host::OpenMode::read);
            if (!store) {
                continue; // the medium itself is damaged: what lies on it is nobody's log
            }
            host::Verdict const verdict = host::verify_host_log(
                path, **store,
                {.engine = &host::portable_engine(), .signatures = &host::signature_engine()});
            if (verdict.next.value <= few_or_many(4000, 10'000'000)) {
                jury.hear_folder(path, verdict, "a log of this test, " + path);
            }
        }
        jury.decide();
    }

    std::vector<fs::path> taken_;
    std::vector<std::string> paths_;
    std::unique_ptr<TemporaryFolder> copies_;
    std::size_t shown_{};
    std::size_t kept_{};
    std::size_t stride_{1};
};

bool a_test_runs() {
    return testing::UnitTest::GetInstance()->current_test_info() != nullptr;
}

} // namespace

bool take_folder_of_logs(fs::path const& folder) {
    std::error_code error;
    bool any = false;
    for (auto each = fs::directory_iterator{folder, error};
         !error && each != fs::directory_iterator{}; each.increment(error)) {
        any = any || looks_like_a_log(each->path());
    }
    if (any && a_test_runs()) {
        LogsOfATest::of_this_program().take(folder);
        return true;
    }
    return false;
}

void show_log(Store& store) {
    if (a_test_runs()) {
        LogsOfATest::of_this_program().show(store);
    }
}

} // namespace axiom::test
