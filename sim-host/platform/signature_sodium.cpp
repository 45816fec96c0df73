// Ed25519 by libsodium; see signature_sodium.hpp.

#include <sim-host/platform/signature_sodium.hpp>

#include <sodium.h>

namespace axiom::host {

namespace {

unsigned char const* octets(Bytes bytes) noexcept {
    return reinterpret_cast<unsigned char const*>(bytes.data());
}

unsigned char* octets(MutableBytes bytes) noexcept {
    return reinterpret_cast<unsigned char*>(bytes.data());
}

// libsodium's expanded secret key, wiped at the end of its scope.
struct KeyPair {
    std::array<std::byte, crypto_sign_SECRETKEYBYTES> secret_key{};
    PublicKey public_key{};

    explicit KeyPair(SigningSeed const& seed) noexcept {
        crypto_sign_seed_keypair(octets(MutableBytes{public_key.bytes}),
                                 octets(MutableBytes{secret_key}), octets(Bytes{seed.bytes}));
    }
    ~KeyPair() { sodium_memzero(secret_key.data(), secret_key.size()); }

    KeyPair(KeyPair const&) = delete;
    KeyPair& operator=(KeyPair const&) = delete;
};

PublicKey public_key(SigningSeed const& seed) noexcept {
    return KeyPair{seed}.public_key;
}

Signature sign(SigningSeed const& seed, Bytes message) noexcept {
    KeyPair const pair{seed};
    Signature signature;
    crypto_sign_detached(octets(MutableBytes{signature.bytes}), nullptr, octets(message),
                         message.size(), octets(Bytes{pair.secret_key}));
    return signature;
}

bool verify(PublicKey const& key, Bytes message, Signature const& signature) noexcept {
    return crypto_sign_verify_detached(octets(Bytes{signature.bytes}), octets(message),
                                       message.size(), octets(Bytes{key.bytes})) == 0;
}

} // namespace

SignatureEngine const& signature_engine() {
    static SignatureEngine const engine = [] {
        AXIOM_ASSERT(sodium_init() >= 0);
        return SignatureEngine{.public_key = public_key, .sign = sign, .verify = verify};
    }();
    return engine;
}

SigningSeed new_signing_seed() {
    static_cast<void>(signature_engine());
    SigningSeed seed;
    randombytes_buf(seed.bytes.data(), seed.bytes.size());
    return seed;
}

void wipe(MutableBytes secret) noexcept {
    ::sodium_memzero(secret.data(), secret.size());
}

void wipe(SigningSeed& seed) noexcept {
    sodium_memzero(seed.bytes.data(), seed.bytes.size());
}

} // namespace axiom::host
