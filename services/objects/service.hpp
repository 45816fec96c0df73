#pragma once
// ObjectService: answers the messages of the store of objects.
//
// An upload is its client's: nobody else can name it. What it has brought is hashed as it comes,
// and chunks are written as they fill; they are part of nothing until it is finished. Everything is
// done within the request that asks for it: the medium is what a client of this service waits for.

#include <services/objects/api.hpp>
#include <services/objects/object_store.hpp>

namespace axiom::objects {

class ObjectService {
  public:
    [[nodiscard]] static std::size_t bytes_for() noexcept;

    /// All outlive it; the store is open.
    ObjectService(ObjectStore& store, HashEngine const& hashes, Arena& arena) noexcept;

    /// Until the medium fails: whoever begins again finds out what is there.
    [[nodiscard]] Serving serving() const noexcept {
        return failed_ ? Serving::ends : Serving::goes_on;
    }

    [[nodiscard]] Result<Upload> on(Request const& request, Begin const& asks) noexcept;
    [[nodiscard]] Result<Nothing> on(Request const& request, Append const& asks) noexcept;
    [[nodiscard]] Result<Stored> on(Request const& request, Finish const& asks) noexcept;
    [[nodiscard]] Result<Nothing> on(Request const& request, Abandon const& asks) noexcept;
    [[nodiscard]] Result<Object> on(Request const& request, Stat const& asks) noexcept;
    [[nodiscard]] Result<Fetched> on(Request const& request, Fetch const& asks) noexcept;
    [[nodiscard]] Result<Objects> on(Request const& request, ListObjects const& asks) noexcept;
    [[nodiscard]] Result<Totals> on(Request const& request, AskTotals const& asks) noexcept;

  private:
    struct UnderWay {
        std::uint64_t number{}; // 0: free; the lower, the older
        std::uint64_t client{};
        std::uint64_t bytes{};
        std::size_t filled{}; // of the chunk
        std::size_t names{};
        std::span<std::byte> chunk;
        std::span<Hash256> name;
        HashStream stream;
    };

    [[nodiscard]] Result<UnderWay*> find(Request const& request, std::uint64_t upload) noexcept;
    [[nodiscard]] Result<void> add(UnderWay& upload, Bytes piece) noexcept;
    [[nodiscard]] Result<void> end_chunk(UnderWay& upload) noexcept;
    [[nodiscard]] Error noted(Error const& error) noexcept;

    ObjectStore* store_;
    HashEngine const* hashes_;
    std::span<UnderWay> uploads_;
    std::uint64_t last_number_{};
    std::array<std::byte, piece_bytes_max> fetched_{};
    bool failed_{};
};

} // namespace axiom::objects
