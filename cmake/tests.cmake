# The tests, one program per kind of promise (tests/README.md says what each kind is).
file(GLOB_RECURSE support_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/tests/support/*.cpp")
if(support_sources)
  add_library(axiom_test_support STATIC ${support_sources})
  axiom_link_everything(axiom_test_support)
  target_include_directories(axiom_test_support PUBLIC "${CMAKE_SOURCE_DIR}")
  target_link_libraries(axiom_test_support PRIVATE rapidcheck GTest::gtest)
endif()

# Our libraries as a test program sees them.
add_library(axiom_under_test INTERFACE)
target_link_libraries(axiom_under_test INTERFACE
  $<TARGET_NAME_IF_EXISTS:axiom_test_support> $<TARGET_NAME_IF_EXISTS:axiom_devices>
  $<TARGET_NAME_IF_EXISTS:axiom_diagnostics>
  $<TARGET_NAME_IF_EXISTS:axiom_host> axiom_all
  nlohmann_json::nlohmann_json blake3_reference)

# libFuzzer's build instruments every branch; it holds the fuzz targets only.
set(kinds unit conformance property golden crash system)
if(AXIOM_FUZZ)
  set(kinds)
endif()
foreach(kind ${kinds})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/tests/${kind}/*.cpp")
  if(sources)
    axiom_test(axiom_test_${kind} ${kind} SOURCES ${sources} LIBRARIES axiom_under_test)
    if(kind STREQUAL "system" AND AXIOM_TEST_PROGRAMS)
      add_dependencies(axiom_test_${kind} ${AXIOM_TEST_PROGRAMS} sim-host)
    endif()
    if(kind MATCHES "golden|crash|system" AND TARGET axiom)
      add_dependencies(axiom_test_${kind} axiom)
    endif()
  endif()
endforeach()

# Programs that write pages and vectors from our own tables; golden tests compare the two.
file(GLOB tool_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/tests/tools/*.cpp")
if(NOT AXIOM_FUZZ)
  foreach(source ${tool_sources})
    get_filename_component(name "${source}" NAME_WE)
    add_executable(${name} EXCLUDE_FROM_ALL "${source}")
    target_link_libraries(${name} PRIVATE axiom_under_test axiom_warnings)
  endforeach()
endif()

include(memory)
include(fuzz)
include(mutants)
include(running)
include(explore)
include(word_size)
include(project_tests)
