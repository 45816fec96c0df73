# Word sizes: the portable archives for 32 bits, which run in a program whose output must be that of
# the same program in 64 (tests/word_size); and for wasm32, which are compiled only.
if(NOT AXIOM_PRESET STREQUAL "host")
  return()
endif()

axiom_portable_archives(_wasm32 MACHINE wasm32)
add_custom_target(axiom_wasm32 ALL
  DEPENDS axiom_core_wasm32 axiom_kernel_wasm32 axiom_services_wasm32 axiom_terminal_wasm32)

file(GLOB word_size_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/tests/word_size/*.cpp")
file(GLOB plain_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/tests/word_size/plain/*.cpp")
add_executable(word_size ${word_size_sources})
target_link_libraries(word_size PRIVATE axiom_under_test axiom_warnings)

# The host's code that a replay needs, and nothing that wants a library of the host.
axiom_portable_archives(_i686 MACHINE i686)
set(host_parts
  sim-host/log/domain_set sim-host/log/log_replay
  sim-host/platform/hooks sim-host/platform/memory_store
  tests/support/first_opinion tests/support/kernel_audit tests/support/kernel_invariants
  tests/support/kernel_traffic tests/support/sparse_log)
list(TRANSFORM host_parts REPLACE "(.+)" "${CMAKE_SOURCE_DIR}/\\1.cpp")
add_executable(word_size_i686 ${word_size_sources} ${plain_sources} ${host_parts})
target_include_directories(word_size_i686 PRIVATE "${CMAKE_SOURCE_DIR}")
target_compile_options(word_size_i686 PRIVATE ${axiom_i686_options})
target_link_options(word_size_i686 PRIVATE -m32)
target_link_libraries(word_size_i686 PRIVATE
  axiom_warnings axiom_services_i686 axiom_domains_i686 axiom_kernel_i686 axiom_core_i686)

find_package(Python3 REQUIRED COMPONENTS Interpreter)
add_test(NAME word_size.every_state_is_the_same_in_32_bits
  COMMAND Python3::Interpreter -B tests/word_size/compare.py
          $<TARGET_FILE:word_size> $<TARGET_FILE:word_size_i686> tests/golden/logs/v1
  WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}")
set_tests_properties(word_size.every_state_is_the_same_in_32_bits PROPERTIES
  LABELS word_size TIMEOUT 300)
