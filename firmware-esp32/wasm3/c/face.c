/* What Rust needs of wasm3 beyond its public functions. */

#include "control.h"
#include "interface.h"

const char wasm3_engine_halted[] = "[trap] halted by the host";

/* Slots of the value stack beyond the limit that op_Entry checks: a caller writes arguments and results of the
 * function it calls before that function checks, 16 of each at most, of two slots. */
#define SPARE_SLOTS 72

uint32_t  wasm3_engine_spare_stack_bytes  (void)
{
    return SPARE_SLOTS * sizeof (m3slot_t);
}

/* Gives a parsed module to a runtime that has none, with memory for `bound_pages`. On success the runtime owns the
 * module. */
M3Result  wasm3_engine_load  (IM3Runtime runtime, IM3Module module, uint32_t initial_pages, uint32_t bound_pages)
{
    /* wasm3 reads a maximum of 0 as none. */
    module->memoryInfo.initPages = bound_pages;
    module->memoryInfo.maxPages = bound_pages;

#if WASM3_ENGINE_IS_0_5
    /* It takes a table without elements for a full heap. */
    if (not module->table0)
        module->table0 = m3_AllocStruct (IM3Function);
    if (not module->table0)
        return m3Err_mallocFailed;
#endif

    M3Result result = m3_LoadModule (runtime, module);
    if (result)
        return result;

    M3MemoryHeader * header = runtime->memory.mallocated;
    runtime->memory.numPages = initial_pages;
    header->length = (size_t) initial_pages * d_m3MemPageSize;
    header->maxStack = (m3slot_t *) runtime->stack + (runtime->numStackSlots - SPARE_SLOTS);

    return NULL;
}

/* Frees a runtime with its module, and what its compiler has lost; null is nothing. */
void  wasm3_engine_free_runtime  (IM3Runtime runtime)
{
    if (not runtime)
        return;

    Wasm3EngineControl * control = (Wasm3EngineControl *) runtime->userdata;
    while (control->pages)
        ReleaseCodePage (runtime, control->pages);

    m3_FreeRuntime (runtime);
}

/* Takes the start function away, so that wasm3 does not run it by itself. Returns its index, or -1. */
int32_t  wasm3_engine_take_start  (IM3Module module)
{
    int32_t start = module->startFunction;
    module->startFunction = -1;
    return start;
}

/* A function by its index, imports first; null if there is none. */
IM3Function  wasm3_engine_function  (IM3Module module, uint32_t index)
{
    return index < module->numFunctions ? & module->functions [index] : NULL;
}

/* Calls a function with `native_bytes` of native stack. */
M3Result  wasm3_engine_call  (IM3Function function, Wasm3EngineControl * control, uintptr_t native_bytes,
                              uint32_t count, const void * arguments [])
{
    uintptr_t stack = wasm3_engine_stack ();
    control->stack_limit = stack > native_bytes ? stack - native_bytes : 0;
    return m3_Call (function, count, arguments);
}

/* The version, as wasm3 writes it. */
const char *  wasm3_engine_version  (void)
{
    return M3_VERSION;
}
