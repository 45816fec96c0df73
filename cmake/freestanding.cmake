# axiom_freestanding(TARGET [MACHINE]): compile TARGET as code that runs where there is no runtime.
# MACHINE: x86_64 unless it is said; i686 and wasm32 are Clang's alone (cmake/word_size.cmake).
#
# Under a sanitizer, a fuzzer or coverage the same sources are compiled for the host, since that
# instrumentation calls into a runtime; the rules of the language (no exceptions, no RTTI) stay.
function(axiom_freestanding target)
  target_compile_options(${target} PRIVATE
    $<$<COMPILE_LANGUAGE:CXX>:-fno-exceptions> $<$<COMPILE_LANGUAGE:CXX>:-fno-rtti>
    $<$<COMPILE_LANGUAGE:CXX>:-fno-threadsafe-statics>)
  if(AXIOM_SANITIZE OR AXIOM_FUZZ OR AXIOM_COVERAGE)
    return()
  endif()
  target_compile_options(${target} PRIVATE -ffreestanding -fvisibility=hidden -fno-lto)
  if("${ARGN}" STREQUAL "wasm32")
    # WASI's headers; nothing of WASI is called.
    target_compile_options(${target} PRIVATE --target=wasm32-wasi)
    return()
  endif()
  if("${ARGN}" STREQUAL "i686")
    target_compile_options(${target} PRIVATE ${axiom_i686_options})
  endif()
  target_compile_options(${target} PRIVATE
    -mno-red-zone -mno-mmx -mlong-double-64 -fPIE -fno-stack-protector -fcf-protection=none)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    target_compile_options(${target} PRIVATE -msoft-float -mno-sse)
  else()
    # GCC refuses the float functions of its own headers without SSE registers, and calls a runtime
    # for popcount.
    target_compile_options(${target} PRIVATE -mpopcnt)
  endif()
endfunction()

# Of freestanding and of hosted code alike. Debian keeps the headers that depend on the machine in
# the 64-bit one's folder, where Clang does not look for 32 bits.
set(axiom_i686_options -m32 "SHELL:-idirafter /usr/include/${CMAKE_LIBRARY_ARCHITECTURE}")
