# The machine that runs jobs:
#
#   axiom_jobs   services/jobs/machine   freestanding archive libaxiom_jobs.a
#
# In preset host it is compiled for wasm32 too, as the other portable archives are
# (cmake/word_size.cmake).
file(GLOB machine_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/services/jobs/machine/*.cpp")

# Each operation of the fast engine has a dispatch of its own only if the compiler leaves it there:
# both merge them otherwise, which costs an eighth of the speed.
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  set(dispatch_options
    -mllvm -tail-dup-pred-size=5000 -mllvm -tail-dup-succ-size=5000)
else()
  set(dispatch_options -fno-crossjumping -fno-gcse)
endif()
set_source_files_properties("${CMAKE_SOURCE_DIR}/services/jobs/machine/fast.cpp"
  PROPERTIES COMPILE_OPTIONS "${dispatch_options}")

function(axiom_jobs_archive suffix)
  if(ARGN)
    set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/lib/${ARGN}")
  endif()
  add_library(axiom_jobs${suffix} STATIC ${machine_sources})
  target_include_directories(axiom_jobs${suffix} PUBLIC "${CMAKE_SOURCE_DIR}")
  target_link_libraries(axiom_jobs${suffix}
    PUBLIC axiom_core${suffix} PRIVATE axiom_warnings)
  axiom_freestanding(axiom_jobs${suffix} ${ARGN})
endfunction()

axiom_jobs_archive("")
target_link_libraries(axiom_all INTERFACE axiom_jobs)
if(AXIOM_PRESET STREQUAL "host")
  axiom_jobs_archive(_wasm32 wasm32)
endif()

include(job_programs)
