# Each tests/fuzz/NAME.cpp defines LLVMFuzzerTestOneInput for one parser; its seeds are the files of
# tests/fuzz/corpus/NAME/.
#
# Preset fuzz links libFuzzer; ctest searches each for 20 seconds there (`fuzz.NAME.search`),
# scripts/fuzz as long as wanted. Other presets link a small main that runs every seed once, so that
# each compiler and sanitizer sees them (`fuzz.NAME.seeds`).
#
# Parsers of the command are compiled into their targets, because the command is no library.
set(fuzz_line_reader_needs line_reader failure exit_code)
set(fuzz_key_text_needs key_text)
set(fuzz_time_text_needs time_text number_text)

file(GLOB fuzz_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/tests/fuzz/*.cpp")
foreach(source ${fuzz_sources})
  get_filename_component(name "${source}" NAME_WE)
  set(corpus "tests/fuzz/corpus/${name}")
  add_executable(fuzz_${name} "${source}")
  foreach(part ${fuzz_${name}_needs})
    target_sources(fuzz_${name} PRIVATE "${CMAKE_SOURCE_DIR}/terminal/cli/${part}.cpp")
  endforeach()
  target_link_libraries(fuzz_${name} PRIVATE axiom_under_test axiom_warnings)
  if(AXIOM_FUZZ)
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
    set(test_name "fuzz.${name}.search")
    add_test(NAME ${test_name} COMMAND scripts/fuzz ${name} WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}")
    set_tests_properties(${test_name} PROPERTIES ENVIRONMENT AXIOM_BUILT=1 TIMEOUT 7200)
  else()
    target_sources(fuzz_${name} PRIVATE "${CMAKE_SOURCE_DIR}/tests/fuzz/support/replay_main.cpp")
    set(test_name "${AXIOM_TEST_PREFIX}fuzz.${name}.seeds")
    add_test(NAME ${test_name} COMMAND fuzz_${name} "${corpus}"
             WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}")
    set_tests_properties(${test_name} PROPERTIES TIMEOUT 300)
  endif()
  set_property(TEST ${test_name} PROPERTY LABELS fuzz)
endforeach()
