# The exhaustive explorer (tests/explore): the kernel's archives in a program that tries every order
# of every operation in small universes; and the same over the mutants' archives, which must be
# found.
file(GLOB explore_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/tests/explore/*.cpp")
if(NOT explore_sources OR AXIOM_FUZZ)
  return()
endif()
list(APPEND explore_sources
  "${CMAKE_SOURCE_DIR}/tests/support/kernel_audit.cpp"
  "${CMAKE_SOURCE_DIR}/tests/support/kernel_invariants.cpp")
add_executable(explore ${explore_sources})
axiom_link_everything(explore)
target_link_libraries(explore PRIVATE CLI11::CLI11 nlohmann_json::nlohmann_json)
set(name "${AXIOM_TEST_PREFIX}property.explore.everything_holds_in_every_state_that_is_near")
add_test(NAME ${name}
  COMMAND explore --short --check-dedup 1 WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}")
set_tests_properties(${name} PROPERTIES LABELS property TIMEOUT 3000)

if(NOT TARGET axiom_kernel_mutants)
  return()
endif()
add_executable(explore_mutants
  ${explore_sources} "${CMAKE_SOURCE_DIR}/tests/mutants/selected.cpp")
target_include_directories(explore_mutants PRIVATE "${CMAKE_SOURCE_DIR}")
# The host's archive as a file, without its link interface, which would bring the others in.
add_dependencies(explore_mutants axiom_host)
target_link_libraries(explore_mutants PRIVATE axiom_warnings $<TARGET_FILE:axiom_host>
  axiom_kernel_mutants axiom_core_mutants blake3_simd CLI11::CLI11 nlohmann_json::nlohmann_json
  PkgConfig::sodium PkgConfig::crypto PkgConfig::sqlite3 Threads::Threads)
find_package(Python3 REQUIRED COMPONENTS Interpreter)
add_test(NAME mutants.explore.finds_what_is_seeded
  COMMAND Python3::Interpreter -B tests/explore/finds_mutants.py $<TARGET_FILE:explore_mutants>
  WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}")
set_tests_properties(mutants.explore.finds_what_is_seeded PROPERTIES LABELS mutants TIMEOUT 3000)
