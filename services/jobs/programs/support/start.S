# Entry of a job: global pointer, thread pointer, stack, main, exit with what main returned.
    .section .text.start
    .globl _start
_start:
    .option push
    .option norelax
    la gp, __global_pointer$
    .option pop
    la tp, __thread_storage
    la sp, __stack
    call main
    call _exit
