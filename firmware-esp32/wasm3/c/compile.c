/* wasm3's compiler and operations, with six changes made by macros, so that its sources stay as they are:
 *
 * - every entry into a function checks whether the guest may go on, and so does every iteration of a loop;
 * - memory.copy and memory.fill count as loops do;
 * - loops take no native stack: loops.h;
 * - loads and stores take none: copy.h;
 * - every call checks the native stack, which wasm3 uses for calls and does not bound itself;
 * - memory.grow moves the end of the memory that was reserved at the start. wasm3 0.5 would reallocate, and shrink
 *   memory when the sum of pages wraps at 2^32.
 */

#include "m3_core.h"
#include "m3_exec_defs.h"

#define ResizeMemory wasm3_engine_grow
#include "m3_env.h"
#include "control.h"

static inline Wasm3EngineControl * wasm3_engine_control (M3MemoryHeader * mem)
{
    return (Wasm3EngineControl *) mem->runtime->userdata;
}

static inline m3ret_t wasm3_engine_check (M3MemoryHeader * mem)
{
    Wasm3EngineControl * control = wasm3_engine_control (mem);

    if (__builtin_expect (-- control->left != 0 && ! * control->interrupt, 1))
        return NULL;

    return control->look_up (control);
}

static inline m3ret_t wasm3_engine_check_stack (M3MemoryHeader * mem)
{
    if (__builtin_expect (wasm3_engine_stack () >= wasm3_engine_control (mem)->stack_limit, 1))
        return NULL;

    return m3Err_trapStackOverflow;
}

M3Result  wasm3_engine_grow  (IM3Runtime io_runtime, u32 i_numPages)
{
    Wasm3EngineControl * control = (Wasm3EngineControl *) io_runtime->userdata;
    M3Memory * memory = & io_runtime->memory;

    /* Fewer pages than before: the sum has wrapped. */
    if (i_numPages < memory->numPages || i_numPages > control->bound_pages)
        return m3Err_wasmMemoryOverflow;

    memory->numPages = i_numPages;
    memory->mallocated->length = (size_t) i_numPages * d_m3MemPageSize;

    return NULL;
}

/* op_Entry evaluates this, and so does op_Loop where it is used, once per iteration. The checked call leaves a trap where the operation's own result would be. */
static inline m3ret_t wasm3_engine_next (d_m3OpSig)
{
    m3ret_t trap = wasm3_engine_check (_mem);
    if (__builtin_expect (trap != NULL, 0))
        return trap;

    return ((IM3Operation) (* _pc)) (_pc + 1, d_m3OpArgs);
}

#ifndef M3_MUSTTAIL
#   define M3_MUSTTAIL
#endif

#undef nextOpDirect
#define nextOpDirect()      M3_MUSTTAIL return ((IM3Operation) (* _pc)) (_pc + 1, d_m3OpArgs)

#undef nextOpImpl
#define nextOpImpl()        wasm3_engine_next (d_m3OpAllArgs)

/* Later versions go on from op_Entry without looking at nextOpImpl: there, calls count. */
static inline m3ret_t wasm3_engine_check_call (M3MemoryHeader * mem)
{
    m3ret_t trap = wasm3_engine_check_stack (mem);
    return WASM3_ENGINE_IS_0_5 || trap ? trap : wasm3_engine_check (mem);
}

/* wasm3 asks this at every call; it was declared above, without arguments. */
#define m3_Yield()          wasm3_engine_check_call (_mem)

#include "copy.h"

/* memory.copy and memory.fill count as the loops that they are. */
static inline void wasm3_engine_spend (M3MemoryHeader * mem, uint32_t bytes)
{
    Wasm3EngineControl * control = wasm3_engine_control (mem);
    uint32_t spent = bytes / 64;
    control->left = spent < control->left ? control->left - spent : 1;
}

#define memmove(to, from, size)     (wasm3_engine_spend (_mem, size), memmove (to, from, size))
#define memset(to, byte, size)      (wasm3_engine_spend (_mem, size), memset (to, byte, size))
#include "m3_exec.h"
#undef memmove
#undef memset

/* With AddressSanitizer, an operation with variables that it watches cannot jump to the next one, and a loop that jumps back
 * would take more stack with each iteration. wasm3's own loops return before the next iteration. */
#ifndef __SANITIZE_ADDRESS__
#   include "loops.h"
#endif

#if WASM3_ENGINE_IS_0_5
#   include "repair.h"
#endif

#include "m3_compile.c"
