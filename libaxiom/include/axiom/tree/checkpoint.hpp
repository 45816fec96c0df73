#pragma once
// Checkpoints (https://c2sp.org/tlog-checkpoint): a signed statement of how far a log is sealed.
//
//     axiom-os.org/log/<log id, hex>      origin, and the name of the key that signs
//     <tree size>                         block records in the public tree
//     <root>                              of that tree, base64
//     entries <number>                    the sequence after the last entry of those blocks
//     head <hex>                          the link of that last entry: its entry hash
//     epoch <number>                      fencing epoch and boot of the writer that signed
//     boot <number>
//
// Each line has one spelling, so equal checkpoints are equal bytes. A block holds 1 to 256 entries
// and a log begins with genesis: `1 <= size <= entries <= 256 * size`.

#include <string_view>

#include <axiom/base/result.hpp>
#include <axiom/log/ids.hpp>
#include <axiom/tree/merkle.hpp>
#include <axiom/tree/note.hpp>

namespace axiom {

struct Checkpoint {
    Hash256 log_id{};
    TreeHead tree{};
    Sequence entries{}; // one past the last entry that is covered
    Hash256 head{};
    Epoch epoch{};
    BootNumber boot{};

    friend bool operator==(Checkpoint const&, Checkpoint const&) noexcept = default;
};

inline constexpr std::string_view origin_prefix{"axiom-os.org/log/"};

/// The origin of a log, which is also the name of its checkpoint key.
class Origin {
  public:
    explicit Origin(Hash256 const& log_id) noexcept;

    [[nodiscard]] std::string_view text() const noexcept { return {text_.data(), text_.size()}; }

  private:
    std::array<char, origin_prefix.size() + 64> text_;
};

/// More than any checkpoint's text takes.
inline constexpr std::size_t checkpoint_text_bytes_max = 512;

/// `out_of_range` when no log has such a checkpoint, `no_room`.
[[nodiscard]] Result<Bytes> write_checkpoint_text(MutableBytes to,
                                                  Checkpoint const& checkpoint) noexcept;

/// Accepts exactly what `write_checkpoint_text` makes: `bad_text`, `truncated`, `out_of_range`.
[[nodiscard]] Result<Checkpoint> read_checkpoint_text(std::string_view text) noexcept;

/// The signed note of a checkpoint, written to `to`.
[[nodiscard]] Result<Bytes> sign_checkpoint(HashEngine const& engine, SignatureEngine const& signer,
                                            MutableBytes to, Checkpoint const& checkpoint,
                                            SigningSeed const& seed) noexcept;

/// What a note says without asking who signed it: enough to look for the key, no ground for trust.
[[nodiscard]] Result<Checkpoint> read_claimed_checkpoint(Bytes note) noexcept;

/// The checkpoint that `key` signed. `bad_signature`, or what the text's form is refused for.
[[nodiscard]] Result<Checkpoint> open_checkpoint(HashEngine const& engine,
                                                 SignatureEngine const& verifier,
                                                 PublicKey const& key, Bytes note) noexcept;

} // namespace axiom
