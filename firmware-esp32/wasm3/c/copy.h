/* How operations copy a number from and to the guest's memory, where it may lie at any address.
 *
 * wasm3 calls memcpy. For machines that must not access words at any address, such as riscv32, compilers make a call of it,
 * with a variable on the stack; an operation that has one cannot jump to the next, so that each load and store of a
 * function kept a frame until the function returned.
 */

#ifndef WASM3_ENGINE_COPY_H
#define WASM3_ENGINE_COPY_H

#include <stdint.h>
#include <string.h>

typedef struct __attribute__ ((packed, may_alias)) { uint16_t value; } Wasm3EngineAny16;
typedef struct __attribute__ ((packed, may_alias)) { uint32_t value; } Wasm3EngineAny32;
typedef struct __attribute__ ((packed, may_alias)) { uint64_t value; } Wasm3EngineAny64;

/* `i_size` is a constant. */
static inline __attribute__ ((always_inline))
void  wasm3_engine_copy  (void * o_to, const void * i_from, size_t i_size)
{
    switch (i_size)
    {
        case 1: * (uint8_t *) o_to = * (const uint8_t *) i_from; break;
        case 2: ((Wasm3EngineAny16 *) o_to)->value = ((const Wasm3EngineAny16 *) i_from)->value; break;
        case 4: ((Wasm3EngineAny32 *) o_to)->value = ((const Wasm3EngineAny32 *) i_from)->value; break;
        case 8: ((Wasm3EngineAny64 *) o_to)->value = ((const Wasm3EngineAny64 *) i_from)->value; break;
        default: __builtin_memcpy (o_to, i_from, i_size);
    }
}

#undef memcpy
#define memcpy(to, from, size)      wasm3_engine_copy (to, from, size)

#endif
