// Acknowledgements; see terminal/cli/acknowledger.hpp.

#include <terminal/cli/acknowledger.hpp>

#include <axiom/log/chain.hpp>
#include <services/records/kinds.hpp>
#include <sim-host/platform/hash_engines.hpp>

namespace axiom::cli {

Acknowledger::Acknowledger(host::LogSession& session, ProducerId producer, Console& console)
    : session_{session}, producer_{producer}, console_{console}, engine_{host::fastest_engine()} {
    store::ChainPosition const end = session.live().durable_position();
    head_ = end.head;
    subscriber_ = value_or_stop(session.live().with_log(
        [&](Log& log) { return log.subscribe_at(Delivery::durable, end.next); }));
    session.when_full([this] { print(); });
}

Acknowledger::~Acknowledger() {
    session_.when_full({});
    session_.live().with_log([&](Log& log) { log.unsubscribe(subscriber_); });
}

void Acknowledger::print_line(EntryHeader const& header) {
    std::string const number = std::to_string(header.producer_number.value);
    std::string const sequence = std::to_string(header.sequence.value);
    HashHex const hash = to_hex(head_);
    if (console_.json()) {
        text_ += R"({"schema":"axiom.acked/1","line":)" + number + R"(,"sequence":)" + sequence +
                 R"(,"hash":")";
        text_.append(hash.data(), hash.size()).append("\"}\n");
    } else {
        text_.append("acked ").append(number).append(" ").append(sequence).append(" ");
        text_.append(hash.data(), hash.size()).append("\n");
    }
    ++printed_;
}

void Acknowledger::print() {
    session_.live().with_log([&](Log& log) {
        while (auto const entry = log.next(subscriber_)) {
            EntryHeader const& header = entry->value().header;
            head_ = link_of(engine_, head_, leaf_of(engine_, header));
            if (header.producer == producer_ && header.domain == DomainNumber::records &&
                header.kind == static_cast<std::uint16_t>(records::Kind::line)) {
                print_line(header);
            }
        }
    });
    if (!text_.empty()) {
        console_.raw(text_);
        text_.clear();
        console_.flush();
    }
}

} // namespace axiom::cli
