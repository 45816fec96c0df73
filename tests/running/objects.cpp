#include <tests/running/objects.hpp>

#include <rapidcheck.h>

namespace axiom::test::running {

namespace {

// Uploads are lost with the service, so whoever is not answered begins anew.
Result<objects::Stored> put_once(World& world, std::string const& content) {
    auto const upload = TRY(world.ask("objects", objects::Begin{}));
    for (std::size_t at = 0; at < content.size();) {
        std::string_view const piece =
            std::string_view{content}.substr(at, objects::piece_bytes_max);
        TRY(world.ask(
            "objects",
            objects::Append{.upload = upload.upload, .offset = at, .piece = bytes_of(piece)}));
        at += piece.size();
    }
    return world.ask("objects", objects::Finish{.upload = upload.upload});
}

} // namespace

objects::Stored put_object(World& world, std::string const& content) {
    for (int times = 0; times < 10; ++times) {
        auto const stored = put_once(world, content);
        if (stored) {
            return *stored;
        }
        if (stored.error().code != Code::unanswered) {
            fail_with("the store refuses a content: code " +
                      std::to_string(static_cast<int>(stored.error().code)));
        }
        world.settle();
    }
    fail_with("the store of objects does not answer");
}

std::optional<std::string> get_object(World& world, Hash256 const& id) {
    std::string content;
    for (;;) {
        auto const fetched =
            world.read("objects", objects::Fetch{.id = id, .offset = content.size()});
        if (!fetched && fetched.error().code == Code::no_such_row) {
            return std::nullopt;
        }
        RC_ASSERT(fetched);
        content += text_of(fetched->piece);
        if (content.size() >= fetched->total_bytes) {
            return content;
        }
        RC_ASSERT(!fetched->piece.empty());
    }
}

} // namespace axiom::test::running
