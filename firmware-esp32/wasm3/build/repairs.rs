//! Mistakes of wasm3 0.5.0 that valid modules run into, repaired in a copy of its sources.
//!
//! Only what macros around a file cannot reach is here; c/repair.h has the rest.

/// A text of a file, and what stands there instead.
pub(crate) struct Repair {
    /// Stands there once.
    pub(crate) old: &'static str,
    pub(crate) new: &'static str,
}

/// The version that the repairs are for. Later ones validate, and have their own.
pub(crate) const VERSION: &str = "0.5.0";

/// What is repaired, by file.
pub(crate) const FILES: &[(&str, &[Repair])] =
    &[("m3_compile.c", COMPILE), ("m3_core.c", CORE), ("m3_env.c", ENVIRONMENT), ("m3_module.c", MODULE)];

const COMPILE: &[Repair] = &[
    Repair {
        old: "// if local is unreferenced, o_preservedSlotNumber",
        new: "#include \"slots.h\"\n\n// if local is unreferenced, o_preservedSlotNumber",
    },
    // Results of a block of which the last is a float: that one goes to a register, the others to slots. wasm3 copied
    // as many slots as there are results, so one value from below, and wrote it to the slot of the register, which
    // lies outside the stack.
    Repair {
        old: "_           (CopyStackTopToRegister (o, false));\n            --endIndex;\n",
        new: "_           (CopyStackTopToRegister (o, false));\n            --endIndex;\n            --numValues;\n",
    },
    // The value that is in that register goes to a slot before, if the branch is taken. wasm3 believed it there in any case.
    Repair {
        old: "        u16 endIndex = GetStackTopIndex (o) + 1;\n\n        if (not isLoop",
        new: "        u16 endIndex = GetStackTopIndex (o) + 1;\n\
              \x20       u16 waiting = o->regStackIndexPlusOne [1];\n\n        if (not isLoop",
    },
    // When a result goes where others lie, wasm3 saved the first of them. There may be several: in both halves of a slot
    // of 64 bits, or a local that was read several times.
    Repair {
        old: "_       (CopyStackSlotsR (o, slotRecords, endIndex - numValues, endIndex, tempSlot));\n",
        new: "_       (wasm3_engine_move_values (o, slotRecords, endIndex - numValues, endIndex, tempSlot));\n\
              \n\
              \x20       if (i_isBranch)\n\
              \x20           wasm3_engine_forget_slot (o, waiting);\n",
    },
    // Where values wait that would be overwritten while others move: behind all slots that are in use or aimed at.
    // wasm3 took the slot behind the highest that the function had ever used, a new one each time, so that a function
    // with many such branches was refused.
    Repair {
        old: "        u16 tempSlot = o->maxStackSlots;",
        new: "        u16 tempSlot = GetMaxUsedSlotPlusOne (o);\n\
              \x20       for (u16 i = 0; i < numValues; ++i)\n\
              \x20       {\n\
              \x20           u16 slot = GetSlotForStackIndex (o, slotRecords + i);\n\
              \x20           if (IsValidSlot (slot))\n\
              \x20               tempSlot = M3_MAX (tempSlot, slot + GetTypeNumSlots (c_m3Type_i64));\n\
              \x20       }\n\
              \x20       ",
    },
    // A local that was read twice before a block or loop, or before it changes, waits in a slot with two users. wasm3
    // counted the second one in the first half of the slot only, so that the other half counted as used for ever once
    // both were gone; results of blocks around it then went astray.
    Repair {
        old: "            else\n_               (IncrementSlotUsageCount (o, * o_preservedSlotNumber));\n",
        new: "            else\n\
              _               (wasm3_engine_use_slot (o, * o_preservedSlotNumber, GetStackTypeFromBottom (o, i)));\n",
    },
    // When such values become parameters of a block, each is one user. wasm3 counted one for all, so that the slot was
    // free as soon as the first was gone.
    Repair {
        old: "        if (slot >= o->slotFirstDynamicIndex)\n            MarkSlotsAllocatedByType (o, slot, type);\n",
        new: "        if (slot >= o->slotFirstDynamicIndex)\n_           (wasm3_engine_use_slot (o, slot, type));\n",
    },
    // Results of a call were put behind everything that is in use, the arguments of the call among that. So the results of calls
    // that are arguments of others climbed, and wasm3 wrote behind its tables after some hundred.
    Repair {
        old: "    * o_stackOffset = topSlot;\n",
        new: "    * o_stackOffset = topSlot;\n\
              \x20   _throwif (m3Err_functionStackOverflow, topSlot\n\
              \x20             + (GetFuncTypeNumParams (i_type) + GetFuncTypeNumResults (i_type)) * c_ioSlotCount > d_m3MaxFunctionSlots);\n",
    },
    Repair {
        old: "            EmitSlotOffset  (o, slotTop);\n",
        new: "            EmitSlotOffset  (o, slotTop);\n_           (wasm3_engine_lower_results (o, function->funcType));\n",
    },
    Repair {
        old: "    EmitSlotOffset  (o, execTop);\n",
        new: "    EmitSlotOffset  (o, execTop);\n_   (wasm3_engine_lower_results (o, type));\n",
    },
    // With a full heap there is no page for the next operation. Where that was not looked at, what belongs to the operation was
    // written behind the page before.
    Repair {
        old: "                EmitOp          (o, op);\n                EmitSlotOffset  (o, preservedSlotNumber);\n",
        new: "_               (EmitOp          (o, op));\n                EmitSlotOffset  (o, preservedSlotNumber);\n",
    },
    Repair {
        old: "    EmitOp (o, op);\n    for (u32 i = 0; i < 3; i++)",
        new: "_   (EmitOp (o, op));\n    for (u32 i = 0; i < 3; i++)",
    },
    Repair {
        old: "    PushBlockResults (o);\n\n    stackIndex = o->stackIndex;",
        new: "_   (PushBlockResults (o));\n\n    stackIndex = o->stackIndex;",
    },
    // Numbers may be written with more bytes than they need.
    Repair {
        old: "    u8 opcode;\n_   (Read_u8 (& opcode, & o->wasm, o->wasmEnd));             m3log (compile, d_indent \" (FC: %\"",
        new: "    u32 opcode;\n_   (ReadLEB_u32 (& opcode, & o->wasm, o->wasmEnd));         m3log (compile, d_indent \" (FC: %\"",
    },
    Repair {
        old: "    i8 reserved;\n\
              _   (ReadLEB_i7 (& reserved, & o->wasm, o->wasmEnd));\n\
              \n\
              \x20   IM3Operation op;\n\
              \x20   if (i_opcode == c_waOp_memoryCopy)\n\
              \x20   {\n\
              _       (ReadLEB_i7 (& reserved, & o->wasm, o->wasmEnd));\n",
        new: "    u32 reserved;\n\
              _   (ReadLEB_u32 (& reserved, & o->wasm, o->wasmEnd));\n\
              \n\
              \x20   IM3Operation op;\n\
              \x20   if (i_opcode == c_waOp_memoryCopy)\n\
              \x20   {\n\
              _       (ReadLEB_u32 (& reserved, & o->wasm, o->wasmEnd));\n",
    },
    // When they become parameters of a loop, each gets a slot of its own, for the loop changes them. wasm3 did that for
    // constants only.
    Repair {
        old: "                    u16 slot = GetSlotForStackIndex (o, i);\n\
              \x20                   u8 type = GetStackTypeFromBottom (o, i);\n\
              \n\
              \x20                   if (IsConstantSlot (o, slot))\n\
              \x20                   {\n\
              \x20                       u16 newSlot;\n\
              _                       (AllocateSlots (o, & newSlot, type));\n\
              _                       (CopyStackIndexToSlot (o, newSlot, i));\n\
              \x20                       o->wasmStack [i] = newSlot;\n\
              \x20                   }\n",
        new: "_                   (wasm3_engine_own_slot (o, i));\n",
    },
];

// Names: guest-check has bounded them by the module's size, and wasm3 refused any of more than 10,000 bytes. With a full
// heap, it took a name for none.
const CORE: &[Repair] = &[
    Repair {
        old: "        if (utf8Length <= d_m3MaxSaneUtf8Length)\n",
        new: "        if (utf8Length < UINT32_MAX)\n",
    },
    Repair {
        old: "                    * o_utf8 = utf8;\n                }\n",
        new: "                    * o_utf8 = utf8;\n                }\n                else result = m3Err_mallocFailed;\n",
    },
];

// With a full heap, wasm3 forgot an array that could not grow, but not that it had one more element.
const MODULE: &[Repair] = &[
    Repair {
        old: "    u32 index = io_module->numFunctions++;\n\
              \x20   io_module->functions = m3_ReallocArray (M3Function, io_module->functions, io_module->numFunctions, index);\n\
              \n\
              \x20   _throwifnull (io_module->functions);\n",
        new: "    u32 index = io_module->numFunctions;\n\
              \x20   M3Function * grown = m3_ReallocArray (M3Function, io_module->functions, index + 1, index);\n\
              \x20   _throwifnull (grown);\n\
              \x20   io_module->functions = grown;\n\
              \x20   io_module->numFunctions = index + 1;\n",
    },
    Repair {
        old: "    u32 index = io_module->numGlobals++;\n\
              \x20   io_module->globals = m3_ReallocArray (M3Global, io_module->globals, io_module->numGlobals, index);\n\
              \x20   _throwifnull(io_module->globals);\n",
        new: "    u32 index = io_module->numGlobals;\n\
              \x20   M3Global * grown = m3_ReallocArray (M3Global, io_module->globals, index + 1, index);\n\
              \x20   _throwifnull (grown);\n\
              \x20   io_module->globals = grown;\n\
              \x20   io_module->numGlobals = index + 1;\n",
    },
];

const ENVIRONMENT: &[Repair] = &[
    Repair {
        old: "                io_module->table0 = m3_ReallocArray (IM3Function, io_module->table0, endElement, io_module->table0Size);\n",
        new: "                IM3Function * grown = m3_ReallocArray (IM3Function, io_module->table0, endElement, io_module->table0Size);\n\
              \x20               _throwifnull (grown);\n\
              \x20               io_module->table0 = grown;\n",
    },
    // Code pages that the compiler has lost are found again; see c/pages.h.
    Repair { old: "#include \"m3_info.h\"\n", new: "#include \"m3_info.h\"\n#include \"pages.h\"\n" },
    Repair {
        old: "        i_runtime->numActiveCodePages++;\n",
        new: "        i_runtime->numActiveCodePages++;\n        wasm3_engine_take_page (i_runtime, page);\n",
    },
    Repair {
        old: "        ReleaseCodePageNoTrack (i_runtime, i_codePage);\n        i_runtime->numActiveCodePages--;\n",
        new: "        wasm3_engine_give_page (i_runtime, i_codePage);\n\
              \x20       ReleaseCodePageNoTrack (i_runtime, i_codePage);\n\
              \x20       i_runtime->numActiveCodePages--;\n",
    },
];

/// Applies `repairs` to the text of a file.
///
/// # Errors
/// Says which text is not there just once.
pub(crate) fn apply(text: &str, repairs: &[Repair]) -> Result<String, String> {
    let mut text = text.replace("\r\n", "\n");
    for Repair { old, new } in repairs {
        match text.matches(old).count() {
            1 => text = text.replace(old, new),
            count => return Err(format!("{count} places with the text to be repaired:\n{old}")),
        }
    }
    Ok(text)
}
