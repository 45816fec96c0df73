# BLAKE3 from the official C sources that Debian's package librust-blake3-dev carries; never copied
# into the tree.
#
#   blake3_portable   freestanding objects for libaxiom.a: the portable kernels, no hasher
#   blake3_simd       host archive: the SSE2, SSE4.1, AVX2 and AVX-512 kernels, without a dispatcher
#   blake3_reference  host archive: the official hasher with its own dispatcher, its names prefixed
#                     blake3_reference_, as an oracle in tests and a yardstick in benches
file(GLOB blake3_folders /usr/share/cargo/registry/blake3-*/c)
list(SORT blake3_folders COMPARE NATURAL ORDER DESCENDING)
if(NOT blake3_folders)
  message(FATAL_ERROR "BLAKE3's C sources are missing: scripts/setup installs librust-blake3-dev")
endif()
list(GET blake3_folders 0 blake3_folder)

# axiom_blake3_portable(NAME [MACHINE])
function(axiom_blake3_portable name)
  add_library(${name} OBJECT "${blake3_folder}/blake3_portable.c")
  target_include_directories(${name} SYSTEM PRIVATE "${blake3_folder}")
  # An assert() would need a C library. -O3 is what its authors measure with.
  target_compile_definitions(${name} PRIVATE NDEBUG)
  target_compile_options(${name} PRIVATE -O3 -w)
  axiom_freestanding(${name} ${ARGN})
endfunction()

axiom_blake3_portable(blake3_portable)

add_library(blake3_simd STATIC
  "${blake3_folder}/blake3_sse2_x86-64_unix.S" "${blake3_folder}/blake3_sse41_x86-64_unix.S"
  "${blake3_folder}/blake3_avx2_x86-64_unix.S" "${blake3_folder}/blake3_avx512_x86-64_unix.S")

add_library(blake3_reference STATIC
  "${blake3_folder}/blake3.c" "${blake3_folder}/blake3_portable.c"
  "${blake3_folder}/blake3_dispatch.c")
target_include_directories(blake3_reference SYSTEM PUBLIC "${blake3_folder}")
target_compile_options(blake3_reference PRIVATE -O3 -w)
target_link_libraries(blake3_reference PRIVATE blake3_simd)
foreach(name version hasher_init hasher_init_keyed hasher_init_derive_key
        hasher_init_derive_key_raw hasher_update hasher_finalize hasher_finalize_seek hasher_reset)
  target_compile_definitions(blake3_reference PUBLIC blake3_${name}=blake3_reference_${name})
endforeach()
foreach(name compress_in_place compress_xof hash_many simd_degree
        compress_in_place_portable compress_xof_portable hash_many_portable)
  target_compile_definitions(blake3_reference PRIVATE blake3_${name}=blake3_reference_${name})
endforeach()
