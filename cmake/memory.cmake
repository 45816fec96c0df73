# Want of memory (tests/memory): a program that brings its own allocator, and a library that is
# loaded before the command and brings the same one. A sanitizer brings one itself.
file(GLOB memory_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/tests/memory/*.cpp")
if(NOT memory_sources OR AXIOM_FUZZ OR AXIOM_SANITIZE)
  return()
endif()
set(memory_hooks "${CMAKE_SOURCE_DIR}/tests/memory/hooks/allocations.cpp"
                 "${CMAKE_SOURCE_DIR}/tests/memory/hooks/malloc.cpp")
add_library(axiom_refusing SHARED
  "${CMAKE_SOURCE_DIR}/tests/memory/preload/entry.cpp" ${memory_hooks})
target_include_directories(axiom_refusing PRIVATE "${CMAKE_SOURCE_DIR}")
target_link_libraries(axiom_refusing PRIVATE axiom_warnings ${CMAKE_DL_LIBS})
set_target_properties(axiom_refusing PROPERTIES
  LIBRARY_OUTPUT_DIRECTORY "${CMAKE_RUNTIME_OUTPUT_DIRECTORY}")
axiom_test(axiom_test_memory memory
  SOURCES ${memory_sources} ${memory_hooks} "${CMAKE_SOURCE_DIR}/tests/system/cli_program.cpp"
  LIBRARIES axiom_under_test)
add_dependencies(axiom_test_memory axiom axiom_refusing)
