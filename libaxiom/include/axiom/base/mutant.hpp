#pragma once
// Mutants: seeded defects that a test chooses by name at run time, to show that some property
// catches each.
//
// `if (AXIOM_MUTANT(window_off_by_one)) { the defect }`. In every build but the mutants' own the
// macro is the constant `false`, so that neither the branch nor the name reaches an archive. This
// is the one place where the preprocessor chooses between builds of the portable libraries.

#if defined(AXIOM_MUTANTS) && AXIOM_MUTANTS

namespace axiom {

/// Whether this run of the mutants' test program is to show the defect `name`; that program defines
/// it.
[[nodiscard]] bool mutant_selected(char const* name) noexcept;

} // namespace axiom

#define AXIOM_MUTANT(name) (::axiom::mutant_selected(#name))

#else

#define AXIOM_MUTANT(name) (false)

#endif
