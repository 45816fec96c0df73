// The keys that stand in axiom/crypto/context.hpp.

#include <cstring>

#include <gtest/gtest.h>

#include <blake3.h>

#include <axiom/crypto/context.hpp>
#include <sim-host/platform/hash_engines.hpp>

namespace {

using namespace axiom;

HashContext const* const contexts[] = {
    &context::entry_body,     &context::entry_attachment, &context::entry_leaf,
    &context::entry_link,     &context::block_node,       &context::block_record,
    &context::frame_check,    &context::segment_header,   &context::state_row,
    &context::state_node,     &context::state_root,       &context::snapshot,
    &context::policy_version, &context::name_id,          &context::effect_token,
    &context::content,        &context::capacities,       &context::syslog_batch,
    &context::object_record,
};

// BLAKE3 spells a context's key as the first eight words of a hash; the official hasher gives the
// hash of an input under that context, so equal hashes of any input mean equal keys.
TEST(contexts, keys_follow_from_their_strings) {
    for (HashContext const* const context : contexts) {
        blake3_hasher hasher;
        blake3_hasher_init_derive_key_raw(&hasher, context->text.data(), context->text.size());
        EXPECT_EQ(0, std::memcmp(hasher.key, context->key.words, sizeof(context->key.words)))
            << context->text;
    }
}

TEST(contexts, no_two_uses_share_a_key_or_a_string) {
    for (HashContext const* const left : contexts) {
        for (HashContext const* const right : contexts) {
            if (left != right) {
                EXPECT_NE(left->text, right->text);
                EXPECT_NE(0, std::memcmp(left->key.words, right->key.words, 32)) << left->text;
            }
        }
    }
}

} // namespace
