# The programs of services/jobs/programs, for the machine: build/<preset>/share/jobs/NAME.elf.
#
# Debian's RISC-V compiler and picolibc make them, whatever the preset: the same sources give the
# same files. zlib's sources come from Debian's package binutils-source, never copied into the tree.
set(programs_folder "${CMAKE_SOURCE_DIR}/services/jobs/programs")
set(picolibc_folder /usr/lib/picolibc/riscv64-unknown-elf)
find_program(AXIOM_RISCV_CXX riscv64-unknown-elf-g++)
file(GLOB binutils_sources /usr/src/binutils/binutils-*.tar.xz)
if(NOT AXIOM_RISCV_CXX OR NOT EXISTS "${picolibc_folder}/lib/rv64im/lp64/libc.a"
   OR NOT binutils_sources)
  message(FATAL_ERROR "the tools for job programs are missing: scripts/setup installs "
    "gcc-riscv64-unknown-elf, picolibc-riscv64-unknown-elf and binutils-source")
endif()
list(GET binutils_sources 0 binutils_sources)
get_filename_component(binutils_name "${binutils_sources}" NAME)
string(REGEX REPLACE "\\.tar\\.xz$" "" binutils_name "${binutils_name}")

set(job_flags
  -march=rv64im -mabi=lp64 -O2 -ftls-model=local-exec -ffunction-sections -fdata-sections
  "-ffile-prefix-map=${CMAKE_SOURCE_DIR}=." "-ffile-prefix-map=${CMAKE_BINARY_DIR}=build"
  -isystem "${picolibc_folder}/include")
set(job_cxx_flags
  ${job_flags} -std=gnu++20 -fno-exceptions -fno-rtti -fno-threadsafe-statics -Wall -Wextra -Werror)

set(zlib_folder "${CMAKE_BINARY_DIR}/job_programs/zlib")
set(zlib_parts adler32 crc32 deflate trees zutil)
list(TRANSFORM zlib_parts REPLACE "(.+)" "${zlib_folder}/\\1.c" OUTPUT_VARIABLE zlib_sources)
add_custom_command(
  OUTPUT ${zlib_sources}
  COMMAND "${CMAKE_COMMAND}" -E make_directory "${CMAKE_BINARY_DIR}/job_programs"
  COMMAND tar -xJf "${binutils_sources}" -C "${CMAKE_BINARY_DIR}/job_programs"
          --strip-components=1 --touch "${binutils_name}/zlib"
  DEPENDS "${binutils_sources}" VERBATIM)


# axiom_job_object(OUT SOURCE FLAGS...): appends the object's path to OUT.
function(axiom_job_object out source)
  get_filename_component(name "${source}" NAME)
  set(object "${CMAKE_BINARY_DIR}/job_programs/${name}.o")
  file(GLOB headers CONFIGURE_DEPENDS "${programs_folder}/support/*.hpp")
  add_custom_command(
    OUTPUT "${object}"
    COMMAND "${AXIOM_RISCV_CXX}" ${ARGN} -c "${source}" -o "${object}"
    DEPENDS "${source}" ${headers} ${zlib_sources} VERBATIM)
  set(${out} ${${out}} "${object}" PARENT_SCOPE)
endfunction()

set(support_objects)
file(GLOB support_sources CONFIGURE_DEPENDS "${programs_folder}/support/*.cpp")
foreach(source ${support_sources})
  axiom_job_object(support_objects "${source}" ${job_cxx_flags})
endforeach()
axiom_job_object(support_objects "${programs_folder}/support/start.S" ${job_flags})
set(zlib_objects)
foreach(source ${zlib_sources})
  axiom_job_object(zlib_objects "${source}" -x c ${job_flags} -w)
endforeach()

set(job_programs)
file(GLOB program_sources CONFIGURE_DEPENDS "${programs_folder}/*.cpp")
foreach(source ${program_sources})
  get_filename_component(name "${source}" NAME_WE)
  set(own_object)
  axiom_job_object(own_object "${source}" ${job_cxx_flags} -isystem "${zlib_folder}")
  set(program "${CMAKE_BINARY_DIR}/share/jobs/${name}.elf")
  add_custom_command(
    OUTPUT "${program}"
    COMMAND "${CMAKE_COMMAND}" -E make_directory "${CMAKE_BINARY_DIR}/share/jobs"
    COMMAND "${AXIOM_RISCV_CXX}" -march=rv64im -mabi=lp64 -static -nostdlib -nostartfiles
            -Wl,--gc-sections -Wl,--build-id=none -T "${programs_folder}/support/job.ld"
            ${own_object} ${support_objects} ${zlib_objects}
            -Wl,--start-group "${picolibc_folder}/lib/rv64im/lp64/libc.a" -lgcc -Wl,--end-group
            -o "${program}"
    DEPENDS ${own_object} ${support_objects} ${zlib_objects}
            "${programs_folder}/support/job.ld" VERBATIM)
  list(APPEND job_programs "${program}")
endforeach()
add_custom_target(job_programs ALL DEPENDS ${job_programs})

# The test of dead files reads here what is compiled though not for the host.
string(JOIN "\n" compiled ${program_sources} ${support_sources})
file(GENERATE OUTPUT "${CMAKE_BINARY_DIR}/job_programs/sources.txt" CONTENT "${compiled}\n")
