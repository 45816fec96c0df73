// Any bytes as each message that a service declares: requests, and answers that a client takes for
// one. What decodes encodes to the same bytes.
//
// Input: which message (u8, of all of them in turn), then its bytes.

#include <cstdint>

#include <axiom/base/assert.hpp>
#include <services/actions/api.hpp>
#include <services/axiomd/api.hpp>
#include <services/board/api.hpp>
#include <services/calculator/api.hpp>
#include <services/clock/api.hpp>
#include <services/init/api.hpp>
#include <services/jobs/api.hpp>
#include <services/line/api.hpp>
#include <services/objects/api.hpp>
#include <services/permissions/api.hpp>
#include <services/policy/change_api.hpp>
#include <services/store/api.hpp>
#include <services/syslog/api.hpp>
#include <services/time/api.hpp>
#include <services/worker/api.hpp>

using namespace axiom;

namespace {

template <class T> void look_at(Bytes bytes) {
    Reader reader{bytes};
    T value{};
    if (!decode_value(reader, value) || !reader.finish()) {
        return;
    }
    MessageBytes room{};
    Writer writer{MutableBytes{room}};
    AXIOM_ASSERT(encode_value(writer, value));
    AXIOM_ASSERT(equal_bytes(writer.written(), bytes));
}

template <class Asks> void look_at_both(std::size_t& which, Bytes bytes) {
    constexpr std::size_t none = ~std::size_t{0};
    if (which == 0) {
        look_at<Asks>(bytes);
    } else if (which == 1) {
        look_at<typename Asks::Answer>(bytes);
    }
    which = which < 2 || which == none ? none : which - 2;
}
template <class... Asks> void look_at_all(Api<Asks...> /*api*/, std::size_t& which, Bytes bytes) {
    (look_at_both<Asks>(which, bytes), ...);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    if (size < 1 || size > kernel::message_bytes_max) {
        return 0;
    }
    std::size_t which = data[0];
    Bytes const bytes = std::as_bytes(std::span{data + 1, size - 1});
    look_at_all(actions::ActionsApi{}, which, bytes);
    look_at_all(axiomd::AxiomdApi{}, which, bytes);
    look_at_all(board::BoardApi{}, which, bytes);
    look_at_all(calculator::CalculatorApi{}, which, bytes);
    look_at_all(init::InitApi{}, which, bytes);
    look_at_all(jobs::JobsApi{}, which, bytes);
    look_at_all(line::LineApi{}, which, bytes);
    look_at_all(objects::ObjectsApi{}, which, bytes);
    look_at_all(engine::EngineApi{}, which, bytes);
    look_at_all(store_api::StoreApi{}, which, bytes);
    look_at_all(syslog::SyslogApi{}, which, bytes);
    look_at_all(worker::WorkerApi{}, which, bytes);
    look_at_all(clock::ClockApi{}, which, bytes);
    look_at_all(permissions::PermissionsApi{}, which, bytes);
    look_at_all(time::TimeApi{}, which, bytes);
    return 0;
}
