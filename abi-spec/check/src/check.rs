//! The check as a whole: which rules, in which order.

use device_abi::{Profile, Refusal};

use crate::{Guest, exports, functions, header, limits, module::Module, segments};

/// Decides whether a module may run on a device of this profile.
///
/// The rules in their order; the first that is broken makes the refusal. Within a rule, the first place in
/// module order counts. What stands in brackets is the refusal's `name`.
///
/// 1. header: `not-wasm`, `component`
/// 2. size: `module-size`
/// 3. section by section, in module order
///    - how much it holds: `type-count`, `import-count`, `function-count` (imports included), `global-count`,
///      `export-count`, `segment-count` (element and data segments each)
///    - each function type, used or not: `function-params` \[`type[0]`\]
///    - each import: `import-kind`, `name-nul`, `unknown-module`, `unknown-import`, `import-signature` \[the import, with
///      its module\]
///    - structure, features and, with Cargo feature `validate`, types: `invalid`. Allowed is WebAssembly 1.0 with
///      mutable globals, sign extension, saturating float-to-int, multi-value, `memory.copy` and `memory.fill`.
///      Segments start at an `i32.const` and carry flags 0, and tables start with the byte of `funcref`, so that old
///      engines read them right. A function body is read no further where it breaks `function-nesting`, and not
///      validated where it breaks `function-slots`
/// 4. export names: `name-nul` \[the export\]
/// 5. `memory`, then the exports of the ABI in its order: `missing-export`, `export-signature` \[the export\]
/// 6. `memory-size` \[`memory`\], `table-size` \[`table[0]`\]: declared minimum against the profile
/// 7. data, then element segments inside the declared minimum: `segment` \[`data[0]`, `element[0]`\]
/// 8. `function-nesting`, then `function-branches`, then `function-slots` \[`function[12]`; imported functions
///    count first, as in the binary format\]. Slots are locals, operands, and the parameters and results of the
///    blocks around an instruction
///
/// What is looked at first bounds the memory that the rest takes, whatever the module: for profile `esp32c3` it is
/// [`ESP32C3_HEAP_BYTES`](crate::ESP32C3_HEAP_BYTES).
///
/// A start function is allowed. Exports that the ABI does not know are ignored, custom sections too.
///
/// # Errors
/// The rule that the module breaks. Names longer than 128 bytes are cut at a character boundary.
pub fn check(module: &[u8], profile: &Profile) -> Result<Guest, Refusal> {
    header::check(module)?;
    limits::module_size(module, profile)?;
    let module = Module::parse(module, profile)?;
    let has_on_event = exports::check(&module)?;
    let memory = limits::memory(&module, profile)?;
    limits::tables(&module, profile)?;
    segments::check(&module, memory.initial_pages)?;
    functions::refuse(&module.functions_over, profile)?;
    Ok(Guest {
        initial_pages: memory.initial_pages,
        bound_pages: memory.bound_pages,
        has_on_event,
        has_start: module.has_start,
    })
}
