# Warnings are errors in what we write. Third-party sources that we compile do not link this target.
add_library(axiom_warnings INTERFACE)
target_compile_options(axiom_warnings INTERFACE -Wall -Wextra -Werror)
