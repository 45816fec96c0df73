# A script: writes OUTPUT, which defines `archive_digests()` for the archives that follow `--`.
set(rows "")
set(is_archive FALSE)
foreach(index RANGE ${CMAKE_ARGC})
  if(is_archive AND NOT "${CMAKE_ARGV${index}}" STREQUAL "")
    file(SHA256 "${CMAKE_ARGV${index}}" digest)
    get_filename_component(name "${CMAKE_ARGV${index}}" NAME)
    string(APPEND rows "    {.name = \"${name}\", .sha256 = \"${digest}\"},\n")
  endif()
  if("${CMAKE_ARGV${index}}" STREQUAL "--")
    set(is_archive TRUE)
  endif()
endforeach()
file(WRITE "${OUTPUT}" "// Written by cmake/archive_digests.cmake.
#include <array>

#include <sim-host/host/archive_digests.hpp>

namespace axiom::host {

std::span<ArchiveDigest const> archive_digests() noexcept {
  static constexpr std::array digests{std::to_array<ArchiveDigest>({
${rows}  })};
  return digests;
}

} // namespace axiom::host
")
