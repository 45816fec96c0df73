#include <terminal/view/entry_text.hpp>

#include <services/axiomd/catalog.hpp>
#include <terminal/view/table.hpp>

namespace axiom::terminal {

namespace {

// What a line holds so far.
class CountingSink final : public TextSink {
  public:
    explicit CountingSink(TextSink& to) noexcept : to_{&to} {}
    using TextSink::text;
    void text(std::string_view piece) noexcept override {
        to_->text(piece);
        columns_ += piece.size();
    }
    void fill_to(std::size_t columns) noexcept {
        do {
            text(" ");
        } while (columns_ < columns);
    }
    [[nodiscard]] std::size_t columns() const noexcept { return columns_; }

  private:
    TextSink* to_;
    std::size_t columns_{};
};

// Of `{"decision":{…},"content":…}` what stands behind the second colon of the outer object.
class ContentSink final : public TextSink {
  public:
    explicit ContentSink(TextSink& to) noexcept : to_{&to} {}
    using TextSink::text;
    void text(std::string_view piece) noexcept override {
        std::size_t start = 0;
        for (std::size_t at = 0; at < piece.size(); ++at) {
            bool const was_content = is_content();
            take(piece[at]);
            if (was_content && !is_content()) {
                to_->text(piece.substr(start, at - start));
            }
            start = is_content() && !was_content ? at + 1 : start;
        }
        if (is_content()) {
            to_->text(piece.substr(start));
        }
    }

  private:
    [[nodiscard]] bool is_content() const noexcept { return colons_ == 2 && depth_ > 0; }

    void take(char letter) noexcept {
        if (in_text_) {
            in_text_ = escaped_ || letter != '"';
            escaped_ = !escaped_ && letter == '\\';
        } else if (letter == '"') {
            in_text_ = true;
        } else if (letter == '{' || letter == '[') {
            ++depth_;
        } else if (letter == '}' || letter == ']') {
            --depth_;
        } else if (letter == ':' && depth_ == 1) {
            ++colons_;
        }
    }

    TextSink* to_;
    unsigned depth_{};
    unsigned colons_{};
    bool in_text_{};
    bool escaped_{};
};

void put_field(TextSink& to, std::string_view name, std::uint64_t number) noexcept {
    if (number != 0) {
        to.text(name);
        put_number(to, number);
        to.text("\n");
    }
}

} // namespace

DomainInfo const* find_domain(DomainNumber number) noexcept {
    for (DomainInfo const* const domain : axiomd::known_domains()) {
        if (domain->number == number) {
            return domain;
        }
    }
    return nullptr;
}

DomainInfo const* find_domain(std::string_view name) noexcept {
    for (DomainInfo const* const domain : axiomd::known_domains()) {
        if (domain->name == name) {
            return domain;
        }
    }
    return nullptr;
}

KindInfo const* find_kind(EntryHeader const& header) noexcept {
    DomainInfo const* const domain = find_domain(header.domain);
    return domain == nullptr ? nullptr : domain->find(header.kind);
}

void put_kind(TextSink& to, EntryHeader const& header) noexcept {
    DomainInfo const* const domain = find_domain(header.domain);
    KindInfo const* const kind = find_kind(header);
    if (domain != nullptr) {
        to.text(domain->name);
    } else {
        put_number(to, static_cast<std::uint64_t>(header.domain));
    }
    to.text(".");
    if (kind != nullptr) {
        to.text(kind->name);
    } else {
        put_number(to, header.kind);
    }
}

void put_body(TextSink& to, Entry const& entry) noexcept {
    KindInfo const* const kind = find_kind(entry.header);
    if (kind == nullptr) {
        json_hex(to, entry.body);
    } else {
        kind->json(to, entry.body);
    }
}

void put_entry_line(TextSink& to, Entry const& entry, std::size_t columns) noexcept {
    constexpr std::size_t kind_at = 8;
    constexpr std::size_t principal_at = 28;
    constexpr std::size_t body_at = 34;
    CountingSink line{to};
    put_number(line, entry.header.sequence.value);
    line.fill_to(kind_at);
    put_kind(line, entry.header);
    line.fill_to(principal_at);
    line.text("p");
    put_number(line, entry.header.principal.value);
    line.fill_to(body_at);
    CutSink rest{line, columns > line.columns() ? columns - line.columns() : 0};
    KindInfo const* const kind = find_kind(entry.header);
    if (kind != nullptr && kind->gated && kind->check(entry.body)) {
        ContentSink content{rest}; // why it was allowed `show` tells
        put_body(content, entry);
    } else {
        put_body(rest, entry);
    }
    to.text("\n");
}

void put_entry(TextSink& to, Entry const& entry) noexcept {
    EntryHeader const& header = entry.header;
    to.text("entry      ");
    put_number(to, header.sequence.value);
    to.text("\nkind       ");
    put_kind(to, header);
    to.text(header.entry_class == EntryClass::durable ? ", durable\n" : ", ordered\n");
    put_field(to, "principal  ", header.principal.value);
    put_field(to, "process    ", header.process.value);
    put_field(to, "capability ", header.capability.value);
    put_field(to, "account    ", header.account.value);
    put_field(to, "cause      ", header.causes[0].value);
    put_field(to, "cause      ", header.causes[1].value);
    put_field(to, "decided at ", header.decided_at.value);
    put_field(to, "time ns    ", header.time.value);
    put_field(to, "attachment ", header.attachment_bytes);
    to.text("body       ");
    put_body(to, entry);
    to.text("\n");
    if (KindInfo const* const kind = find_kind(header)) {
        to.text("           ");
        to.text(kind->sentence);
        to.text("\n");
    }
}

} // namespace axiom::terminal
