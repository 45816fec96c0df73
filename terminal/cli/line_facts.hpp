#pragma once
// LineFacts: what a line says about itself (its object, its cause, its id) by the fields that the
// person named.
//
// A cause is written to the log for good, so it is never guessed: what is no id of an earlier line
// is unknown and counted, and an entry is named as `entry:N`, which no id can be.

#include <string>
#include <unordered_map>

#include <axiom/log/ids.hpp>
#include <terminal/cli/invocation.hpp>

namespace axiom::cli {

class LineFacts {
  public:
    /// From --object, --cause and --id.
    explicit LineFacts(Invocation const& given);

    /// Looks at the next line, whose entry can be caused by anything below `next`.
    void read(std::string_view line, Sequence next);

    /// Of the line that was read last; empty and zero when it says nothing.
    [[nodiscard]] std::string_view object() const noexcept { return object_; }
    [[nodiscard]] Sequence cause() const noexcept { return cause_; }

    /// The line that was read last became the entry `sequence`: later lines may name it.
    void became(Sequence sequence);

    /// Lines that named a cause which is no earlier entry or line, or of which the id is forgotten.
    [[nodiscard]] std::uint64_t unknown_causes() const noexcept { return unknown_causes_; }

    /// Ids that later lines can no longer name, because so many have come since.
    [[nodiscard]] std::uint64_t forgotten_ids() const noexcept { return forgotten_ids_; }

    [[nodiscard]] std::uint64_t not_json() const noexcept { return not_json_; }

    /// Lines with an object that no entry can name.
    [[nodiscard]] std::uint64_t unusable_objects() const noexcept { return unusable_objects_; }

  private:
    [[nodiscard]] Sequence cause_named(std::string const& name, Sequence next);

    std::string object_field_;
    std::string cause_field_;
    std::string id_field_;
    bool wanted_;
    std::string object_;
    std::string id_;
    Sequence cause_{};
    std::unordered_map<std::string, Sequence> lines_; // by id
    std::unordered_map<std::string, Sequence> older_lines_;
    std::uint64_t forgotten_ids_{};
    std::uint64_t unknown_causes_{};
    std::uint64_t not_json_{};
    std::uint64_t unusable_objects_{};
};

} // namespace axiom::cli
