# Programs: what runs in a process of the system. On a host each is an executable of its own, which
# sim-host/process begins and confines.
find_package(Boost 1.81 REQUIRED)
pkg_check_modules(seccomp REQUIRED IMPORTED_TARGET libseccomp)

file(GLOB process_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/sim-host/process/*.cpp")
add_library(axiom_process OBJECT ${process_sources})
target_include_directories(axiom_process PUBLIC "${CMAKE_SOURCE_DIR}")
target_link_libraries(axiom_process
  PUBLIC axiom_host axiom_all PkgConfig::seccomp Boost::boost PRIVATE axiom_warnings)

# axiom_program(NAME SOURCES...): build/<preset>/bin/NAME.
function(axiom_program name)
  add_executable(${name} ${ARGN})
  target_link_libraries(${name} PRIVATE axiom_process axiom_warnings)
endfunction()

# Those of the tests: program_NAME.
set(AXIOM_TEST_PROGRAMS)
file(GLOB program_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/tests/programs/*.cpp")
foreach(source ${program_sources})
  get_filename_component(name "${source}" NAME_WE)
  axiom_program(program_${name} "${source}")
  list(APPEND AXIOM_TEST_PROGRAMS program_${name})
endforeach()
