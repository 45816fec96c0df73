#pragma once
// RunningSystem: the system of system.toml on a kernel of the test's own, and terminals that attach
// to it.

#include <gtest/gtest.h>

#include <thread>

#include <sim-host/host/system.hpp>
#include <tests/system/cli_program.hpp>
#include <tests/system/programs.hpp>

namespace axiom::host::test {

class RunningSystem : public testing::Test {
  protected:
    RunningSystem() { start("system.toml"); }
    ~RunningSystem() override { stop(); }

    void start(std::filesystem::path const& manifest) {
        SystemPlace const place{.programs =
                                    std::filesystem::read_symlink("/proc/self/exe").parent_path(),
                                .data = data_,
                                .manifest = manifest,
                                .key = axiom_.path("key")};
        std::filesystem::create_directories(place.data);
        auto options = system_options(place);
        for (int look = 0; look < 200 && !options; ++look) {
            // Whoever kept the socket for a machine that was killed is still on its way out.
            std::this_thread::sleep_for(std::chrono::milliseconds{20});
            options = system_options(place);
        }
        ASSERT_TRUE(options) << options.error().text;
        options->debug_output = [this](Bytes text) { written_.add(text); };
        auto booted = HostKernel::boot(*options);
        ASSERT_TRUE(booted) << booted.error().text;
        host_ = std::move(*booted);
        runs_ = std::thread{[this] { host_->run(); }};
    }

    /// In order.
    void stop() {
        if (host_ != nullptr) {
            host_->machine().press_power_button();
            runs_.join();
            host_.reset();
            EXPECT_TRUE(written_.text().ends_with("log ended in order\n")) << written_.text();
        }
    }

    axiom::test::Outcome attach(std::vector<std::string> const& lines) {
        std::vector<std::string> words{"attach", "--data", data_};
        for (std::string const& line : lines) {
            words.insert(words.end(), {"-c", line});
        }
        return axiom_.run(words);
    }

    /// Services may still be beginning: until it succeeds, for some seconds.
    axiom::test::Outcome when_ready(std::vector<std::string> const& lines) {
        auto outcome = attach(lines);
        for (int look = 0; look < 100 && outcome.status != 0; ++look) {
            std::this_thread::sleep_for(std::chrono::milliseconds{20});
            outcome = attach(lines);
        }
        return outcome;
    }

    /// The last number in a text.
    static std::string number_in(std::string const& text) {
        constexpr char const* digits = "0123456789";
        std::size_t const end = text.find_last_of(digits);
        std::size_t const before = text.find_last_not_of(digits, end);
        return text.substr(before + 1, end - before);
    }

    [[nodiscard]] std::string log() const { return data_ + "/log"; }

    axiom::test::CliProgram axiom_;
    std::string data_{axiom_.path("data")};
    Written written_;
    std::unique_ptr<HostKernel> host_;
    std::thread runs_;
};

} // namespace axiom::host::test
