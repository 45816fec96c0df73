# The libraries and programs, each from the sources of its folder:
#
#   axiom_core     libaxiom/src                freestanding archive libaxiom.a
#   axiom_kernel   libkernel/src               freestanding archive libkernel.a
#   axiom_domains  services/*/domain*.cpp      freestanding archive, the reducers
#   axiom_services services/*/*.cpp but those  freestanding archive, what services do
#                  and program.cpp
#   axiom_terminal terminal/{core,view}        freestanding archive, what people type and see
#   axiom_host     sim-host                    host archive: stores, keys, projections
#   axiom          terminal/cli                the command
#
# A component without sources is not a target. Includes start at libaxiom/include (<axiom/...>), at
# libkernel/include (<kernel/...>) or at the top of the tree (<services/records/domain.hpp>,
# <sim-host/...>).

file(GLOB_RECURSE core_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/libaxiom/src/*.cpp")
file(GLOB_RECURSE kernel_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/libkernel/src/*.cpp")
file(GLOB domain_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/services/*/domain*.cpp")
file(GLOB service_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/services/*/*.cpp")
list(FILTER service_sources EXCLUDE REGEX "/(domain[^/]*|program)[.]cpp$")
file(GLOB_RECURSE host_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/sim-host/*.cpp")
# cmake/programs.cmake has these.
list(FILTER host_sources EXCLUDE REGEX
  "/sim-host/(process|probe|devices|diagnostics)/|/sim-host/host/main")
file(GLOB_RECURSE terminal_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/terminal/cli/*.cpp")
file(GLOB_RECURSE terminal_core_sources CONFIGURE_DEPENDS
  "${CMAKE_SOURCE_DIR}/terminal/core/*.cpp" "${CMAKE_SOURCE_DIR}/terminal/view/*.cpp")

# axiom_portable_archives(SUFFIX [MACHINE machine] [DEFINITIONS ...]): the freestanding archives,
# once for release, once for mutants, once for each other word size.
function(axiom_portable_archives suffix)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "MACHINE" "DEFINITIONS")
  set(blake3 blake3_portable)
  if(arg_MACHINE)
    set(blake3 blake3_portable${suffix})
    axiom_blake3_portable(${blake3} ${arg_MACHINE})
    set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/lib/${arg_MACHINE}")
  endif()
  add_library(axiom_core${suffix} STATIC ${core_sources} $<TARGET_OBJECTS:${blake3}>)
  set_target_properties(axiom_core${suffix} PROPERTIES OUTPUT_NAME axiom${suffix})
  target_include_directories(axiom_core${suffix} PUBLIC "${CMAKE_SOURCE_DIR}/libaxiom/include")
  target_include_directories(axiom_core${suffix} SYSTEM PRIVATE "${blake3_folder}")
  target_link_libraries(axiom_core${suffix} PRIVATE axiom_warnings)
  target_compile_definitions(axiom_core${suffix} PUBLIC ${arg_DEFINITIONS})
  axiom_freestanding(axiom_core${suffix} ${arg_MACHINE})
  add_library(axiom_kernel${suffix} STATIC ${kernel_sources})
  set_target_properties(axiom_kernel${suffix} PROPERTIES OUTPUT_NAME kernel${suffix})
  target_include_directories(axiom_kernel${suffix} PUBLIC "${CMAKE_SOURCE_DIR}/libkernel/include")
  target_link_libraries(axiom_kernel${suffix}
    PUBLIC axiom_core${suffix} PRIVATE axiom_warnings)
  axiom_freestanding(axiom_kernel${suffix} ${arg_MACHINE})
  if(domain_sources)
    add_library(axiom_domains${suffix} STATIC ${domain_sources})
    target_include_directories(axiom_domains${suffix} PUBLIC "${CMAKE_SOURCE_DIR}")
    target_link_libraries(axiom_domains${suffix} PUBLIC axiom_core${suffix} PRIVATE axiom_warnings)
    axiom_freestanding(axiom_domains${suffix} ${arg_MACHINE})
    add_library(axiom_services${suffix} STATIC ${service_sources})
    target_include_directories(axiom_services${suffix} PUBLIC "${CMAKE_SOURCE_DIR}")
    target_link_libraries(axiom_services${suffix}
      PUBLIC axiom_domains${suffix} axiom_kernel${suffix} PRIVATE axiom_warnings)
    axiom_freestanding(axiom_services${suffix} ${arg_MACHINE})
    add_library(axiom_terminal${suffix} STATIC ${terminal_core_sources})
    target_link_libraries(axiom_terminal${suffix}
      PUBLIC axiom_services${suffix} PRIVATE axiom_warnings)
    axiom_freestanding(axiom_terminal${suffix} ${arg_MACHINE})
  endif()
endfunction()

axiom_portable_archives("")

# What every host program links; an interface so that programs need not ask which components exist.
add_library(axiom_all INTERFACE)
target_include_directories(axiom_all INTERFACE "${CMAKE_SOURCE_DIR}")
target_link_libraries(axiom_all INTERFACE
  axiom_kernel axiom_core blake3_simd PkgConfig::sodium PkgConfig::crypto PkgConfig::sqlite3
  Threads::Threads)
if(domain_sources)
  target_link_libraries(axiom_all INTERFACE axiom_terminal axiom_services axiom_domains)
endif()

# GCC 12 warns about its own vector headers where they are inlined, and about arrays of vectors.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  set_source_files_properties("${CMAKE_SOURCE_DIR}/sim-host/platform/blake3_sets.cpp"
    PROPERTIES COMPILE_OPTIONS
    "-Wno-uninitialized;-Wno-maybe-uninitialized;-Wno-ignored-attributes")
endif()

if(host_sources)
  add_library(axiom_host STATIC ${host_sources})
  target_link_libraries(axiom_host
    PUBLIC axiom_all nlohmann_json::nlohmann_json PRIVATE axiom_warnings)
endif()

# axiom_link_everything(TARGET): our libraries in the order that a linker wants.
function(axiom_link_everything target)
  if(TARGET axiom_host)
    target_link_libraries(${target} PRIVATE axiom_host)
  endif()
  target_link_libraries(${target} PRIVATE axiom_all axiom_warnings)
endfunction()

# What host programs say of the archives that they were linked from.
set(archive_digests "${CMAKE_BINARY_DIR}/generated/archive_digests.cpp")
add_custom_command(OUTPUT "${archive_digests}"
  COMMAND "${CMAKE_COMMAND}" "-DOUTPUT=${archive_digests}"
    -P "${CMAKE_SOURCE_DIR}/cmake/archive_digests.cmake"
    -- "$<TARGET_FILE:axiom_core>" "$<TARGET_FILE:axiom_kernel>"
  DEPENDS axiom_core axiom_kernel "${CMAKE_SOURCE_DIR}/cmake/archive_digests.cmake" VERBATIM)
add_library(axiom_archive_digests STATIC "${archive_digests}")
target_include_directories(axiom_archive_digests PUBLIC "${CMAKE_SOURCE_DIR}")

if(terminal_sources)
  add_executable(axiom ${terminal_sources})
  axiom_link_everything(axiom)
  target_link_libraries(axiom PRIVATE axiom_archive_digests
    CLI11::CLI11 nlohmann_json::nlohmann_json PkgConfig::edit)
  # The program's own option table writes its man pages.
  add_custom_command(TARGET axiom POST_BUILD
    COMMAND axiom man --to "${CMAKE_BINARY_DIR}/share/man/man1" VERBATIM)
endif()
