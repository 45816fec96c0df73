// The kernel on a host: its address spaces are processes, its CPUs threads. The scenes are those of
// tests/programs/first.cpp.

#include <gtest/gtest.h>

#include <tests/support/temporary_folder.hpp>
#include <tests/system/programs.hpp>

namespace axiom::host {
namespace {

std::string played(std::uint64_t scene) {
    test::Written written;
    auto const host =
        HostKernel::boot(test::options_for({"first", "echo", "misbehave"}, scene, written));
    if (!host) {
        return host.error().text;
    }
    (*host)->run();
    return written.text();
}

TEST(HostKernel, RunsAProgramInAProcessOfItsOwnUntilItSwitchesOff) {
    EXPECT_EQ(played(0), "hello");
}

TEST(HostKernel, CarriesCallsAndRepliesBetweenProcesses) {
    EXPECT_EQ(played(1), "right answers: 1000\n");
}

TEST(HostKernel, WhatIsRevokedIsUnmappedAndItsTouchIsAFault) {
    EXPECT_EQ(played(2), "child reads 42\nchild reads 43\nstill ours: 44\ncall refused: 1\n"
                         "its thread ended with 1\n");
}

TEST(HostKernel, AThreadThatNeverWaitsKeepsNobodyFromTheCpu) {
    EXPECT_EQ(played(3), "times slept: 20\nit ended with 9\n");
}

TEST(HostKernel, ADeviceMayTakeLongerThanAProcessMayTakeToObey) {
    axiom::test::TemporaryFolder const folder;
    test::Written written;
    auto options = test::options_for({"first", "echo", "misbehave", "device_slow"}, 4, written);
    options.programs.back().folder = folder.path();
    options.programs.back().line = 1;
    auto const host = HostKernel::boot(options);
    ASSERT_TRUE(host) << host.error().text;
    (*host)->run();
    EXPECT_EQ(written.text(), "it took its time: 0\nit took its time: 2500\nit took its time: 0\n");
}

TEST(HostKernel, AnAgentThatObeysNothingDelaysOthersForAWhileInAllAndEndsWithItsProcess) {
    EXPECT_EQ(played(5), "waited for less than 5 seconds: 1\nits process ended with 5\n");
}

TEST(HostKernel, AThreadThatCallsWithoutEndKeepsNobodyFromTheCpu) {
    EXPECT_EQ(played(6), "times slept: 20\n");
}

TEST(HostKernel, AWildPointerIsAPageFault) {
    EXPECT_EQ(played(10), "its thread ended with 1\n");
}

TEST(HostKernel, ASystemCallOfTheHostIsAFaultOfAnUnknownCall) {
    EXPECT_EQ(played(11), "its thread ended with 3\n");
}

TEST(HostKernel, AnIllegalInstructionIsAFault) {
    EXPECT_EQ(played(12), "its thread ended with 2\n");
}

TEST(HostKernel, AProcessThatDiesBehindTheKernelsBackEnds) {
    EXPECT_EQ(played(13), "its thread ended with 5\nits process ended with 5\n");
}

} // namespace
} // namespace axiom::host
