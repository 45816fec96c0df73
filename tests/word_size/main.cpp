// What logs and a kernel come to, as lines that must be the same whatever the word size: the same
// program is built for 64 and for 32 bits, and compare.py reads both.
//
// usage: word_size FOLDER, which holds golden logs (*.sparse, a snapshot beside as *.axs)

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include <axiom/crypto/hash.hpp>
#include <sim-host/platform/hash_engines.hpp>
#include <tests/support/first_opinion.hpp>
#include <tests/support/kernel_traffic.hpp>
#include <tests/support/seeded.hpp>
#include <tests/support/sparse_log.hpp>

namespace {

namespace fs = std::filesystem;
using namespace axiom;
using test::hex;

constexpr std::uint64_t runs = 100; // of traffic: threads that end or wait for ever end a long one
constexpr std::size_t choices_of_a_run = 1000;
constexpr std::size_t steps_between_lines = 50;
constexpr std::size_t steps_of_authority = 4000;

std::string read_file(fs::path const& path) {
    std::ifstream stream{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{stream}, {}};
}

bool print_log(std::string const& name, fs::path const& path) {
    auto const store = test::load_sparse(read_file(path));
    std::string const snapshot = read_file(fs::path{path}.replace_extension(".axs"));
    auto const facts = test::replayed_facts(*store, bytes_of(snapshot));
    if (!facts) {
        std::printf("log %s refused %u\n", name.c_str(), static_cast<unsigned>(facts.error().code));
        return false;
    }
    std::printf("log %s entries %llu head %s tree_size %llu tree_root %s state %s rejected %llu\n",
                name.c_str(), static_cast<unsigned long long>(facts->entries),
                hex(facts->head).c_str(), static_cast<unsigned long long>(facts->tree_size),
                hex(facts->tree_root).c_str(), hex(facts->state).c_str(),
                static_cast<unsigned long long>(facts->rejected));
    return true;
}

// All that the threads have been told, folded into one number (FNV-1a over words).
std::uint64_t answers_of(kernel::Kernel const& kernel, std::uint32_t threads) {
    std::uint64_t folded = 0xCBF29CE484222325U;
    auto const fold = [&](std::uint64_t word) { folded = (folded ^ word) * 0x100000001B3U; };
    for (std::uint32_t index = 0; index < threads; ++index) {
        kernel::CallAnswer const& answer = kernel.thread(index).answer;
        fold(answer.status);
        for (std::uint64_t const word : answer.words) {
            fold(word);
        }
    }
    return folded;
}

void print_kernel(char const* run, std::uint64_t seed, std::size_t step,
                  kernel::test::MachineWorld& world) {
    std::vector<std::byte> snapshot(world.kernel.state().save_bytes_max());
    Writer writer{snapshot};
    world.kernel.state().save(writer).value();
    Hash256 const snapshot_hash =
        hash_bytes(host::portable_engine(), context::snapshot, writer.written());
    Hash256 const root = world.domain.root(host::portable_engine());
    std::printf("%s %llu step %zu entries %llu head %s state %s snapshot %s answers %016llx\n", run,
                static_cast<unsigned long long>(seed), step,
                static_cast<unsigned long long>(world.log.next_sequence().value),
                hex(world.log.drained_head()).c_str(), hex(root).c_str(),
                hex(snapshot_hash).c_str(),
                static_cast<unsigned long long>(
                    answers_of(world.kernel, kernel::test::MachineWorld::rows.threads)));
}

// One thread that makes, derives, moves, maps and takes back, mostly as it may.
void run_authority(std::uint64_t seed) {
    using kernel::Call;
    constexpr std::uint64_t first = 20; // of the slots that it uses
    test::Seeded seeded{seed};
    kernel::test::MachineWorld world;
    auto const slot = [&] { return first + seeded.below(40); };
    auto const call = [&](Call number, kernel::test::Arguments const& arguments) {
        static_cast<void>(world.call_if(0, number, arguments));
    };
    for (std::size_t step = 0; step < steps_of_authority; ++step) {
        std::uint64_t const what = seeded.below(16);
        std::uint64_t const to = slot(); // each chosen in a statement of its own: in order
        std::uint64_t const from = slot();
        std::uint64_t const number = seeded.below(64);
        if (what < 5) {
            std::uint64_t const account = number == 0 ? from : kernel::test::account_slot.value;
            std::uint64_t const uses = number % 2 == 0 ? kernel::test::own : first + number % 40;
            call(Call::create, {account, kernel::test::own, to, seeded.below(kernel::object_types),
                                number % 8, number % 5, uses});
        } else if (what < 10) {
            call(Call::derive, {from, kernel::test::own, to, seeded.next() % 64, number % 3});
        } else if (what == 10) {
            call(Call::move, {from, kernel::test::own, to});
        } else if (what == 11) {
            call(Call::map,
                 {from, kernel::test::space_slot.value, 4096 * (1 + number), number % 4});
        } else if (what == 12) {
            call(Call::bind, {from, to, number, number % 5});
        } else {
            call(what == 13 ? Call::revoke : Call::remove, {from, number % 2});
        }
        if (step % steps_between_lines == 0) {
            print_kernel("authority", seed, step, world);
        }
    }
}

bool run_traffic(std::uint64_t seed) {
    test::Seeded seeded{seed};
    std::vector<std::uint32_t> numbers(choices_of_a_run);
    for (std::uint32_t& number : numbers) {
        number = static_cast<std::uint32_t>(seeded.next() >> 32U);
    }
    test::Choices choose{std::move(numbers)};
    kernel::test::Traffic traffic;
    for (std::size_t step = 0; choose.more(); ++step) {
        std::string const violation = traffic.step(choose);
        if (!violation.empty()) {
            std::printf("traffic %llu step %zu %s\n", static_cast<unsigned long long>(seed), step,
                        violation.c_str());
            return false;
        }
        if (step % steps_between_lines == 0) {
            print_kernel("traffic", seed, step, traffic.world());
        }
    }
    print_kernel("traffic", seed, choices_of_a_run, traffic.world());
    return true;
}

} // namespace

int main(int count, char** arguments) {
    if (count != 2) {
        std::fputs("usage: word_size FOLDER\n", stderr);
        return 2;
    }
    std::printf("bits %zu\n", sizeof(void*) * 8);
    std::map<std::string, fs::path> logs; // in the same order everywhere
    for (auto const& file : fs::directory_iterator{arguments[1]}) {
        if (file.path().extension() == ".sparse") {
            logs[file.path().stem().string()] = file.path();
        }
    }
    bool good = true;
    for (auto const& [name, path] : logs) {
        good = print_log(name, path) && good;
    }
    for (std::uint64_t seed = 0; seed < runs; ++seed) {
        good = run_traffic(seed) && good;
    }
    for (std::uint64_t seed = 0; seed < 4; ++seed) {
        run_authority(seed);
    }
    return good ? 0 : 1;
}
