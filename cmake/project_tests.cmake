# Tests of the project itself: each tests/project/test_*.py is one ctest test, run by Python's
# standard library alone. They look at the tree and at what preset host built, so only that preset
# registers them.
file(GLOB project_tests CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/tests/project/test_*.py")
if(project_tests AND AXIOM_PRESET STREQUAL "host")
  find_package(Python3 REQUIRED COMPONENTS Interpreter)
  foreach(script ${project_tests})
    get_filename_component(name "${script}" NAME_WE)
    string(REGEX REPLACE "^test_" "" name "${name}")
    add_test(NAME project.${name}
             COMMAND Python3::Interpreter -B "${script}" --build "${CMAKE_BINARY_DIR}"
             WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}")
    set_tests_properties(project.${name} PROPERTIES LABELS project TIMEOUT 300)
  endforeach()
endif()
