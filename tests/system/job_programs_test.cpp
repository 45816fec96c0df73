// The three programs of services/jobs/programs: what they make is right by the standard tools, and
// byte by byte what qemu-riscv64 makes of the same files.

#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include <sim-host/jobs/job_run.hpp>
#include <tests/system/cli_program.hpp>

namespace axiom::test {
namespace {

std::string file_text(std::string const& path) {
    std::ifstream stream{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{stream}, {}};
}

std::string program_path(std::string const& name) {
    auto const bin = std::filesystem::read_symlink("/proc/self/exe").parent_path();
    return (bin.parent_path() / "share/jobs" / (name + ".elf")).string();
}

class JobPrograms : public testing::Test {
  protected:
    // A tree with what text files come to, and the tree's own documents.
    JobPrograms() {
        Outcome const made = axiom_.shell(
            "mkdir -p tree/deep/$(printf %090d 1)/$(printf %090d 2) tree/empty && cd tree && "
            "printf 'one  \\r\\ntwo\\t\\rthree' > mixed.txt && printf '' > nothing && "
            "printf '\\357\\273\\277mark\\n\\n \\n' > mark.txt && printf 'a\\0b  \\n' > binary && "
            "printf 'caf\\351  \\n' > latin && printf '  \\n\\n' > blank && "
            "printf 'int alpha_beta = alpha_beta + x1;\\nno go x\\nalpha_beta\\n' > code.c && "
            "printf 'deep_symbol\\n' > deep/$(printf %090d 1)/$(printf %090d 2)/far.txt && "
            "ln -s mixed.txt link && cp -r " +
            top() +
            "/docs . && cd .. && "
            "tar --sort=name --format=gnu --mtime=@0 -cf tree.tar tree && "
            "tar --sort=name --format=pax --mtime=@0 -cf pax.tar tree && "
            "tar --sort=name --format=ustar --mtime=@0 --exclude=deep -cf ustar.tar tree");
        EXPECT_EQ(made.status, 0) << made.err;
    }

    static std::string top() { return std::filesystem::current_path().string(); }

    struct Ran {
        int code;
        std::string output;
        std::uint64_t fuel;
    };
    Ran run(std::string const& name, std::string const& input, bool predecode = true) {
        auto const program = file_text(program_path(name));
        auto const done = host::run_job({.program = bytes_of(program),
                                         .input = bytes_of(input),
                                         .limits = {.fuel = 1U << 31U,
                                                    .memory_bytes = 64U << 20U,
                                                    .output_bytes = 64U << 20U,
                                                    .message_bytes = 4096},
                                         .predecode = predecode});
        AXIOM_ASSERT(done.has_value());
        EXPECT_EQ(done->outcome.ending.reason, jobs::Reason::exited)
            << jobs::text_of(done->outcome.ending.reason).name;
        return {static_cast<int>(done->outcome.ending.detail),
                std::string{text_of(Bytes{done->output})}, done->outcome.fuel_used};
    }
    std::string ran_well(std::string const& name, std::string const& archive) {
        Ran const ran = run(name, file_text(axiom_.path(archive)));
        EXPECT_EQ(ran.code, 0);
        return ran.output;
    }
    void keep(std::string const& name, std::string const& bytes) {
        std::ofstream{axiom_.path(name), std::ios::binary} << bytes;
    }

    CliProgram axiom_;
};

TEST_F(JobPrograms, MakeWhatTheyMakeUnderQemu) {
    for (char const* const name : {"compress", "index", "transform"}) {
        for (std::string const input :
             {"tree.tar", "pax.tar", "ustar.tar", "tree/mixed.txt", "tree/nothing"}) {
            Ran const ours = run(name, file_text(axiom_.path(input)));
            Outcome const theirs = axiom_.shell("qemu-riscv64 '" + program_path(name) + "' < " +
                                                input + " > theirs 2> said");
            EXPECT_EQ(ours.code, theirs.status) << name << " on " << input;
            EXPECT_TRUE(ours.output == file_text(axiom_.path("theirs"))) << name << " on " << input;
        }
    }
}

TEST_F(JobPrograms, UseTheSameFuelOnBothEngines) {
    for (char const* const name : {"compress", "index", "transform"}) {
        std::string const input = file_text(axiom_.path("ustar.tar"));
        Ran const fast = run(name, input);
        Ran const stepped = run(name, input, false);
        EXPECT_EQ(fast.fuel, stepped.fuel) << name;
        EXPECT_TRUE(fast.output == stepped.output) << name;
    }
}

TEST_F(JobPrograms, GzipGivesBackWhatCompressTook) {
    keep("tree.tar.gz", ran_well("compress", "tree.tar"));
    Outcome const compared = axiom_.shell("gzip -dc tree.tar.gz | cmp - tree.tar");
    EXPECT_EQ(compared.status, 0) << compared.err;
    EXPECT_LT(file_text(axiom_.path("tree.tar.gz")).size() * 2,
              file_text(axiom_.path("tree.tar")).size());
}

TEST_F(JobPrograms, TransformMakesTextUniformAndNothingElse) {
    for (std::string const archive : {"tree.tar", "pax.tar"}) {
        keep("out.tar", ran_well("transform", archive));
        Outcome const there = axiom_.shell("rm -rf out && mkdir out && tar -xf out.tar -C out && "
                                           "cd out/tree && cmp link mixed.txt && cat deep/*/*/*");
        EXPECT_EQ(there.status, 0) << there.err;
        EXPECT_EQ(there.out, "deep_symbol\n");
        auto const of = [&](std::string const& name) {
            return file_text(axiom_.path("out/tree/" + name));
        };
        EXPECT_EQ(of("mixed.txt"), "one\ntwo\nthree\n");
        EXPECT_EQ(of("nothing"), "");
        EXPECT_EQ(of("mark.txt"), "mark\n");
        EXPECT_EQ(of("blank"), "");
        EXPECT_EQ(of("binary"), file_text(axiom_.path("tree/binary")));
        EXPECT_EQ(of("latin"), file_text(axiom_.path("tree/latin")));
        EXPECT_TRUE(std::filesystem::is_directory(axiom_.path("out/tree/empty")));
    }
}

TEST_F(JobPrograms, TransformChangesNothingTheSecondTime) {
    std::string const once = ran_well("transform", "tree.tar");
    EXPECT_TRUE(run("transform", once).output == once);
}

TEST_F(JobPrograms, IndexNamesEverySymbolsPlaces) {
    std::string const index = ran_well("index", "tree.tar");
    EXPECT_EQ(index.rfind("axiom-index 1\nfiles ", 0), 0U);
    // Files are numbered as they are listed.
    std::size_t const list = index.find('\n', index.find("files ")) + 1;
    std::size_t const at = index.find("tree/code.c\n", list);
    ASSERT_NE(at, std::string::npos);
    auto const file = 1 + std::count(index.begin() + std::ptrdiff_t(list),
                                     index.begin() + std::ptrdiff_t(at), '\n');
    std::string const place = std::to_string(file) + ":";
    EXPECT_NE(index.find("\nalpha_beta " + place + "1,3\n"), std::string::npos);
    EXPECT_NE(index.find("\nint "), std::string::npos);
    EXPECT_EQ(index.find("\nx1 "), std::string::npos) << "too short";
    EXPECT_NE(index.find("/far.txt\n"), std::string::npos) << "a long name is whole";
    EXPECT_EQ(index.find("tree/binary\n"), std::string::npos);
    keep("index", index.substr(index.find("\nsymbols ") + 1));
    EXPECT_EQ(axiom_.shell("tail -n +2 index | cut -d' ' -f1 | LC_ALL=C sort -cu").status, 0);
}

TEST_F(JobPrograms, WhatIsNoArchiveEndsWithACodeOfItsOwn) {
    for (char const* const name : {"index", "transform"}) {
        EXPECT_EQ(run(name, std::string(512, 'x')).code, 3) << name;
        EXPECT_EQ(run(name, file_text(axiom_.path("tree.tar")).substr(0, 700)).code, 3) << name;
        EXPECT_EQ(run(name, "").code, 0) << name << ": nothing is an empty archive";
    }
}

} // namespace
} // namespace axiom::test
