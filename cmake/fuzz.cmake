# Each tests/fuzz/NAME.cpp defines LLVMFuzzerTestOneInput for one parser; its seeds are the files of tests/fuzz/corpus/NAME/.
#
# Preset fuzz links libFuzzer: `build/fuzz/bin/fuzz_NAME [corpus folder] -max_total_time=20`. Other presets link a small main that runs
# every seed once, so that each compiler and each sanitizer sees them; ctest runs that as `fuzz.NAME.seeds`.
file(GLOB fuzz_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/tests/fuzz/*.cpp")
foreach(source ${fuzz_sources})
  get_filename_component(name "${source}" NAME_WE)
  set(corpus "${CMAKE_SOURCE_DIR}/tests/fuzz/corpus/${name}")
  add_executable(fuzz_${name} "${source}")
  target_link_libraries(fuzz_${name} PRIVATE axiom_under_test axiom_warnings)
  set(test_name "${AXIOM_TEST_PREFIX}fuzz.${name}.seeds")
  if(AXIOM_FUZZ)
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
    add_test(NAME ${test_name} COMMAND fuzz_${name} -runs=0 "${corpus}" WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}")
  else()
    target_sources(fuzz_${name} PRIVATE "${CMAKE_SOURCE_DIR}/tests/fuzz/support/replay_main.cpp")
    add_test(NAME ${test_name} COMMAND fuzz_${name} "${corpus}" WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}")
  endif()
  set_tests_properties(${test_name} PROPERTIES LABELS fuzz TIMEOUT 300)
endforeach()
