# axiom_test(NAME KIND SOURCES... [TIMEOUT seconds] [LIBRARIES ...]): a GoogleTest program whose
# tests ctest knows one by one.
#
# Tests run with the top of the tree as working directory, so that vectors are named as in the tree
# (tests/golden/...), and find our programs in the folder of their own executable. Names:
# `<kind>.<Suite>.<promise>`, before it `<preset>.` outside preset host.
include(GoogleTest)

set(AXIOM_TEST_PREFIX "")
if(NOT AXIOM_PRESET STREQUAL "host")
  set(AXIOM_TEST_PREFIX "${AXIOM_PRESET}.")
endif()

function(axiom_test name kind)
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "TIMEOUT" "SOURCES;LIBRARIES")
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 300)
  endif()
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE
    ${arg_LIBRARIES} axiom_warnings rapidcheck_gtest rapidcheck GTest::gtest_main)
  gtest_discover_tests(${name}
    DISCOVERY_MODE PRE_TEST NO_PRETTY_VALUES
    WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}"
    TEST_PREFIX "${AXIOM_TEST_PREFIX}${kind}."
    PROPERTIES TIMEOUT ${arg_TIMEOUT} LABELS ${kind})
endfunction()
