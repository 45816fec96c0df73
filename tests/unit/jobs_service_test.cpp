// The service that runs jobs against a worker and a store of objects that are well, that fail, and
// that lie; and the worker's own messages.

#include <gtest/gtest.h>

#include <map>

#include <services/jobs/service.hpp>
#include <services/worker/service.hpp>
#include <sim-host/jobs/job_run.hpp>
#include <sim-host/platform/string_text.hpp>
#include <tests/support/job_world.hpp>
#include <tests/support/riscv_words.hpp>
#include <tests/support/scripted_kernel.hpp>

namespace axiom::jobs {
namespace {

using namespace test::riscv;
using test::JobImage;
using test::PeerAnswer;
using test::ScriptedKernel;

constexpr kernel::Slot objects_slot = slots::granted;
constexpr kernel::Slot worker_slot{slots::granted.value + 1};
constexpr LoopSize size{.couriers = 1, .conversations = 2, .frame_bytes = 256U << 10U};
constexpr worker::Worker::Room room{.program_bytes = 64U << 10U, .memory_bytes = 256U << 10U};

// Copies up to eight bytes of the input to the output and exits with their number.
JobImage copying() {
    constexpr std::int32_t data = JobImage::data_address;
    return {.text = {addi(a7, x0, 63), addi(a0, x0, 0), lui(a1, data), addi(a2, x0, 8), ecall,
                     addi(t0, a0, 0), addi(a7, x0, 64), addi(a2, a0, 0), addi(a0, x0, 1), ecall,
                     addi(a7, x0, 93), addi(a0, t0, 0), ecall},
            .data = std::vector<std::byte>(8)};
}

kernel::Words refusal(Code code) {
    return {.head = {}, .words = {static_cast<std::uint64_t>(code), 0, 0}};
}

// Objects as a plain map.
class PlainObjects {
  public:
    Hash256 add(Bytes content) {
        Hash256 const id = host::content_digest(content);
        contents_[host::hex_text(id)] = {content.begin(), content.end()};
        return id;
    }
    [[nodiscard]] std::string text(Hash256 const& id) {
        auto const& content = contents_[host::hex_text(id)];
        return std::string{axiom::text_of(Bytes{content})};
    }
    [[nodiscard]] std::size_t count() const { return contents_.size(); }

    /// Requests from here on are refused so often.
    std::size_t refused{};

    PeerAnswer answer(kernel::Words const& asked, kernel::MessageBuffer& buffer) {
        if (refused > 0) {
            --refused;
            return refusal(Code::unanswered);
        }
        Reader reader{Bytes{buffer.bytes}.first(asked.head.bytes())};
        switch (asked.words[0]) {
        case objects::Begin::method:
            uploads_[++last_] = {};
            return put(buffer, objects::Upload{.upload = last_});
        case objects::Append::method: {
            auto const asks = decoded<objects::Append>(reader);
            auto& upload = uploads_.at(asks.upload);
            EXPECT_EQ(asks.offset, upload.size());
            upload.insert(upload.end(), asks.piece.begin(), asks.piece.end());
            return put(buffer, Nothing{});
        }
        case objects::Finish::method: {
            auto const asks = decoded<objects::Finish>(reader);
            Hash256 const id = add(uploads_.at(asks.upload));
            return put(buffer, objects::Stored{.id = id});
        }
        case objects::Stat::method: {
            auto const asks = decoded<objects::Stat>(reader);
            auto const found = contents_.find(host::hex_text(asks.id));
            return found == contents_.end()
                       ? PeerAnswer{refusal(Code::no_such_row)}
                       : put(buffer, objects::Object{.id = asks.id, .bytes = found->second.size()});
        }
        case objects::Fetch::method: {
            auto const asks = decoded<objects::Fetch>(reader);
            Bytes const all{contents_.at(host::hex_text(asks.id))};
            Bytes const rest = all.subspan(asks.offset);
            return put(buffer, objects::Fetched{
                                   .total_bytes = all.size(),
                                   .piece = rest.first(std::min<std::size_t>(rest.size(), 100))});
        }
        default:
            return put(buffer, Nothing{});
        }
    }

  private:
    template <class Asks> static Asks decoded(Reader& reader) {
        Asks asks{};
        EXPECT_TRUE(decode_value(reader, asks));
        return asks;
    }
    template <class Value>
    static PeerAnswer put(kernel::MessageBuffer& buffer, Value const& value) {
        return kernel::Words{.head = *put_message(buffer, value), .words = {}};
    }
    std::map<std::string, std::vector<std::byte>> contents_;
    std::map<std::uint64_t, std::vector<std::byte>> uploads_;
    std::uint64_t last_{};
};

// The real worker behind a peer; or one that dies, or says what no worker says.
class WorkerPeer {
  public:
    WorkerPeer() : storage_(worker::Worker::bytes_for(room)) { begin_anew(); }

    void begin_anew() { worker_.emplace(MutableBytes{storage_}, room); }

    std::size_t dies_at_run{}; // the how manieth `Run`, from 1
    bool dies_always{};
    bool lies{};
    std::size_t runs{};

    PeerAnswer answer(kernel::Words const& asked, kernel::MessageBuffer& buffer) {
        std::vector<std::byte> const request(buffer.bytes.begin(),
                                             buffer.bytes.begin() + asked.head.bytes());
        if (asked.words[0] == worker::Run::method) {
            ++runs;
            if (dies_always || runs == dies_at_run) {
                begin_anew();
                return std::unexpected{kernel::Refusal{.check = kernel::Check::capability}};
            }
            if (lies) {
                return kernel::Words{.head = *put_message(buffer, worker::Standing{.reason = 200}),
                                     .words = {}};
            }
        }
        Reader reader{request};
        switch (asked.words[0]) {
        case worker::Load::method:
            return said<worker::Load>(reader, buffer);
        case worker::Program::method:
            return said<worker::Program>(reader, buffer);
        case worker::Start::method:
            return said<worker::Start>(reader, buffer);
        case worker::Run::method:
            return said<worker::Run>(reader, buffer);
        case worker::Give::method:
            return said<worker::Give>(reader, buffer);
        default:
            return said<worker::Take>(reader, buffer);
        }
    }

  private:
    template <class Asks> PeerAnswer said(Reader& reader, kernel::MessageBuffer& buffer) {
        Asks asks{};
        EXPECT_TRUE(decode_value(reader, asks));
        auto const done = worker_->on(Request{}, asks);
        return done ? PeerAnswer{{.head = *put_message(buffer, *done), .words = {}}}
                    : PeerAnswer{refusal(done.error().code)};
    }
    std::vector<std::byte> storage_;
    std::optional<worker::Worker> worker_;
};

class JobsService : public testing::Test {
  protected:
    JobsService() {
        kernel_.peer(objects_slot, [this](auto const& asked, auto& buffer) {
            return objects_.answer(asked, buffer);
        });
        kernel_.peer(worker_slot, [this](auto const& asked, auto& buffer) {
            return worker_.answer(asked, buffer);
        });
    }

    std::string words(Hash256 const& program, std::string_view input, std::string_view limits) {
        return host::hex_text(program) + " " + std::string{input} + " " + std::string{limits};
    }
    void carry(std::uint64_t token, std::string_view parameters, std::uint64_t commit = 7) {
        kernel_.request(token, Carry{.token = host::content_digest(bytes_of(parameters)),
                                     .commit = commit,
                                     .index = 0,
                                     .parameters = bytes_of(parameters)});
    }
    /// Until nothing is left to come.
    void serve_all() {
        ASSERT_TRUE(loop_.begin());
        ASSERT_TRUE(service_.work().begun());
        static_cast<void>(serve<JobsApi>(loop_, service_));
    }
    JobStatus status(std::uint64_t commit = 7) {
        auto const status = service_.on(Request{}, AskJob{.commit = commit});
        EXPECT_TRUE(status);
        return status.value_or(JobStatus{});
    }
    JobStatus status_at_the_end() {
        serve_all();
        return status();
    }
    Hash256 object(std::string_view text) { return objects_.add(bytes_of(text)); }
    Hash256 program(JobImage const& image) { return objects_.add(image.file()); }

    static constexpr std::string_view limits = "100000 131072 1000 100";
    PlainObjects objects_;
    WorkerPeer worker_;
    // Outlives the couriers, which are threads of the kernel.
    std::vector<std::byte> memory_ =
        std::vector<std::byte>(Loop::bytes_for(size) + JobService::bytes_for());
    Arena arena_{memory_};
    ScriptedKernel kernel_;
    kernel::UserCalls calls_{kernel_.trap()};
    Loop loop_{calls_, arena_, size};
    JobService service_{loop_, arena_, {.objects = objects_slot, .worker = worker_slot}};
};

TEST_F(JobsService, AJobComesToWhatTheMachineComesToElsewhere) {
    std::string const input = host::hex_text(object("12345"));
    carry(1, words(program(copying()), input, limits));
    JobStatus const status = status_at_the_end();
    EXPECT_EQ(status.state, JobState::ended);
    EXPECT_EQ(status.detail, 5U);
    EXPECT_EQ(objects_.text(status.output), "12345");
    auto const image = copying().file();
    auto const here = host::run_job(
        {.program = image,
         .input = bytes_of("12345"),
         .limits = {
             .fuel = 100'000, .memory_bytes = 131072, .output_bytes = 1000, .message_bytes = 100}});
    ASSERT_TRUE(here);
    EXPECT_EQ(status.fuel_used, here->outcome.fuel_used);
    std::string const record = objects_.text(status.result);
    EXPECT_NE(record.find("\"schema\":\"axiom.job-outcome/1\""), std::string::npos) << record;
    EXPECT_NE(record.find("\"reason\":\"exited\""), std::string::npos) << record;
    EXPECT_NE(
        record.find("\"memory_used_bytes\":" + std::to_string(here->outcome.memory_used_bytes)),
        std::string::npos)
        << record;
}

TEST_F(JobsService, UnderOneTokenThereIsOneJob) {
    std::string const job = words(program(copying()), "-", limits);
    carry(1, job);
    carry(2, job);
    EXPECT_EQ(status_at_the_end().state, JobState::ended);
    EXPECT_LE(worker_.runs, 3U);
    EXPECT_TRUE(kernel_.answer_to<Carry>(2));
}

TEST_F(JobsService, AJobThatWasLostWithItsWorkerIsRunAgain) {
    worker_.dies_at_run = 2;
    std::string const input = host::hex_text(object("123"));
    carry(1, words(program(copying()), input, limits));
    JobStatus const status = status_at_the_end();
    EXPECT_EQ(status.state, JobState::ended);
    EXPECT_EQ(objects_.text(status.output), "123");
}

TEST_F(JobsService, AJobThatTakesEveryWorkerWithItIsRefused) {
    worker_.dies_always = true;
    carry(1, words(program(copying()), "-", limits));
    JobStatus const status = status_at_the_end();
    EXPECT_EQ(status.state, JobState::refused);
    EXPECT_EQ(status.code, static_cast<std::uint16_t>(Code::unanswered));
    EXPECT_EQ(worker_.runs, JobService::losses_max);
}

TEST_F(JobsService, AWorkerThatSaysWhatNoneSaysIsALostOne) {
    worker_.lies = true;
    carry(1, words(program(copying()), "-", limits));
    EXPECT_EQ(status_at_the_end().state, JobState::refused);
}

TEST_F(JobsService, WhileTheStoreOfObjectsFailsAJobIsTriedAgain) {
    objects_.refused = 20;
    carry(1, words(program(copying()), "-", limits));
    EXPECT_EQ(status_at_the_end().state, JobState::ended);
}

TEST_F(JobsService, WhatIsNoJobIsRefusedWithTheWordThatIsWrong) {
    Hash256 const good = program(copying());
    struct Wrong {
        std::string job;
        std::uint64_t where;
    };
    std::string const missing(64, 'a');
    Wrong const wrong[] = {
        {"", 1},
        {"abc - 1 1 1 1", 1},
        {words(good, "+", limits), 2},
        {words(good, "-", "1 1 1"), 6},
        {words(good, "-", "1 1 1 99999999999999999999"), 6},
        {words(good, "-", "1 1 1 1 1"), 7},
        {missing + " - " + std::string{limits}, 1},
        {words(good, missing, limits), 2},
        {words(good, "-", "1 1000000000 1 1"), 4},
        {words(object("no program"), "-", limits),
         refused_rule_base + static_cast<std::uint64_t>(ImageRule::header_fits)}};
    std::uint64_t commit = 0;
    for (Wrong const& each : wrong) {
        ++commit;
        carry(commit, each.job, commit);
    }
    serve_all();
    commit = 0;
    for (Wrong const& each : wrong) {
        JobStatus const said = status(++commit);
        EXPECT_EQ(said.state, JobState::refused) << each.job;
        EXPECT_EQ(said.code, static_cast<std::uint16_t>(Code::job_refused)) << each.job;
        EXPECT_EQ(said.where, each.where) << each.job;
    }
}

TEST_F(JobsService, ACancelledJobIsNotRun) {
    kernel_.request(1, CancelJob{.commit = 7});
    carry(2, words(program(JobImage{.text = {jal(x0, 0)}}), "-", "90000000000000 131072 1 1"));
    kernel_.request(3, CancelJob{.commit = 7});
    std::size_t const before = objects_.count();
    EXPECT_EQ(status_at_the_end().state, JobState::cancelled);
    EXPECT_EQ(kernel_.answer_to<CancelJob>(1).error().code, Code::no_such_row);
    EXPECT_EQ(objects_.count(), before);
}

class WorkerTest : public testing::Test {
  protected:
    Result<Nothing> load(Bytes file, std::uint64_t memory_bytes = 131072) {
        TRY(worker_.on(Request{}, worker::Load{.program_bytes = file.size(),
                                               .fuel = 1000,
                                               .memory_bytes = memory_bytes,
                                               .output_bytes = 100,
                                               .message_bytes = 100}));
        return worker_.on(Request{}, worker::Program{.offset = 0, .piece = file});
    }
    std::vector<std::byte> storage_ = std::vector<std::byte>(worker::Worker::bytes_for(room));
    worker::Worker worker_{storage_, room};
};

TEST_F(WorkerTest, OutOfOrderNothingHappens) {
    EXPECT_EQ(worker_.on(Request{}, worker::Run{.fuel = 1}).error().code, Code::no_such_row);
    EXPECT_EQ(worker_.on(Request{}, worker::Start{}).error().code, Code::no_such_row);
    EXPECT_EQ(worker_.on(Request{}, worker::Give{}).error().code, Code::no_such_row);
    EXPECT_EQ(worker_.on(Request{}, worker::Take{}).error().code, Code::no_such_row);
    EXPECT_EQ(worker_.on(Request{}, worker::Program{}).error().code, Code::no_such_row);
    EXPECT_EQ(load(copying().file(), 1U << 30U).error().code, Code::out_of_range);
    ASSERT_TRUE(load(copying().file()));
    ASSERT_TRUE(worker_.on(Request{}, worker::Start{})->runs);
    auto const wants = worker_.on(Request{}, worker::Run{.fuel = 1000});
    ASSERT_TRUE(wants);
    EXPECT_EQ(wants->pause, static_cast<std::uint8_t>(Pause::input));
    EXPECT_EQ(worker_.on(Request{}, worker::Run{.fuel = 1, .given = 9}).error().code,
              Code::out_of_range);
    EXPECT_EQ(worker_.on(Request{}, worker::Give{.offset = 8, .piece = bytes_of("x")}).error().code,
              Code::out_of_range);
    EXPECT_EQ(worker_.on(Request{}, worker::Take{}).error().code, Code::no_such_row);
    ASSERT_TRUE(worker_.on(Request{}, worker::Give{.offset = 0, .piece = bytes_of("ab")}));
    auto const offers = worker_.on(Request{}, worker::Run{.fuel = 1000, .given = 2});
    ASSERT_TRUE(offers);
    EXPECT_EQ(offers->bytes, 2U);
    EXPECT_EQ(worker_.on(Request{}, worker::Take{.offset = 3}).error().code, Code::out_of_range);
    EXPECT_TRUE(equal_bytes(worker_.on(Request{}, worker::Take{})->piece, bytes_of("ab")));
    auto const ended = worker_.on(Request{}, worker::Run{.fuel = 1000});
    ASSERT_TRUE(ended);
    EXPECT_EQ(ended->pause, static_cast<std::uint8_t>(Pause::ended));
    EXPECT_EQ(ended->detail, 2U);
    EXPECT_EQ(worker_.on(Request{}, worker::Run{.fuel = 1000})->fuel_used, ended->fuel_used);
}

} // namespace
} // namespace axiom::jobs
