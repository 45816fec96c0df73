# The machine that runs jobs:
#
#   axiom_jobs   services/jobs/machine   freestanding archive libaxiom_jobs.a
#
# In preset host it is compiled for wasm32 too, as the other portable archives are
# (cmake/word_size.cmake).
file(GLOB machine_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/services/jobs/machine/*.cpp")

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
