// Making and filling logs; see live_log_fixture.hpp.

#include <bench/support/live_log_fixture.hpp>

#include <chrono>
#include <string>
#include <thread>

#include <bench/support/failure.hpp>
#include <sim-host/platform/hash_engines.hpp>

namespace axiom::bench {

namespace {

constexpr std::array record_kinds{KindInfo{.number = 1,
                                           .name = "record",
                                           .sentence = "bytes that a bench appends",
                                           .entry_class = EntryClass::durable}};

constexpr DomainInfo records_domain{.number = DomainNumber::records,
                                    .name = "records",
                                    .version = 1,
                                    .form = DomainForm::table,
                                    .kinds = record_kinds};

Genesis make_genesis() {
    Genesis genesis{.label = "bench", .capacities = default_capacities};
    for (DomainInfo const* const domain : bench_domains()) {
        genesis.domains.push_back({static_cast<std::uint16_t>(domain->number), domain->version});
    }
    return genesis;
}

std::string name_of(Error const& error) {
    return std::string{text_of(error.code).name};
}

} // namespace

std::span<DomainInfo const* const> bench_domains() {
    static constexpr std::array<DomainInfo const*, 2> domains{&log_domain, &records_domain};
    return domains;
}

Proposal record_proposal(Bytes body) noexcept {
    return {.domain = DomainNumber::records, .kind = 1, .body = body};
}

host::LiveLogOptions log_options(Entropy& entropy) {
    return {.engine = &host::fastest_engine(),
            .entropy = &entropy,
            .domains = bench_domains(),
            .now = [] { return WallTime{1}; }};
}

void require_done(Result<void> const& result, char const* what) {
    require(result.has_value(), std::string{what} + ": " + (result ? "" : name_of(result.error())));
}

LogFixture::LogFixture(std::filesystem::path const& folder, std::uint64_t segment_bytes) {
    auto store = host::FileStore::create(folder, {.segment_bytes = segment_bytes});
    require(store.has_value(), "could not make a store in " + folder.string());
    store_ = std::move(*store);
    counted_ = std::make_unique<FlushCount>(*store_);
    auto const options = log_options(entropy_);
    require_done(host::LiveLog::create(*counted_, options, make_genesis()), "create the log");
    auto log = host::LiveLog::open(*counted_, options, nullptr);
    require(log.has_value(), "open the log: " + (log ? "" : name_of(log.error())));
    log_ = std::move(*log);
    // A helper makes the next segment beforehand: as many zeros again as the first one holds. The
    // peers' files are made and flushed before the first sample, and so is this.
    while (store_->slots() < 2) {
        std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
}

Sequence LogFixture::append(Row const& row) {
    auto const proposal = record_proposal(Bytes{row}.subspan(entry_header_bytes));
    for (;;) {
        auto const appended = log_->append(proposal);
        if (appended) {
            return appended->sequence;
        }
        require(appended.error().code == Code::ring_full, "append: " + name_of(appended.error()));
        require_done(log_->commit(log_->next_sequence()), "commit for room");
    }
}

} // namespace axiom::bench
