# The machine that runs jobs:
#
#   axiom_jobs   services/jobs/machine   freestanding archive libaxiom_jobs.a
file(GLOB machine_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/services/jobs/machine/*.cpp")
add_library(axiom_jobs STATIC ${machine_sources})
target_include_directories(axiom_jobs PUBLIC "${CMAKE_SOURCE_DIR}")
target_link_libraries(axiom_jobs PUBLIC axiom_core PRIVATE axiom_warnings)
axiom_freestanding(axiom_jobs)
target_link_libraries(axiom_all INTERFACE axiom_jobs)
