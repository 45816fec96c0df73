# Want of memory (tests/memory): a program that brings its own allocator, and a library that is
# loaded before the command and brings the same one. A sanitizer brings an allocator itself: under
# one the program replaces operator new alone, and the command is left out.
file(GLOB memory_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/tests/memory/*.cpp")
if(NOT memory_sources OR AXIOM_FUZZ)
  return()
endif()
set(memory_hooks "${CMAKE_SOURCE_DIR}/tests/memory/hooks")
list(APPEND memory_sources "${memory_hooks}/allocations.cpp")
if(AXIOM_SANITIZE)
  list(FILTER memory_sources EXCLUDE REGEX "/command_test\\.cpp$")
  list(APPEND memory_sources "${memory_hooks}/operator_new.cpp")
else()
  list(APPEND memory_sources
    "${memory_hooks}/malloc.cpp" "${CMAKE_SOURCE_DIR}/tests/system/cli_program.cpp")
  add_library(axiom_refusing SHARED "${CMAKE_SOURCE_DIR}/tests/memory/preload/entry.cpp"
    "${memory_hooks}/allocations.cpp" "${memory_hooks}/malloc.cpp")
  target_include_directories(axiom_refusing PRIVATE "${CMAKE_SOURCE_DIR}")
  target_link_libraries(axiom_refusing PRIVATE axiom_warnings ${CMAKE_DL_LIBS})
  set_target_properties(axiom_refusing PROPERTIES
    LIBRARY_OUTPUT_DIRECTORY "${CMAKE_RUNTIME_OUTPUT_DIRECTORY}")
endif()
axiom_test(axiom_test_memory memory SOURCES ${memory_sources} LIBRARIES axiom_under_test)
if(TARGET axiom_refusing)
  add_dependencies(axiom_test_memory axiom axiom_refusing)
endif()
