# The mutants: the portable libraries once more with AXIOM_MUTANTS=1, in archives of their own that nothing but these tests links.
# A mutant is chosen at run time; the release archives hold none of this code. axiom_mutant_tests holds every property
# and what tests/mutants adds.
file(GLOB_RECURSE mutant_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/tests/mutants/*.cpp")
if(mutant_sources)
  axiom_portable_archives(_mutants AXIOM_MUTANTS=1)
  file(GLOB_RECURSE property_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/tests/property/*.cpp")
  add_executable(axiom_mutant_tests ${mutant_sources} ${property_sources})
  target_include_directories(axiom_mutant_tests PRIVATE "${CMAKE_SOURCE_DIR}")
  # The host archives are taken as files, without their link interface, which would bring the unmutated archives in.
  set(host_files)
  foreach(library axiom_test_support axiom_host)
    if(TARGET ${library})
      list(APPEND host_files $<TARGET_FILE:${library}>)
      add_dependencies(axiom_mutant_tests ${library})
    endif()
  endforeach()
  target_link_libraries(axiom_mutant_tests PRIVATE axiom_warnings ${host_files}
    $<TARGET_NAME_IF_EXISTS:axiom_domains_mutants> axiom_core_mutants blake3_reference blake3_simd
    nlohmann_json::nlohmann_json PkgConfig::sodium PkgConfig::sqlite3 Threads::Threads
    rapidcheck_gtest rapidcheck GTest::gtest_main)
endif()
