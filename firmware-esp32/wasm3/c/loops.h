/* Loops without a native frame, in the place of wasm3's.
 *
 * wasm3 runs the body of a loop inside op_Loop, and what follows the loop as well, until the function returns: each
 * loop that a function has passed keeps a native frame, so that a few thousand of them in a row overrun the stack.
 * These operations jump back instead, as branches do elsewhere. They check at each iteration whether the guest may go
 * on. The memory lies where it was reserved, so its address need not be looked up again after a body that let it grow.
 */

#ifndef WASM3_ENGINE_LOOPS_H
#define WASM3_ENGINE_LOOPS_H

#include "m3_exec.h"

/* Registers are unused at the beginning of a loop. */
#define nextIteration(PC)                                               \
    {                                                                   \
        m3ret_t trap = wasm3_engine_check (_mem);                       \
        if (__builtin_expect (trap != NULL, 0))                         \
            newTrap (trap);                                             \
        d_m3ClearRegisters                                              \
        jumpOp (PC);                                                    \
    }

d_m3Op  (EngineLoop)
{
    d_m3ClearRegisters
    nextOp ();
}

d_m3Op  (EngineContinueLoop)
{
    pc_t loop = immediate (pc_t);
    nextIteration (loop)
}

d_m3Op  (EngineContinueLoopIf)
{
    i32 condition = (i32) _r0;
    pc_t loop = immediate (pc_t);

    if (condition)
        nextIteration (loop)

    nextOp ();
}

#define op_Loop             op_EngineLoop
#define op_ContinueLoop     op_EngineContinueLoop
#define op_ContinueLoopIf   op_EngineContinueLoopIf

#endif
