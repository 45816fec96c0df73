# Programs: what runs in a process of the system. On a host each is an executable of its own, which
# sim-host/process begins and confines.
#
#   service_NAME   services/NAME/program.cpp             runs on every platform
#   device_NAME    sim-host/devices/NAME/*.cpp            stands where a driver stands on metal
#   program_NAME   tests/programs/NAME.cpp                of the tests; a device if so called
find_package(Boost 1.81 REQUIRED)
pkg_check_modules(seccomp REQUIRED IMPORTED_TARGET libseccomp)

file(GLOB process_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/sim-host/process/*.cpp")
add_library(axiom_process OBJECT ${process_sources})
target_include_directories(axiom_process PUBLIC "${CMAKE_SOURCE_DIR}")
target_link_libraries(axiom_process
  PUBLIC axiom_host axiom_all PkgConfig::seccomp Boost::boost PRIVATE axiom_warnings)

# axiom_program(NAME NEEDS SOURCES...): build/<preset>/bin/NAME. NEEDS is a file of
# sim-host/process/needs: nothing or device.
function(axiom_program name needs)
  add_executable(${name} ${ARGN} "${CMAKE_SOURCE_DIR}/sim-host/process/needs/${needs}.cpp")
  target_link_libraries(${name} PRIVATE axiom_process axiom_warnings)
  if(CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
    target_compile_options(${name} PRIVATE -mprfchw) # services/runtime/ring_memory.hpp
  endif()
endfunction()

set(AXIOM_SYSTEM_PROGRAMS)
file(GLOB service_programs CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/services/*/program.cpp")
foreach(source ${service_programs})
  get_filename_component(folder "${source}" DIRECTORY)
  get_filename_component(name "${folder}" NAME)
  axiom_program(service_${name} nothing "${source}")
  list(APPEND AXIOM_SYSTEM_PROGRAMS service_${name})
endforeach()

# All of the devices but their programs.
file(GLOB_RECURSE device_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/sim-host/devices/*.cpp")
list(FILTER device_sources EXCLUDE REGEX "/program.cpp$")
add_library(axiom_devices STATIC ${device_sources})
target_include_directories(axiom_devices PUBLIC "${CMAKE_SOURCE_DIR}")
target_link_libraries(axiom_devices PUBLIC axiom_host axiom_all PRIVATE axiom_warnings)

file(GLOB device_programs CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/sim-host/devices/*/program.cpp")
foreach(source ${device_programs})
  get_filename_component(folder "${source}" DIRECTORY)
  get_filename_component(name "${folder}" NAME)
  set(needs device)
  if(name STREQUAL "attach")
    set(needs listener)
  endif()
  axiom_program(device_${name} ${needs} "${source}")
  target_link_libraries(device_${name} PRIVATE axiom_devices)
  list(APPEND AXIOM_SYSTEM_PROGRAMS device_${name})
endforeach()

set(AXIOM_TEST_PROGRAMS)
file(GLOB program_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/tests/programs/*.cpp")
foreach(source ${program_sources})
  get_filename_component(name "${source}" NAME_WE)
  if(name MATCHES "^device_")
    axiom_program(program_${name} device "${source}")
    target_link_libraries(program_${name} PRIVATE axiom_devices)
  else()
    axiom_program(program_${name} nothing "${source}")
  endif()
  list(APPEND AXIOM_TEST_PROGRAMS program_${name})
endforeach()

# Apart from the other host code: no service process has a logger.
find_package(spdlog REQUIRED)
file(GLOB diagnostics_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/sim-host/diagnostics/*.cpp")
add_library(axiom_diagnostics STATIC ${diagnostics_sources})
target_include_directories(axiom_diagnostics PUBLIC "${CMAKE_SOURCE_DIR}")
target_link_libraries(axiom_diagnostics
  PUBLIC axiom_host axiom_all spdlog::spdlog PRIVATE axiom_warnings)

# Tries from within what the layers of sim-host/process are there to prevent.
file(GLOB probe_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/sim-host/probe/*.cpp")
add_executable(isolation_probe ${probe_sources}
  "${CMAKE_SOURCE_DIR}/sim-host/process/confinement.cpp")
target_include_directories(isolation_probe PRIVATE "${CMAKE_SOURCE_DIR}")
target_link_libraries(isolation_probe PRIVATE axiom_host PkgConfig::seccomp axiom_warnings)

# The kernel process.
add_executable(sim-host "${CMAKE_SOURCE_DIR}/sim-host/host/main.cpp")
axiom_link_everything(sim-host)
target_link_libraries(sim-host PRIVATE axiom_archive_digests axiom_diagnostics CLI11::CLI11)
add_dependencies(sim-host ${AXIOM_SYSTEM_PROGRAMS} isolation_probe job_programs)
# What they are to run, and what is shown of it, lies beside them.
configure_file("${CMAKE_SOURCE_DIR}/system.toml" "${CMAKE_BINARY_DIR}/bin/system.toml" COPYONLY)
configure_file("${CMAKE_SOURCE_DIR}/terminal/tour.script" "${CMAKE_BINARY_DIR}/bin/tour.script"
  COPYONLY)
