/* What C and Rust share of one instance. */

#ifndef WASM3_ENGINE_CONTROL_H
#define WASM3_ENGINE_CONTROL_H

#include "m3_core.h"
#include "m3_env.h"

/* Later versions validate modules and have several tables; what the repairs are for is other there. */
#define WASM3_ENGINE_IS_0_5     (M3_VERSION_MAJOR == 0 && M3_VERSION_MINOR <= 5)

#ifndef d_m3MemPageSize
#   define d_m3MemPageSize      d_m3DefaultMemPageSize
#endif

/* The same as `Control` in src/control.rs. The runtime's user data points to it. */
typedef struct Wasm3EngineControl
{
    /* Loop iterations and calls until Rust is asked whether the guest may go on. */
    uint32_t left;
    /* Pages that memory may grow to; they are allocated from the start. */
    uint32_t bound_pages;
    /* Set by somebody else who wants Rust to be asked at once. */
    const volatile uint8_t * interrupt;
    /* The native stack must not get below this address. */
    uintptr_t stack_limit;
    /* Asks Rust: null, or the trap that ends the guest. */
    M3Result (* look_up) (struct Wasm3EngineControl *);
    /* Code pages that the compiler is working on; see pages.h. */
    IM3CodePage pages;
}
Wasm3EngineControl;

/* The trap by which the host ends a guest; compared by its address. */
extern const char wasm3_engine_halted[];

/* The stack pointer. Asked of the processor: a local variable need not lie on the stack under a sanitizer. */
static inline uintptr_t wasm3_engine_stack (void)
{
    uintptr_t pointer;
#if defined(__riscv)
    __asm__ volatile ("mv %0, sp" : "=r" (pointer));
#elif defined(__x86_64__)
    __asm__ volatile ("movq %%rsp, %0" : "=r" (pointer));
#elif defined(__aarch64__)
    __asm__ volatile ("mov %0, sp" : "=r" (pointer));
#else
    pointer = (uintptr_t) __builtin_frame_address (0);
#endif
    return pointer;
}

#endif
