# axiom_freestanding(TARGET): compile TARGET as code that runs where there is no runtime.
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
  target_compile_options(${target} PRIVATE
    -ffreestanding -mno-red-zone -mno-mmx -mlong-double-64
    -fPIE -fvisibility=hidden -fno-stack-protector -fcf-protection=none -fno-lto)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    target_compile_options(${target} PRIVATE -msoft-float -mno-sse)
  else()
    # GCC refuses the float functions of its own headers without SSE registers, and calls a runtime
    # for popcount.
    target_compile_options(${target} PRIVATE -mpopcnt)
  endif()
endfunction()
