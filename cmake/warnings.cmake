# Warnings are errors in what we write. Third-party sources that we compile do not link this target.
add_library(axiom_warnings INTERFACE)
target_compile_options(axiom_warnings INTERFACE -Wall -Wextra -Werror)
# GCC 12 warns of an impossible overlap wherever a string is assigned from a literal (bug 105329);
# libstdc++'s own header is what it names, so no change to our code would be right.
target_compile_options(axiom_warnings INTERFACE
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-restrict>)
