# Libraries of the host, all Debian packages (scripts/packages.txt says which and why). Their headers are system headers.
find_package(Threads REQUIRED)
find_package(GTest REQUIRED)
find_package(rapidcheck REQUIRED)
find_package(CLI11 REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(benchmark REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(crypto REQUIRED IMPORTED_TARGET libcrypto)
pkg_check_modules(sqlite3 REQUIRED IMPORTED_TARGET sqlite3)

# Imported targets of some packages do not mark their headers as system headers; warnings there are not ours to mend.
foreach(package GTest::gtest GTest::gtest_main rapidcheck rapidcheck_gtest CLI11::CLI11 nlohmann_json::nlohmann_json
        benchmark::benchmark)
  if(NOT TARGET ${package})
    message(FATAL_ERROR "the package that defines ${package} is installed but does not define it")
  endif()
endforeach()
