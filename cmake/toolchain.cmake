# Language, optimisation, linker, compiler cache and sanitizers: what a preset chooses, for every
# target alike. Assertions are the project's own and stay on in every build, so NDEBUG is never
# defined.

set(AXIOM_PRESET "host" CACHE STRING "Name of the preset; tests outside preset host carry it")
set(AXIOM_SANITIZE "" CACHE STRING "Value of -fsanitize= for every target, empty for none")
option(AXIOM_FUZZ "Build the libFuzzer targets (needs Clang)" OFF)
option(AXIOM_COVERAGE "Instrument for source-based coverage (needs Clang)" OFF)

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 11)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/lib")

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "" FORCE)
endif()
foreach(language C CXX)
  set(CMAKE_${language}_FLAGS_RELWITHDEBINFO "-O2 -g")
endforeach()

# Objects name their sources relative to the top of the tree: two trees give the same bytes and
# share one cache.
add_compile_options("-ffile-prefix-map=${CMAKE_SOURCE_DIR}=.")

find_program(AXIOM_CCACHE ccache)
if(AXIOM_CCACHE)
  set(launcher "${CMAKE_COMMAND}" -E env
      "CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}" CCACHE_NOHASHDIR=1 "${AXIOM_CCACHE}")
  set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
endif()

# LLD for both compilers: it is fast, and it resolves archives that need each other (hooks) in any
# order. GCC knows it by the name ld.lld only, which Debian keeps in LLVM's own folder.
add_link_options(-fuse-ld=lld)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  add_compile_options($<$<COMPILE_LANGUAGE:C,CXX>:-fcolor-diagnostics>)
else()
  add_link_options(-B/usr/lib/llvm-19/bin)
  add_compile_options($<$<COMPILE_LANGUAGE:C,CXX>:-fdiagnostics-color=always>)
endif()

if(AXIOM_SANITIZE)
  # The check of virtual calls wants type information, which portable code is compiled without.
  add_compile_options(
    "-fsanitize=${AXIOM_SANITIZE}" -fno-sanitize=vptr -fno-sanitize-recover=all
    -fno-omit-frame-pointer)
  add_link_options("-fsanitize=${AXIOM_SANITIZE}")
endif()
if(AXIOM_COVERAGE)
  add_compile_options($<$<COMPILE_LANGUAGE:C,CXX>:-fprofile-instr-generate>
                      $<$<COMPILE_LANGUAGE:C,CXX>:-fcoverage-mapping>)
  add_link_options(-fprofile-instr-generate)
endif()
if(AXIOM_FUZZ)
  add_compile_options($<$<COMPILE_LANGUAGE:C,CXX>:-fsanitize=fuzzer-no-link>)
endif()
