// Any bytes as the words of a job, while the store of objects and the worker answer anything at
// all: words are a job or a refusal that names one of them, and the service tells of the job what
// it is in, whatever it was told.
//
// Input: how many bytes the words have (u16, little-endian), the words, then what the others
// answer: each answer its code (u8; 0: done), its length (u16) and its bytes.

#include <algorithm>
#include <cstdint>
#include <string>

#include <axiom/base/assert.hpp>
#include <services/jobs/service.hpp>
#include <sim-host/platform/string_text.hpp>
#include <tests/support/scripted_kernel.hpp>

using namespace axiom;
using namespace axiom::test;

namespace {

constexpr kernel::Slot objects_slot = slots::granted;
constexpr kernel::Slot worker_slot{slots::granted.value + 1};
constexpr LoopSize size_of_loop{
    .couriers = 1, .conversations = 2, .frame_bytes = std::size_t{256} << 10U};

// From the input until it is used up; then the service hears of nothing more.
class AnyAnswers {
  public:
    AnyAnswers(ScriptedKernel& kernel, Bytes rest) : kernel_{&kernel}, rest_{rest} {
        for (kernel::Slot const peer : {objects_slot, worker_slot}) {
            kernel.peer(peer,
                        [this](auto const& /*asked*/, auto& buffer) { return answer(buffer); });
        }
    }

  private:
    PeerAnswer answer(kernel::MessageBuffer& buffer) {
        if (rest_.size() < 3) {
            kernel_->refuse(kernel::Call::receive, kernel::Check::slot);
            kernel_->refuse(kernel::Call::reply_receive, kernel::Check::slot);
            return std::unexpected{kernel::Refusal{.check = kernel::Check::capability}};
        }
        auto const code = std::to_integer<std::uint64_t>(rest_[0]);
        std::size_t const bytes = std::min<std::size_t>(
            {load_le<std::uint16_t>(rest_.subspan(1, 2)), rest_.size() - 3, buffer.bytes.size()});
        copy_bytes(buffer.bytes, rest_.subspan(3, bytes));
        rest_ = rest_.subspan(3 + bytes);
        return kernel::Words{.head = kernel::MessageHead::of(bytes, 0), .words = {code, code, 0}};
    }

    ScriptedKernel* kernel_;
    Bytes rest_;
};

// As `job submit` writes them.
std::string words_of(jobs::JobRequest const& job) {
    return host::hex_text(job.program) + ' ' + (job.input ? host::hex_text(*job.input) : "-") +
           ' ' + std::to_string(job.fuel) + ' ' + std::to_string(job.memory_bytes) + ' ' +
           std::to_string(job.output_bytes) + ' ' + std::to_string(job.message_bytes);
}

void look_at_words(std::string_view text) {
    auto const job = jobs::parse_job(text);
    if (!job) {
        AXIOM_ASSERT(job.error().code == Code::job_refused);
        AXIOM_ASSERT(job.error().where >= 1 && job.error().where <= 7);
        return;
    }
    for (std::uint64_t const number :
         {job->fuel, job->memory_bytes, job->output_bytes, job->message_bytes}) {
        AXIOM_ASSERT(number <= jobs::job_number_max);
    }
    auto const again = jobs::parse_job(words_of(*job));
    AXIOM_ASSERT(again && *again == *job);
}

void run(std::string_view words, Bytes answers) {
    // Outlives the couriers, which are threads of the kernel.
    std::vector<std::byte> memory(Loop::bytes_for(size_of_loop) + jobs::JobService::bytes_for());
    Arena arena{memory};
    ScriptedKernel kernel;
    AnyAnswers const others{kernel, answers};
    kernel::UserCalls const calls{kernel.trap()};
    Loop loop{calls, arena, size_of_loop};
    jobs::JobService service{loop, arena, {.objects = objects_slot, .worker = worker_slot}};
    kernel.request(
        1, jobs::Carry{.token = Hash256{}, .commit = 7, .index = 0, .parameters = bytes_of(words)});
    AXIOM_ASSERT(loop.begin() && service.work().begun());
    static_cast<void>(serve<jobs::JobsApi>(loop, service));
    auto const job = service.on(Request{}, jobs::AskJob{.commit = 7});
    AXIOM_ASSERT(job && job->commit == 7);
    AXIOM_ASSERT(jobs::parse_job(words) || job->state == jobs::JobState::refused);
    AXIOM_ASSERT(job->state != jobs::JobState::ended || !job->result.is_zero() ||
                 answers.size() >= 3);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    if (size < 2 || size > 60'000) {
        return 0;
    }
    Bytes const input = std::as_bytes(std::span{data, size});
    std::size_t const bytes = std::min<std::size_t>(
        {load_le<std::uint16_t>(input.first(2)), size - 2, jobs::parameters_bytes_max});
    std::string_view const words = text_of(input.subspan(2, bytes));
    look_at_words(words);
    run(words, input.subspan(2 + bytes));
    return 0;
}
