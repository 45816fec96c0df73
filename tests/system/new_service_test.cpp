// axiom new service: what it writes is a service that compiles, with its test.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include <nlohmann/json.hpp>

#include <tests/system/cli_program.hpp>

namespace axiom::host {
namespace {

namespace fs = std::filesystem;

constexpr int answer_is_no = 1;
constexpr int usage = 2;
constexpr int not_found = 7;

class NewService : public testing::Test {
  protected:
    // A tree that holds what new services are copied from; the rest is the real one.
    NewService() {
        fs::create_directories(tree_ / "services");
        fs::create_directories(tree_ / "tests/unit");
        fs::copy("services/example", tree_ / "services/example");
        fs::copy("tests/unit/example_service_test.cpp", tree_ / "tests/unit");
    }
    axiom::test::Outcome make(std::string const& name) {
        return axiom_.run({"new", "service", name, "--tree", tree_.string()});
    }
    static std::string text_of(fs::path const& path) {
        std::stringstream text;
        text << std::ifstream{path}.rdbuf();
        return text.str();
    }
    // As the model is compiled, with the new folder before the real tree.
    axiom::test::Outcome compile(std::string const& model, fs::path const& made) {
        fs::path const beside = fs::read_symlink("/proc/self/exe").parent_path().parent_path();
        std::ifstream file{beside / "compile_commands.json"};
        for (auto const& each : nlohmann::json::parse(file)) {
            std::string command = each["command"];
            bool const is = each["file"].get<std::string>().ends_with(model) &&
                            command.find("wasm") == std::string::npos;
            if (is) {
                command = command.substr(0, command.find(" -o "));
                command.insert(command.find(' '), " -I" + tree_.string());
                return axiom_.shell("cd " + each["directory"].get<std::string>() + " && " +
                                    command + " -fsyntax-only " + made.string());
            }
        }
        return {.status = -1, .out = {}, .err = "nothing compiles " + model};
    }

    axiom::test::CliProgram axiom_;
    fs::path tree_{axiom_.path("tree")};
};

TEST_F(NewService, IsAServiceThatCompilesWithItsTest) {
    auto const made = make("counter");
    ASSERT_EQ(made.status, 0) << made.out << made.err;
    EXPECT_NE(made.err.find("[service.counter]"), std::string::npos) << made.err;
    std::string const api = text_of(tree_ / "services/counter/api.hpp");
    EXPECT_NE(api.find("using CounterApi = Api<Add>;"), std::string::npos) << api;
    for (char const* const each : {"services/counter/README.md", "services/counter/service.hpp"}) {
        std::string const text = text_of(tree_ / each);
        EXPECT_FALSE(text.empty()) << each;
        EXPECT_EQ(text.find("xample"), std::string::npos) << text;
    }
    for (auto const& [model, file] :
         {std::pair{"services/example/service.cpp", "services/counter/service.cpp"},
          std::pair{"services/example/program.cpp", "services/counter/program.cpp"},
          std::pair{"tests/unit/example_service_test.cpp",
                    "tests/unit/counter_service_test.cpp"}}) {
        auto const compiled = compile(model, tree_ / file);
        EXPECT_EQ(compiled.status, 0) << file << compiled.out << compiled.err;
    }
}

TEST_F(NewService, WritesOverNothing) {
    ASSERT_EQ(make("counter").status, 0);
    std::ofstream{tree_ / "services/counter/service.cpp"} << "mine\n";
    EXPECT_EQ(make("counter").status, answer_is_no);
    EXPECT_EQ(text_of(tree_ / "services/counter/service.cpp"), "mine\n");
    fs::remove(tree_ / "services/counter/api.hpp");
    EXPECT_EQ(make("counter").status, answer_is_no);
    EXPECT_FALSE(fs::exists(tree_ / "services/counter/api.hpp")) << "all of it or nothing";
}

TEST_F(NewService, RefusesWhatCannotBeAName) {
    for (char const* const name :
         {"Counter", "9lives", "a-b", "class", "kernel", "../x", "averyveryverylongname"}) {
        EXPECT_EQ(make(name).status, usage) << name;
    }
    EXPECT_EQ(std::distance(fs::directory_iterator{tree_ / "services"}, {}), 1);
}

TEST_F(NewService, NeedsATree) {
    auto const made = axiom_.run({"new", "service", "counter", "--tree", axiom_.path("nowhere")});
    EXPECT_EQ(made.status, not_found) << made.out << made.err;
}

} // namespace
} // namespace axiom::host
