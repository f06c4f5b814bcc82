/* Repairs of wasm3 0.5's compiler, made where it reads the next instruction:
 *
 * - instructions that are never reached are skipped. wasm3 0.5 compiles them on a stack that is not there, and
 *   writes outside its tables for some valid modules;
 * - `br` back to a loop with parameters gives them to it, as `br_if` does. wasm3 0.5 forgets that.
 */

#ifndef WASM3_ENGINE_REPAIR_H
#define WASM3_ENGINE_REPAIR_H

#include "m3_compile.h"

M3Result  GetBlockScope        (IM3Compilation o, IM3CompilationScope * o_scope, i32 i_depth);
M3Result  ResolveBlockResults  (IM3Compilation o, IM3CompilationScope i_targetBlock, bool i_isBranch);

/* The instructions that are named below (WebAssembly core specification 1.0, section 5.4). */
enum
{
    OP_BLOCK = 0x02, OP_LOOP = 0x03, OP_IF = 0x04, OP_ELSE = 0x05, OP_END = 0x0b,
    OP_BR = 0x0c, OP_BR_IF = 0x0d, OP_BR_TABLE = 0x0e, OP_CALL = 0x10, OP_CALL_INDIRECT = 0x11,
    OP_LOCAL_GET = 0x20, OP_GLOBAL_SET = 0x24, OP_I32_LOAD = 0x28, OP_I64_STORE32 = 0x3e,
    OP_MEMORY_SIZE = 0x3f, OP_MEMORY_GROW = 0x40,
    OP_I32_CONST = 0x41, OP_I64_CONST = 0x42, OP_F32_CONST = 0x43, OP_F64_CONST = 0x44,
    OP_EXTENDED = 0xfc, OP_MEMORY_COPY = 10, OP_MEMORY_FILL = 11
};

/* Reads numbers of an instruction. The module has been checked; the end is looked at all the same. */
static u32  wasm3_engine_number  (bytes_t * io_bytes, cbytes_t i_end)
{
    u32 value = 0;
    for (u32 shift = 0; * io_bytes < i_end; shift += 7)
    {
        u8 byte = * (* io_bytes) ++;
        if (shift < 32)
            value |= (u32) (byte & 0x7f) << shift;
        if (not (byte & 0x80))
            break;
    }
    return value;
}

static void  wasm3_engine_skip_numbers  (u32 i_count, bytes_t * io_bytes, cbytes_t i_end)
{
    while (i_count -- and * io_bytes < i_end)
        wasm3_engine_number (io_bytes, i_end);
}

static void  wasm3_engine_skip_bytes  (size_t i_count, bytes_t * io_bytes, cbytes_t i_end)
{
    size_t left = i_end - * io_bytes;
    * io_bytes += M3_MIN (i_count, left);
}

/* Skips what follows an instruction that is no `else` and no `end`. */
static void  wasm3_engine_skip_immediates  (u8 i_opcode, bytes_t * io_bytes, cbytes_t i_end)
{
    u32 numbers = 0;

    if (i_opcode == OP_BR_TABLE)
        numbers = wasm3_engine_number (io_bytes, i_end) + 1;
    else if (i_opcode == OP_EXTENDED)
    {
        u32 extended = wasm3_engine_number (io_bytes, i_end);
        numbers = extended == OP_MEMORY_COPY ? 2 : extended == OP_MEMORY_FILL ? 1 : 0;
    }
    else if (i_opcode == OP_F32_CONST)
        wasm3_engine_skip_bytes (4, io_bytes, i_end);
    else if (i_opcode == OP_F64_CONST)
        wasm3_engine_skip_bytes (8, io_bytes, i_end);
    else if (i_opcode == OP_CALL_INDIRECT or (i_opcode >= OP_I32_LOAD and i_opcode <= OP_I64_STORE32))
        numbers = 2;
    else if ((i_opcode >= OP_BLOCK and i_opcode <= OP_IF) or i_opcode == OP_BR or i_opcode == OP_BR_IF
             or i_opcode == OP_CALL or (i_opcode >= OP_LOCAL_GET and i_opcode <= OP_GLOBAL_SET)
             or (i_opcode >= OP_MEMORY_SIZE and i_opcode <= OP_I64_CONST))
        numbers = 1;

    wasm3_engine_skip_numbers (numbers, io_bytes, i_end);
}

/* Goes on to the `else` or `end` of the block that is being compiled. */
static void  wasm3_engine_skip_unreachable  (bytes_t * io_bytes, cbytes_t i_end)
{
    u32 depth = 0;

    while (* io_bytes < i_end)
    {
        u8 opcode = ** io_bytes;

        if (depth == 0 and (opcode == OP_ELSE or opcode == OP_END))
            return;

        ++ * io_bytes;

        if (opcode >= OP_BLOCK and opcode <= OP_IF)
            ++ depth;

        if (opcode == OP_END)
            -- depth;
        else if (opcode != OP_ELSE)
            wasm3_engine_skip_immediates (opcode, io_bytes, i_end);
    }
}

/* Before a `br` to a loop: moves the values on the stack to where the loop has its parameters. */
static M3Result  wasm3_engine_pass_to_loop  (IM3Compilation o)
{
    bytes_t bytes = o->wasm + 1;
    IM3CompilationScope scope;

    M3Result result = GetBlockScope (o, & scope, wasm3_engine_number (& bytes, o->wasmEnd));

    if (not result and scope->opcode == OP_LOOP and scope->type->numArgs)
        result = ResolveBlockResults (o, scope, /* isBranch: */ true);

    return result;
}

static M3Result  wasm3_engine_read_opcode  (IM3Compilation o, m3opcode_t * o_opcode)
{
    M3Result result = m3Err_none;

    if (o->function and o->block.isPolymorphic)
        wasm3_engine_skip_unreachable (& o->wasm, o->wasmEnd);

    if (o->function and o->wasm < o->wasmEnd and * o->wasm == OP_BR)
        result = wasm3_engine_pass_to_loop (o);

    return result ? result : Read_opcode (o_opcode, & o->wasm, o->wasmEnd);
}

#define Read_opcode(opcode, bytes, end)   wasm3_engine_read_opcode (o, opcode)

#endif
