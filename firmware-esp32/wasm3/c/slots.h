/* Who uses which slot of a function's frame: for the compiler as build/repairs.rs mends it. Not inlined, so that nested
 * blocks take no more of the native stack. */

#ifndef WASM3_ENGINE_SLOTS_H
#define WASM3_ENGINE_SLOTS_H

/* A slot has one user more, or its first. */
static __attribute__((noinline)) M3Result  wasm3_engine_use_slot  (IM3Compilation o, u16 i_slot, u8 i_type)
{
    M3Result result = m3Err_none;

    u16 end = i_slot + GetTypeNumSlots (i_type);
    for (u16 half = i_slot; half < end and not result; ++half)
    {
        if (IsSlotAllocated (o, half))
            result = IncrementSlotUsageCount (o, half);
        else
            MarkSlotAllocated (o, half);
    }

    return result;
}

/* Moves a value of the stack to a slot that nobody else uses or reads, unless it has one. */
static __attribute__((noinline)) M3Result  wasm3_engine_own_slot  (IM3Compilation o, u16 i_stackIndex)
{
    M3Result result = m3Err_none;

    u16 slot = GetSlotForStackIndex (o, i_stackIndex);
    u8 type = GetStackTypeFromBottom (o, i_stackIndex);
    bool isShared = slot >= o->slotFirstDynamicIndex and o->m3Slots [slot] > 1;

    if (isShared or IsConstantSlot (o, slot))
    {
        u16 newSlot;
_       (AllocateSlots (o, & newSlot, type));
_       (CopyStackIndexToSlot (o, newSlot, i_stackIndex));
        o->wasmStack [i_stackIndex] = newSlot;

        if (isShared)
            DeallocateSlot (o, slot, type);
    }

    _catch: return result;
}

/* After a call: moves results down that lie farther up than as many values need, where something below is free. */
static __attribute__((noinline)) M3Result  wasm3_engine_lower_results  (IM3Compilation o, IM3FuncType i_type)
{
    M3Result result = m3Err_none;

    u16 end = o->stackIndex;
    u16 values = end - o->stackFirstDynamicIndex;
    /* A value more than there are: slots begin at an even one, and not each call shall cost a copy. */
    u16 top = o->slotFirstDynamicIndex + (values + 1) * c_ioSlotCount;

    for (u16 i = end - GetFuncTypeNumResults (i_type); i < end; ++i)
    {
        u16 slot = GetSlotForStackIndex (o, i);
        u8 type = GetStackTypeFromBottom (o, i);

        if (slot + GetTypeNumSlots (type) > top)
        {
            u16 lower;
_           (AllocateSlots (o, & lower, type));

            if (lower < slot)
            {
_               (CopyStackIndexToSlot (o, lower, i));
                o->wasmStack [i] = lower;
                DeallocateSlot (o, slot, type);
            }
            else DeallocateSlot (o, lower, type);
        }
    }

    _catch: return result;
}

/* The first of the slots that a value of 64 bits takes which lies there. */
static inline u16  wasm3_engine_pair  (u16 i_slot)
{
    return i_slot - i_slot % c_ioSlotCount;
}

/* Copies the values of the stack from i_stackIndex up to i_endStackIndex to slots: those of the values from i_targetIndex on.
 * Whatever lies where another goes is saved first, to i_tempSlot and behind it. */
static M3Result  wasm3_engine_move_values  (IM3Compilation o, u16 i_targetIndex, u16 i_stackIndex, u16 i_endStackIndex, u16 i_tempSlot)
{
    M3Result result = m3Err_none;

    if (i_stackIndex == i_endStackIndex)
        return result;

    u16 targetSlot = GetSlotForStackIndex (o, i_targetIndex);
    u16 targetPair = wasm3_engine_pair (targetSlot);
    u16 savedPair = c_slotUnused;

    if (targetSlot != GetSlotForStackIndex (o, i_stackIndex))
    {
        for (u16 i = i_stackIndex + 1; i < i_endStackIndex; ++i)
        {
            u16 slot = GetSlotForStackIndex (o, i);

            if (wasm3_engine_pair (slot) == targetPair)
            {
                if (savedPair == c_slotUnused)
                {
                    _throwif (m3Err_functionStackOverflow, i_tempSlot + c_ioSlotCount > d_m3MaxFunctionSlots);

                    savedPair = i_tempSlot;
                    i_tempSlot += c_ioSlotCount;
                    TouchSlot (o, i_tempSlot - 1);

_                   (EmitOp (o, op_CopySlot_64));
                    EmitSlotOffset (o, savedPair);
                    EmitSlotOffset (o, targetPair);
                }
                o->wasmStack [i] = savedPair + (slot - targetPair);
            }
        }

_       (CopyStackIndexToSlot (o, targetSlot, i_stackIndex));
    }

_   (wasm3_engine_move_values (o, i_targetIndex + 1, i_stackIndex + 1, i_endStackIndex, i_tempSlot));

    /* The stack is as before: a branch need not be taken. */
    for (u16 i = i_stackIndex + 1; i < i_endStackIndex and savedPair != c_slotUnused; ++i)
    {
        u16 slot = GetSlotForStackIndex (o, i);

        if (wasm3_engine_pair (slot) == savedPair)
            o->wasmStack [i] = targetPair + (slot - savedPair);
    }

    _catch: return result;
}

/* Forgets that the value in the float register went to a slot, where it did. `i_waiting` is what regStackIndexPlusOne was
 * before. */
static __attribute__((noinline)) void  wasm3_engine_forget_slot  (IM3Compilation o, u16 i_waiting)
{
    if (o->regStackIndexPlusOne [1] != i_waiting)
    {
        u16 stackIndex = i_waiting - 1;
        DeallocateSlot (o, GetSlotForStackIndex (o, stackIndex), GetStackTypeFromBottom (o, stackIndex));
        o->wasmStack [stackIndex] = d_m3Fp0SlotAlias;
        AllocateRegister (o, 1, stackIndex);
    }
}

#endif
