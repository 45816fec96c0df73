# The mutants: the portable libraries once more with AXIOM_MUTANTS=1, in archives of their own that
# nothing but these tests links. A mutant is chosen at run time; the release archives hold none of
# this code.
#
# Each line of tests/mutants/mutants.txt names a mutant and the tests that must catch it;
# axiom_mutant_tests holds every property, the kernel's unit tests and what tests/mutants adds.
# `mutants.NAME` passes when those tests pass without the mutant and fail with it. Every one runs
# each time; none is kept for a long run.
set(mutant_table "${CMAKE_SOURCE_DIR}/tests/mutants/mutants.txt")
if(NOT EXISTS "${mutant_table}" OR NOT AXIOM_PRESET STREQUAL "host")
  return()
endif()
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${mutant_table}")
file(GLOB_RECURSE mutant_sources CONFIGURE_DEPENDS
  "${CMAKE_SOURCE_DIR}/tests/mutants/*.cpp" "${CMAKE_SOURCE_DIR}/tests/property/*.cpp"
  "${CMAKE_SOURCE_DIR}/tests/unit/kernel_*.cpp")

axiom_portable_archives(_mutants DEFINITIONS AXIOM_MUTANTS=1)
axiom_jobs_archive(_mutants)
# The live log is host code and has mutants too: its own copy stands before that of the archive.
add_executable(axiom_mutant_tests
  ${mutant_sources} "${CMAKE_SOURCE_DIR}/sim-host/log/live_log.cpp")
target_include_directories(axiom_mutant_tests PRIVATE "${CMAKE_SOURCE_DIR}")
# The host archives are taken as files, without their link interface, which would bring the
# unmutated archives in.
set(host_files)
foreach(library axiom_test_support axiom_host)
  if(TARGET ${library})
    list(APPEND host_files $<TARGET_FILE:${library}>)
    add_dependencies(axiom_mutant_tests ${library})
  endif()
endforeach()
target_link_libraries(axiom_mutant_tests PRIVATE axiom_warnings ${host_files}
  axiom_services_mutants $<TARGET_NAME_IF_EXISTS:axiom_domains_mutants> axiom_kernel_mutants
  axiom_jobs_mutants
  axiom_core_mutants
  blake3_reference blake3_simd
  nlohmann_json::nlohmann_json PkgConfig::sodium PkgConfig::crypto PkgConfig::sqlite3
  Threads::Threads rapidcheck_gtest rapidcheck GTest::gtest_main)

find_package(Python3 REQUIRED COMPONENTS Interpreter)
file(STRINGS "${mutant_table}" mutant_lines REGEX "^[^# ]")
foreach(line ${mutant_lines})
  if(NOT line MATCHES "^([a-z0-9_]+) +([^ ]+)$")
    message(FATAL_ERROR "${mutant_table}: not `mutant filter-of-tests`: ${line}")
  endif()
  add_test(NAME mutants.${CMAKE_MATCH_1}
    COMMAND Python3::Interpreter -B tests/mutants/caught.py
            $<TARGET_FILE:axiom_mutant_tests> ${CMAKE_MATCH_1} ${CMAKE_MATCH_2}
    WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}")
  set_tests_properties(mutants.${CMAKE_MATCH_1} PROPERTIES LABELS mutants TIMEOUT 300)
endforeach()
