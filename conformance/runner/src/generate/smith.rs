//! Modules that wasm-smith makes of random bytes, with the ABI as their imports.

use arbitrary::Unstructured;
use device_abi::{EXPORTS, FUNCTIONS, Flat, Function};
use wasm_encoder::{
    CodeSection, EntityType, ExportKind, ExportSection, FunctionSection, ImportSection, Instruction,
    MemorySection, MemoryType, Module, TypeSection, ValType,
};
use wasm_smith::Config;

use super::comparable::comparable;

/// Calls and loop iterations that a module gets, in all: it ends with `unreachable` after them. More would let
/// recursion go deeper than the profiles guarantee.
const FUEL: u32 = 50;

/// Bytes of memory that a module may declare.
const MEMORY_BYTES: u64 = 2 << 16;

/// A function that takes a number and does nothing with it when it is no handle.
const SHOWS: Function = Function::GpioRead;

/// The module that `bytes` stand for; `None` if wasm-smith can make none of them.
pub(super) fn encode(bytes: &[u8]) -> Option<Vec<u8>> {
    let ([kind, exports], bytes) = bytes.split_first_chunk::<2>()?;
    let config = config(*kind, exports % 2 == 0);
    let shows = config.module_shape.is_some().then_some(SHOWS as u32);
    let mut module = wasm_smith::Module::new(config, &mut Unstructured::new(bytes)).ok()?;
    module.ensure_termination(FUEL).ok()?;
    comparable(&module.to_bytes(), shows)
}

/// What a module may be: mostly what every device runs.
fn config(kind: u8, has_events: bool) -> Config {
    let allowed = Config {
        module_shape: Some(shape(has_events)),
        bulk_memory_enabled: false,
        exceptions_enabled: false,
        extended_const_enabled: false,
        gc_enabled: false,
        compact_imports_enabled: false,
        memory64_enabled: false,
        reference_types_enabled: false,
        relaxed_simd_enabled: false,
        simd_enabled: false,
        tail_call_enabled: false,
        threads_enabled: false,
        wide_arithmetic_enabled: false,
        allow_floats: kind & 1 == 0,
        disallow_traps: kind & 6 != 0,
        // The exported memory comes on top.
        max_memories: 0,
        max_memory32_bytes: MEMORY_BYTES,
        max_table_elements: 300,
        min_funcs: 5,
        // Imports count.
        max_funcs: FUNCTIONS.len() + 12,
        max_types: 30,
        max_globals: 10,
        max_data_segments: 5,
        max_element_segments: 4,
        ..Config::default()
    };
    match kind >> 3 {
        0 => Config { bulk_memory_enabled: true, ..allowed },
        1 => Config { reference_types_enabled: true, max_tables: 3, ..allowed },
        2 => Config { simd_enabled: true, tail_call_enabled: true, ..allowed },
        3 => Config { module_shape: None, max_memories: 1, ..allowed },
        4 => Config { extended_const_enabled: true, wide_arithmetic_enabled: true, ..allowed },
        5..12 => Config { max_instructions: 300, max_nesting_depth: 60, ..allowed },
        _ => allowed,
    }
}

/// A module that imports the whole ABI and exports what a guest must, and perhaps what it may.
fn shape(has_events: bool) -> Vec<u8> {
    let (mut types, mut imports) = (TypeSection::new(), ImportSection::new());
    for (info, ty) in FUNCTIONS.iter().zip(0..) {
        types.ty().function(info.flat_params.iter().map(val), info.flat_result.as_ref().map(val));
        imports.import(info.module, info.name, EntityType::Function(ty));
    }
    let (mut functions, mut code) = (FunctionSection::new(), CodeSection::new());
    let (mut memories, mut exports) = (MemorySection::new(), ExportSection::new());
    memories.memory(MemoryType {
        minimum: 1,
        maximum: None,
        memory64: false,
        shared: false,
        page_size_log2: None,
    });
    exports.export("memory", ExportKind::Memory, 0);
    let exported = EXPORTS.iter().filter(|export| export.required || has_events);
    for (export, number) in exported.zip(FUNCTIONS.len() as u32..) {
        types.ty().function(export.flat_params.iter().map(val), export.flat_result.as_ref().map(val));
        functions.function(number);
        exports.export(export.name, ExportKind::Func, number);
        let mut body = wasm_encoder::Function::new([]);
        body.instruction(&Instruction::Unreachable).instruction(&Instruction::End);
        code.function(&body);
    }
    let mut module = Module::new();
    module.section(&types).section(&imports).section(&functions).section(&memories);
    module.section(&exports).section(&code);
    module.finish()
}

fn val(flat: &Flat) -> ValType {
    match flat {
        Flat::I32 => ValType::I32,
        Flat::I64 => ValType::I64,
    }
}
