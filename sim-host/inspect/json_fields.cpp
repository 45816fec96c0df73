// Members of a line; see sim-host/inspect/json_fields.hpp.

#include <sim-host/inspect/json_fields.hpp>

#include <nlohmann/json.hpp>

#include <sim-host/inspect/json_numbers.hpp>

namespace axiom::host {

namespace {

using Names = std::array<std::string_view, picked_fields_max>;

class Picker final : public nlohmann::json_sax<nlohmann::json> {
  public:
    Picker(Names const& names, PickedFields& to) : names_{names}, to_{to} {}

    bool null() override { return skip(); }
    bool boolean(bool value) override { return take(value ? "true" : "false"); }
    bool number_integer(number_integer_t value) override { return take(std::to_string(value)); }
    bool number_unsigned(number_unsigned_t value) override { return take(std::to_string(value)); }
    bool number_float(number_float_t /*value*/, string_t const& digits) override {
        return take(digits);
    }
    bool string(string_t& value) override { return take(value); }
    bool binary(binary_t& /*value*/) override { return skip(); }
    bool start_object(std::size_t /*elements*/) override {
        is_object_ = is_object_ || depth_ == 0;
        return enter();
    }
    bool end_object() override { return leave(); }
    bool start_array(std::size_t /*elements*/) override { return enter(); }
    bool end_array() override { return leave(); }
    bool key(string_t& name) override {
        if (depth_ == 1) {
            for (std::size_t index = 0; index < names_.size(); ++index) {
                if (!names_[index].empty() && names_[index] == name) {
                    wanted_[index] = true;
                    to_.values[index].reset();
                    to_.unusable[index] = false;
                }
            }
        }
        return true;
    }
    bool parse_error(std::size_t /*position*/, std::string const& /*last*/,
                     nlohmann::detail::exception const& /*why*/) override {
        return false;
    }

    [[nodiscard]] bool is_object() const noexcept { return is_object_; }

  private:
    bool take(std::string_view value) {
        for (std::size_t index = 0; depth_ == 1 && index < names_.size(); ++index) {
            if (!wanted_[index]) {
                continue;
            }
            if (value.size() <= picked_value_bytes_max) {
                to_.values[index] = value;
            } else {
                to_.unusable[index] = true;
            }
        }
        return skip();
    }
    bool skip() {
        if (depth_ <= 1) {
            wanted_ = {};
        }
        return true;
    }
    bool enter() {
        for (std::size_t index = 0; depth_ == 1 && index < names_.size(); ++index) {
            to_.unusable[index] = to_.unusable[index] || wanted_[index];
        }
        skip();
        ++depth_;
        return true;
    }
    bool leave() {
        --depth_;
        return true;
    }

    Names const& names_;
    PickedFields& to_;
    std::size_t depth_{};
    bool is_object_{};
    std::array<bool, picked_fields_max> wanted_{};
};

std::optional<PickedFields> pick(std::string_view line, Names const& names) {
    PickedFields fields;
    Picker picker{names, fields};
    if (!nlohmann::json::sax_parse(line.begin(), line.end(), &picker)) {
        return std::nullopt;
    }
    fields.is_object = picker.is_object();
    return fields.is_object ? fields : PickedFields{};
}

} // namespace

PickedFields pick_fields(std::string_view line, Names names) {
    if (auto const fields = pick(line, names)) {
        return *fields;
    }
    auto const readable = with_large_numbers_as_text(line);
    return readable ? pick(*readable, names).value_or(PickedFields{}) : PickedFields{};
}

} // namespace axiom::host
