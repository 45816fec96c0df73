// How bad a verdict is; see sim-host/verify/verdict.hpp.

#include <sim-host/verify/verdict.hpp>

#include <algorithm>

namespace axiom::host {

namespace {

Finding finding_at(Severity severity, Code code, std::string what, std::optional<Sequence> at) {
    return {.severity = severity,
            .code = code,
            .what = std::move(what),
            .sequence = at,
            .segment = {},
            .slot = {},
            .offset = {}};
}

} // namespace

void Verdict::add(Finding finding) {
    worst = std::max(worst, finding.severity);
    if (findings.size() < findings_kept) {
        findings.push_back(std::move(finding));
    } else {
        ++findings_left_out;
    }
}

void Verdict::blame(Severity severity, Code code, std::string what, Sequence at) {
    add(finding_at(severity, code, std::move(what), at));
}

void Verdict::blame_outside(Severity severity, Code code, std::string what,
                            std::optional<Sequence> at) {
    Finding finding = finding_at(severity, code, std::move(what), at);
    finding.outside = true;
    add(std::move(finding));
}

bool Verdict::is_sealed() const noexcept {
    if (!seal || range.end > next) {
        return false;
    }
    bool const own_entry_only =
        range.end.value == seal->entry.value + 1 && seal->entry == seal->checkpoint.entries;
    return range.end <= seal->checkpoint.entries || own_entry_only;
}

Soundness Verdict::soundness() const noexcept {
    switch (worst) {
    case Severity::failed:
        return Soundness::failed;
    case Severity::version:
        return Soundness::version;
    case Severity::tampering:
        return Soundness::tampering;
    case Severity::incomplete:
        return Soundness::incomplete;
    case Severity::note:
        break;
    }
    return is_sealed() ? Soundness::sealed : Soundness::incomplete;
}

} // namespace axiom::host
