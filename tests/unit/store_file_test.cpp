// What is special about the store in a folder: writers and readers side by side, odd things where
// files are expected, cut and missing segments, limits of the system.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sim-host/platform/file_store.hpp>
#include <sim-host/platform/image_store.hpp>
#include <tests/support/temporary_folder.hpp>

namespace axiom::host {

namespace {

namespace fs = std::filesystem;

constexpr StoreGeometry geometry{.storage_block_bytes = 4096, .segment_bytes = 64 * 4096};
constexpr std::size_t block = geometry.storage_block_bytes;
constexpr SlotIndex slot{0};

std::vector<std::byte> filled(std::size_t bytes, unsigned value) {
    return std::vector<std::byte>(bytes, static_cast<std::byte>(value));
}

constexpr int cannot_try_here = 77;

/// Runs `body` in a process of its own; the answer is what it returned, or minus the signal that
/// ended it.
int in_child(std::function<int()> const& body) {
    pid_t const child = ::fork();
    if (child == 0) {
        ::_exit(body());
    }
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/// In a child: a private view of the mounts in which `folder` is a tmpfs of `options`.
bool mount_small(std::string const& folder, char const* options) {
    int const spaces = ::geteuid() == 0 ? CLONE_NEWNS : CLONE_NEWNS | CLONE_NEWUSER;
    return ::unshare(spaces) == 0 &&
           ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
           ::mount("none", folder.c_str(), "tmpfs", 0, options) == 0;
}

} // namespace

class FileStoreTest : public testing::Test {
  protected:
    std::unique_ptr<FileStore> make() {
        auto made = FileStore::create(path_, geometry);
        EXPECT_TRUE(made.has_value()) << (made ? "" : made.error().text);
        return std::move(*made);
    }

    Code open_code(OpenMode mode, std::string* words = nullptr) {
        auto opened = FileStore::open(path_, mode);
        EXPECT_FALSE(opened.has_value());
        if (words != nullptr && !opened) {
            *words = opened.error().text;
        }
        return opened ? Code{} : opened.error().error.code;
    }

    std::string segment(unsigned index) {
        return path_ + "/segments/" + segment_file_name(SlotIndex{index});
    }

    test::TemporaryFolder folder_;
    std::string path_ = folder_.name("log");
};

TEST_F(FileStoreTest, SecondWriterIsRefusedByNameAndChangesNothing) {
    auto const writer = make();
    std::string words;
    EXPECT_EQ(open_code(OpenMode::write, &words), Code::writer_alive);
    EXPECT_NE(words.find("process " + std::to_string(::getpid())), std::string::npos) << words;
    EXPECT_EQ(FileStore::create(path_, geometry).error().error.code, Code::writer_alive);
    EXPECT_TRUE(writer->extend().has_value());
}

TEST_F(FileStoreTest, WriterThatWasKilledLeavesNoLock) {
    make().reset();
    int pipes[2];
    ASSERT_EQ(::pipe(pipes), 0);
    pid_t const child = ::fork();
    if (child == 0) {
        auto const opened = FileStore::open(path_, OpenMode::write);
        char const answer = opened ? 'y' : 'n';
        static_cast<void>(!::write(pipes[1], &answer, 1));
        for (;;) {
            ::pause();
        }
    }
    char answer = 0;
    ASSERT_EQ(::read(pipes[0], &answer, 1), 1);
    EXPECT_EQ(answer, 'y');
    std::string words;
    EXPECT_EQ(open_code(OpenMode::write, &words), Code::writer_alive);
    EXPECT_NE(words.find("process " + std::to_string(child)), std::string::npos) << words;
    ::kill(child, SIGKILL);
    ASSERT_EQ(::waitpid(child, nullptr, 0), child);
    EXPECT_TRUE(FileStore::open(path_, OpenMode::write).has_value());
    ::close(pipes[0]);
    ::close(pipes[1]);
}

TEST_F(FileStoreTest, ReaderSeesWhatAWriterAppendsAndWritesNothing) {
    auto const writer = make();
    auto const reader = std::move(*FileStore::open(path_, OpenMode::read));
    EXPECT_EQ(reader->slots(), 0U);
    ASSERT_TRUE(writer->extend().has_value());
    ASSERT_TRUE(writer->write({slot, block}, filled(block, 7)).has_value());
    EXPECT_EQ(reader->slots(), 1U);
    std::vector<std::byte> seen(block);
    ASSERT_TRUE(reader->read({slot, block}, seen).has_value());
    EXPECT_EQ(seen, filled(block, 7));

    EXPECT_EQ(reader->write({slot, 0}, filled(block, 1)).error().code, Code::read_only);
    EXPECT_EQ(reader->flush().error().code, Code::read_only);
    EXPECT_EQ(reader->extend().error().code, Code::read_only);
    EXPECT_EQ(reader->discard({slot, 0}).error().code, Code::read_only);
    EXPECT_EQ(reader->claim_epoch(Epoch{1}).error().code, Code::read_only);
    EXPECT_EQ(writer->claimed_epoch().value(), Epoch{0});
}

TEST_F(FileStoreTest, TakenOverWriterSeesTheClaimAndItsLateSlotIsAnother) {
    auto const old_writer = make();
    ASSERT_TRUE(old_writer->claim_epoch(Epoch{1}).has_value());
    auto const new_writer = std::move(*FileStore::open(path_, OpenMode::take_over));
    ASSERT_TRUE(new_writer->claim_epoch(Epoch{2}).has_value());
    EXPECT_EQ(old_writer->claimed_epoch().value(), Epoch{2});
    EXPECT_EQ(old_writer->claim_epoch(Epoch{2}).error().code, Code::fenced);
    EXPECT_EQ(new_writer->extend().value().value, 0U);
    EXPECT_EQ(old_writer->extend().value().value, 1U);
    EXPECT_EQ(new_writer->extend().value().value, 2U);
}

TEST_F(FileStoreTest, SegmentsArePreallocatedPrivateAndDoNotGrow) {
    auto const writer = make();
    ASSERT_TRUE(writer->extend().has_value());
    struct stat before{};
    ASSERT_EQ(::stat(segment(0).c_str(), &before), 0);
    EXPECT_EQ(before.st_size, static_cast<off_t>(geometry.segment_bytes));
    EXPECT_GE(before.st_blocks * 512, static_cast<blkcnt_t>(geometry.segment_bytes));
    EXPECT_EQ(before.st_mode & 0777U, 0600U & ~0077U);
    ASSERT_TRUE(writer->write({slot, 0}, filled(geometry.segment_bytes, 1)).has_value());
    ASSERT_TRUE(writer->flush().has_value());
    struct stat after{};
    ASSERT_EQ(::stat(segment(0).c_str(), &after), 0);
    EXPECT_EQ(after.st_size, before.st_size);
    EXPECT_EQ(after.st_blocks, before.st_blocks);
}

TEST_F(FileStoreTest, DiscardGivesRoomBackAndTheFirstWriteTakesItAgain) {
    auto const writer = make();
    ASSERT_TRUE(writer->extend().has_value());
    ASSERT_TRUE(writer->write({slot, 0}, filled(geometry.segment_bytes, 1)).has_value());
    auto const room = [&] {
        struct stat status{};
        EXPECT_EQ(::stat(segment(0).c_str(), &status), 0);
        return static_cast<std::uint64_t>(status.st_blocks) * 512;
    };
    ASSERT_TRUE(writer->discard({slot, 2 * block}).has_value());
    ASSERT_TRUE(writer->flush().has_value());
    if (room() >= geometry.segment_bytes) {
        GTEST_SKIP() << "this file system gives no room back";
    }
    ASSERT_TRUE(writer->write({slot, 0}, filled(block, 2)).has_value());
    ASSERT_TRUE(writer->flush().has_value());
    EXPECT_GE(room(), geometry.segment_bytes);
    std::vector<std::byte> seen(geometry.segment_bytes);
    ASSERT_TRUE(writer->read({slot, 0}, seen).has_value());
    std::vector<std::byte> expected = filled(block, 2); // the first block is new, the second stayed
    expected.resize(2 * block, std::byte{1});
    expected.resize(geometry.segment_bytes);
    EXPECT_EQ(seen, expected);
}

TEST_F(FileStoreTest, OddThingsInPlaceOfTheFolderAreRefused) {
    EXPECT_EQ(open_code(OpenMode::read), Code::not_a_log); // nothing there
    for (auto const& put : std::vector<std::function<void()>>{
             [&] { std::ofstream{path_} << "text"; },
             [&] { ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0); },
             [&] { fs::create_symlink("/nowhere/at/all", path_); },
             [&] { fs::create_symlink("/dev/null", path_); },
             [&] { fs::create_directory(path_); }, // without a medium
         }) {
        put();
        for (OpenMode const mode : {OpenMode::read, OpenMode::write, OpenMode::take_over}) {
            EXPECT_EQ(open_code(mode), Code::not_a_log);
        }
        EXPECT_FALSE(fs::exists(path_ + "/lock"));
        fs::remove_all(path_);
    }
}

TEST_F(FileStoreTest, OddThingsInPlaceOfAFileAreRefused) {
    make().reset();
    for (std::string const name : {"medium", "lock", "segments"}) {
        std::string const place = path_ + "/" + name;
        std::string const kept = folder_.name("kept");
        fs::rename(place, kept);
        for (auto const& put : std::vector<std::function<void()>>{
                 [&] { ASSERT_EQ(::mkfifo(place.c_str(), 0600), 0); },
                 [&] { fs::create_symlink(kept, place); },
                 [&] {
                     if (name == "segments") {
                         std::ofstream{place} << "a file";
                     } else {
                         fs::create_directory(place);
                     }
                 },
             }) {
            put();
            EXPECT_EQ(open_code(OpenMode::write), Code::not_a_log) << name;
            fs::remove_all(place);
        }
        fs::rename(kept, place);
    }
    EXPECT_TRUE(FileStore::open(path_, OpenMode::write).has_value());
}

TEST_F(FileStoreTest, OddThingInPlaceOfASegmentHarmsOnlyThatSegment) {
    {
        auto const writer = make();
        ASSERT_TRUE(writer->extend().has_value() && writer->extend().has_value());
    }
    fs::remove(segment(0));
    ASSERT_EQ(::mkfifo(segment(0).c_str(), 0600), 0);
    auto const store = std::move(*FileStore::open(path_, OpenMode::write));
    std::vector<std::byte> room(block);
    EXPECT_EQ(store->slots(), 2U);
    EXPECT_EQ(store->read({slot, 0}, room).error().code, Code::not_a_log);
    EXPECT_NE(store->last_problem().find("is not a regular file"), std::string::npos);
    EXPECT_TRUE(store->read({SlotIndex{1}, 0}, room).has_value());
}

TEST_F(FileStoreTest, CutAndMissingSegmentsAreNamedAndCanBeMadeAnew) {
    {
        auto const writer = make();
        ASSERT_TRUE(writer->extend().has_value() && writer->extend().has_value() &&
                    writer->extend().has_value());
    }
    fs::resize_file(segment(0), 3 * block);
    fs::remove(segment(1));
    auto const store = std::move(*FileStore::open(path_, OpenMode::write));
    std::vector<std::byte> room(2 * block);
    ASSERT_EQ(store->slots(), 3U);
    EXPECT_TRUE(store->read({slot, block}, room).has_value());
    EXPECT_EQ(store->read({slot, 2 * block}, room).error(),
              (Error{Code::size_changed, 2 * block, 0}));
    EXPECT_EQ(store->read({SlotIndex{1}, 0}, room).error().code, Code::size_changed);
    EXPECT_NE(store->last_problem().find("00000001.axm: the segment file is missing"),
              std::string::npos);
    EXPECT_EQ(store->write({SlotIndex{1}, 0}, room).error().code, Code::size_changed);

    for (std::uint32_t const damaged : {0U, 1U}) {
        ASSERT_TRUE(store->discard({SlotIndex{damaged}, 0}).has_value());
        std::vector<std::byte> whole(geometry.segment_bytes);
        ASSERT_TRUE(store->read({SlotIndex{damaged}, 0}, whole).has_value());
        EXPECT_TRUE(is_zero(whole));
    }
}

TEST_F(FileStoreTest, StrayNamesMakeNoSlotsAndAFarOneIsRefused) {
    make().reset();
    for (char const* const name : {"00000000.axm.1-1.unfinished", "0.axm", "x0000000.axm",
                                   "00000000.AXM", "-0000001.axm", "readme"}) {
        std::ofstream{path_ + "/segments/" + name} << "stray";
    }
    {
        auto const store = std::move(*FileStore::open(path_, OpenMode::write));
        EXPECT_EQ(store->slots(), 0U);
        EXPECT_FALSE(fs::exists(path_ + "/segments/00000000.axm.1-1.unfinished"));
        EXPECT_TRUE(fs::exists(path_ + "/segments/readme"));
    }
    std::ofstream{segment(99'999'999)} << "stray";
    EXPECT_EQ(open_code(OpenMode::read), Code::size_changed);
}

TEST_F(FileStoreTest, ManySegmentsNeedFewDescriptors) {
    constexpr StoreGeometry tiny{.storage_block_bytes = 512, .segment_bytes = 1024};
    auto const store = std::move(*FileStore::create(path_, tiny));
    unsigned const count = SlotFiles::open_files_max + 40;
    for (unsigned index = 0; index < count; ++index) {
        SlotIndex const made = store->extend().value();
        ASSERT_TRUE(store->write({made, 0}, filled(512, index + 1)).has_value());
    }
    ASSERT_TRUE(store->flush().has_value());
    auto const open_files = std::distance(fs::directory_iterator{"/proc/self/fd"}, {});
    EXPECT_LE(static_cast<std::size_t>(open_files), SlotFiles::open_files_max + 32);
    std::vector<std::byte> seen(512);
    for (unsigned index = 0; index < count; ++index) {
        ASSERT_TRUE(store->read({SlotIndex{index}, 0}, seen).has_value());
        EXPECT_EQ(seen, filled(512, index + 1));
    }
}

TEST_F(FileStoreTest, DescriptorsAreNeverStandardStreamsAndAreNotInherited) {
    EXPECT_EQ(in_child([&] {
                  ::close(0);
                  ::close(1);
                  ::close(2);
                  auto const store = FileStore::create(path_, geometry);
                  if (!store || !(*store)->extend()) {
                      return 1;
                  }
                  for (int stream = 0; stream <= 2; ++stream) {
                      if (::fcntl(stream, F_GETFD) != -1) {
                          return 2;
                      }
                  }
                  for (auto const& entry : fs::directory_iterator{"/proc/self/fd"}) {
                      int const descriptor = std::stoi(entry.path().filename());
                      std::error_code gone;
                      std::string const target = fs::read_symlink(entry.path(), gone);
                      bool const is_ours = target.starts_with(path_);
                      if (is_ours && (::fcntl(descriptor, F_GETFD) & FD_CLOEXEC) == 0) {
                          return 3;
                      }
                  }
                  return 0;
              }),
              0);
}

TEST_F(FileStoreTest, LimitOnFileSizeIsARefusalAndNoSignal) {
    auto const with_limit = [&](rlim_t bytes, std::function<int()> const& body) {
        return in_child([&] {
            rlimit const limit{bytes, bytes};
            return ::setrlimit(RLIMIT_FSIZE, &limit) == 0 ? body() : cannot_try_here;
        });
    };
    auto const create = [&] {
        auto const made = FileStore::create(path_, geometry);
        return !made && made.error().error.code == Code::store_full ? 0 : 1;
    };
    EXPECT_EQ(with_limit(0, create), 0);
    EXPECT_EQ(with_limit(geometry.segment_bytes - 1, create), 0);
    EXPECT_FALSE(fs::exists(path_));
    make().reset();
    EXPECT_EQ(with_limit(4096,
                         [&] {
                             auto const opened = FileStore::open(path_, OpenMode::write);
                             return !opened && opened.error().error.code == Code::store_full ? 0
                                                                                             : 1;
                         }),
              0);
}

TEST_F(FileStoreTest, FullDiskRefusesTheSlotAndLeavesTheRestAlone) {
    int const outcome = in_child([&] {
        if (!mount_small(folder_.path(), "size=1500k")) {
            return cannot_try_here;
        }
        auto const made = FileStore::create(path_, geometry);
        if (!made) {
            return 1;
        }
        FileStore& store = **made;
        while (store.slots() < 100) {
            if (!store.extend()) {
                break;
            }
        }
        std::uint32_t const slots = store.slots();
        Result<SlotIndex> const refused = store.extend();
        if (slots < 2 || slots > 4 || refused || refused.error().code != Code::store_full) {
            return 2;
        }
        if (store.slots() != slots || fs::exists(segment(slots))) {
            return 3;
        }
        auto const files = std::distance(fs::directory_iterator{path_ + "/segments"}, {});
        if (files != static_cast<std::ptrdiff_t>(slots)) {
            return 4;
        }
        // What was preallocated still takes every byte.
        for (std::uint32_t index = 0; index < slots; ++index) {
            if (!store.write({SlotIndex{index}, 0}, filled(geometry.segment_bytes, 9))) {
                return 5;
            }
        }
        return store.flush() ? 0 : 6;
    });
    if (outcome == cannot_try_here) {
        GTEST_SKIP() << "no mount namespace here";
    }
    EXPECT_EQ(outcome, 0);
}

TEST_F(FileStoreTest, ReadOnlyMediumIsReadAndRefusesAWriter) {
    int const outcome = in_child([&] {
        if (!mount_small(folder_.path(), "size=2m")) {
            return cannot_try_here;
        }
        {
            auto const made = FileStore::create(path_, geometry);
            if (!made || !(*made)->extend()) {
                return 1;
            }
        }
        if (::mount(nullptr, folder_.path().c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr) !=
            0) {
            return cannot_try_here;
        }
        auto const reader = FileStore::open(path_, OpenMode::read);
        std::vector<std::byte> room(block);
        if (!reader || !(*reader)->read({slot, 0}, room)) {
            return 2;
        }
        auto const writer = FileStore::open(path_, OpenMode::write);
        return !writer && writer.error().error.code == Code::read_only ? 0 : 3;
    });
    if (outcome == cannot_try_here) {
        GTEST_SKIP() << "no mount namespace here";
    }
    EXPECT_EQ(outcome, 0);
}

TEST_F(FileStoreTest, FolderOfSomebodyElseIsRefusedInTheSystemsWords) {
    make().reset();
    fs::permissions(folder_.path(), fs::perms::all);
    fs::permissions(path_, fs::perms::none);
    int const outcome = in_child([&] {
        if (::geteuid() == 0 && (::setgid(65534) != 0 || ::setuid(65534) != 0)) {
            return cannot_try_here;
        }
        auto const opened = FileStore::open(path_, OpenMode::read);
        return !opened && opened.error().error.code == Code::access_refused &&
                       opened.error().text.find("Permission denied") != std::string::npos
                   ? 0
                   : 1;
    });
    fs::permissions(path_, fs::perms::owner_all);
    if (outcome == cannot_try_here) {
        GTEST_SKIP() << "cannot become another user here";
    }
    EXPECT_EQ(outcome, 0);
}

} // namespace axiom::host
