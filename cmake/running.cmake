# The properties of the running system (tests/running): a program of its own, since no other one of
# the system's carries RapidCheck; `sim-host --properties` and `axiom test properties` execute it.
# libFuzzer's build has no system that runs.
if(AXIOM_FUZZ)
  return()
endif()
file(GLOB running_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/tests/running/*.cpp")
add_executable(running_properties ${running_sources})
target_link_libraries(running_properties PRIVATE
  axiom_under_test axiom_warnings CLI11::CLI11 rapidcheck)
add_dependencies(running_properties sim-host)

# A short leg, or with AXIOM_LONG=1 a campaign.
set(name "${AXIOM_TEST_PREFIX}system.properties.of_the_running_system_hold")
add_test(NAME ${name} COMMAND sim-host --properties --short
  WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}")
set_tests_properties(${name} PROPERTIES LABELS system TIMEOUT 3600)

# Services with mutants, which the properties must find: the same programs over the mutants'
# archives. A folder of links to them chooses one (tests/running/finds_mutants.py).
if(NOT TARGET axiom_services_mutants)
  return()
endif()
set(seeded_services)
foreach(name init policy actions objects)
  set(seeded seeded_${name})
  add_executable(${seeded} $<TARGET_OBJECTS:axiom_process>
    "${CMAKE_SOURCE_DIR}/services/${name}/program.cpp"
    "${CMAKE_SOURCE_DIR}/sim-host/process/needs/nothing.cpp"
    "${CMAKE_SOURCE_DIR}/tests/running/seeded/selected.cpp")
  set_target_properties(${seeded} PROPERTIES OUTPUT_NAME service_${name}
    RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/seeded")
  target_include_directories(${seeded} PRIVATE "${CMAKE_SOURCE_DIR}")
  # The host's archive as a file, without its link interface, which would bring the others in.
  add_dependencies(${seeded} axiom_host)
  target_link_libraries(${seeded} PRIVATE axiom_warnings $<TARGET_FILE:axiom_host>
    axiom_services_mutants axiom_domains_mutants axiom_kernel_mutants axiom_core_mutants
    blake3_simd nlohmann_json::nlohmann_json PkgConfig::seccomp PkgConfig::sodium
    PkgConfig::crypto PkgConfig::sqlite3 Boost::boost Threads::Threads)
  if(CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
    target_compile_options(${seeded} PRIVATE -mprfchw) # services/runtime/ring_memory.hpp
  endif()
  list(APPEND seeded_services ${seeded})
endforeach()
add_dependencies(running_properties ${seeded_services})
find_package(Python3 REQUIRED COMPONENTS Interpreter)
add_test(NAME mutants.running.finds_what_is_seeded
  COMMAND Python3::Interpreter -B tests/running/finds_mutants.py
    $<TARGET_FILE:running_properties> "${CMAKE_BINARY_DIR}/bin" "${CMAKE_BINARY_DIR}/seeded"
  WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}")
set_tests_properties(mutants.running.finds_what_is_seeded PROPERTIES LABELS mutants TIMEOUT 1800)
