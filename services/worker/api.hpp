#pragma once
// The messages of the worker: a process that holds nothing but its endpoint, and runs one job.
//
//     Load ─▶ Program … ─▶ Start ─▶ Run ─▶ slice_over ─▶ Run
//                                      ─▶ input    ─▶ Give … ─▶ Run (so much was given)
//                                      ─▶ output   ─▶ Take … ─▶ Run
//                                      ─▶ ended
//
// Whoever asks brings all bytes and takes all bytes; a slice is bounded by its fuel, so an answer
// always comes. `no_such_row`: nothing is loaded, as in a worker that was begun anew.

#include <services/runtime/serve.hpp>

namespace axiom::worker {

inline constexpr std::uint32_t piece_bytes_max = 3840;

/// What a job may have here.
inline constexpr std::uint64_t program_bytes_max = std::uint64_t{8} << 20U;
inline constexpr std::uint64_t memory_bytes_max = std::uint64_t{64} << 20U;

/// A new job in the place of whatever was there. `out_of_range` for more than there is.
struct Load {
    static constexpr std::uint64_t method = 1;
    using Answer = Nothing;
    std::uint64_t program_bytes{};
    std::uint64_t fuel{};
    std::uint64_t memory_bytes{};
    std::uint64_t output_bytes{};
    std::uint64_t message_bytes{};
};
struct Program {
    static constexpr std::uint64_t method = 2;
    using Answer = Nothing;
    std::uint64_t offset{};
    Bytes piece{};
};

/// The rule of images that the program breaks, if it does.
struct Started {
    bool runs{};
    std::uint8_t rule{}; // as jobs::ImageRule
    std::uint64_t where{};
    std::uint64_t value{};
};
struct Start : WithoutFields {
    static constexpr std::uint64_t method = 3;
    using Answer = Started;
};

/// Where the machine stands, all since the start.
struct Standing {
    std::uint8_t pause{};  // as jobs::Pause
    std::uint64_t bytes{}; // that are wanted or offered
    std::uint64_t fuel_used{};
    std::uint64_t memory_bytes{};
    std::uint64_t input_bytes{};
    std::uint8_t reason{}; // as jobs::Reason
    std::uint64_t pc{};
    std::uint64_t detail{};
};
/// Goes on for about so much fuel. After `input`, `given` bytes of what was wanted are there; fewer
/// than wanted say that the input ends.
struct Run {
    static constexpr std::uint64_t method = 4;
    using Answer = Standing;
    std::uint64_t fuel{};
    std::uint64_t given{};
};

/// Into what is wanted.
struct Give {
    static constexpr std::uint64_t method = 5;
    using Answer = Nothing;
    std::uint64_t offset{};
    Bytes piece{};
};

struct Taken {
    Bytes piece{};
};
/// Of what is offered, as much as one message carries.
struct Take {
    static constexpr std::uint64_t method = 6;
    using Answer = Taken;
    std::uint64_t offset{};
};

} // namespace axiom::worker

template <> struct axiom::Schema<axiom::worker::Load> {
    using Load = worker::Load;
    static constexpr auto fields =
        Fields{Field{"program_bytes", &Load::program_bytes, "of the program's file"},
               Field{"fuel", &Load::fuel, "that it may use"},
               Field{"memory_bytes", &Load::memory_bytes, "that it may use"},
               Field{"output_bytes", &Load::output_bytes, "that it may write"},
               Field{"message_bytes", &Load::message_bytes, "that it may write"}};
};
template <> struct axiom::Schema<axiom::worker::Program> {
    using Program = worker::Program;
    static constexpr auto fields = Fields{
        Field{"offset", &Program::offset, "in the file"},
        Field{"piece", &Program::piece, "what lies there", at_most<worker::piece_bytes_max>}};
};
template <> struct axiom::Schema<axiom::worker::Started> {
    using Started = worker::Started;
    static constexpr auto fields = Fields{Field{"runs", &Started::runs, "whether it does"},
                                          Field{"rule", &Started::rule, "that it breaks"},
                                          Field{"where", &Started::where, "offset"},
                                          Field{"value", &Started::value, "what is there"}};
};
template <> struct axiom::Schema<axiom::worker::Standing> {
    using Standing = worker::Standing;
    static constexpr auto fields =
        Fields{Field{"pause", &Standing::pause, "what it waits for"},
               Field{"bytes", &Standing::bytes, "wanted or offered"},
               Field{"fuel_used", &Standing::fuel_used, "since the start"},
               Field{"memory_bytes", &Standing::memory_bytes, "up to the break"},
               Field{"input_bytes", &Standing::input_bytes, "that were read"},
               Field{"reason", &Standing::reason, "how it ended"},
               Field{"pc", &Standing::pc, "where it ended"},
               Field{"detail", &Standing::detail, "of the reason"}};
};
template <> struct axiom::Schema<axiom::worker::Run> {
    static constexpr auto fields = Fields{Field{"fuel", &worker::Run::fuel, "for about so much"},
                                          Field{"given", &worker::Run::given, "of the input"}};
};
template <> struct axiom::Schema<axiom::worker::Give> {
    using Give = worker::Give;
    static constexpr auto fields =
        Fields{Field{"offset", &Give::offset, "in what is wanted"},
               Field{"piece", &Give::piece, "what comes there", at_most<worker::piece_bytes_max>}};
};
template <> struct axiom::Schema<axiom::worker::Taken> {
    static constexpr auto fields = Fields{Field{
        "piece", &worker::Taken::piece, "from the offset on", at_most<worker::piece_bytes_max>}};
};
template <> struct axiom::Schema<axiom::worker::Take> {
    static constexpr auto fields =
        Fields{Field{"offset", &worker::Take::offset, "in what is offered"}};
};

namespace axiom::worker {

using WorkerApi = Api<Load, Program, Start, Run, Give, Take>;

} // namespace axiom::worker
