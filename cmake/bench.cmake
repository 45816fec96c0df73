# Benchmarks: each bench/NAME.cpp is a program bench_NAME; files below bench/support/ are linked to
# all of them. The peers (LMDB, LevelDB, RocksDB) are wanted here only, and only in builds whose
# figures mean something.
file(GLOB bench_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/bench/*.cpp")
file(GLOB_RECURSE bench_support CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/bench/support/*.cpp")
if(bench_sources AND NOT AXIOM_SANITIZE AND NOT AXIOM_FUZZ AND NOT AXIOM_COVERAGE)
  pkg_check_modules(lmdb REQUIRED IMPORTED_TARGET lmdb)
  find_package(leveldb REQUIRED)
  pkg_check_modules(rocksdb REQUIRED IMPORTED_TARGET rocksdb)
  foreach(source ${bench_sources})
    get_filename_component(name "${source}" NAME_WE)
    add_executable(bench_${name} "${source}" ${bench_support})
    axiom_link_everything(bench_${name})
    target_link_libraries(bench_${name} PRIVATE
      nlohmann_json::nlohmann_json benchmark::benchmark blake3_reference
      PkgConfig::lmdb leveldb::leveldb PkgConfig::rocksdb)
  endforeach()
  if(CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
    target_compile_options(bench_host PRIVATE -mprfchw) # as programs have it, for their rings
  endif()
endif()
