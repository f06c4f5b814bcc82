//! How much of everything a module has, against the profile: looked at before a section is read or validated, because
//! both take memory for each entry, and even for entries that are only announced.

use device_abi::{Profile, Refusal, RefusalWord};
use wasmparser::{BinaryReader, Payload, TypeSectionReader};

use crate::{
    module::Module,
    refusal::{OrInvalid, indexed, invalid, refuse, refuse_name},
};

/// Bytes of heap that [`check`](crate::check) takes at most for profile `esp32c3`, measured on 64-bit machines, where
/// everything takes at least as much as on 32-bit ones (tests/memory.rs). The module's own bytes are not part of it.
pub const ESP32C3_HEAP_BYTES: usize = 64 * 1024;

/// The byte of a function type (WebAssembly core specification 1.0, section 5.3.3).
const FUNCTION_TYPE: u8 = 0x60;

/// The bytes of the types of numbers, `f64` to `i32` (WebAssembly core specification 1.0, section 5.3.1).
const NUMBERS: core::ops::RangeInclusive<u8> = 0x7c..=0x7f;

/// Checks what a section adds to `module`. Nothing is allocated that grows with the section.
pub(crate) fn check(
    module: &mut Module<'_>,
    bytes: &[u8],
    payload: &Payload<'_>,
    profile: &Profile,
) -> Result<(), Refusal> {
    use RefusalWord::{ExportCount, FunctionCount, GlobalCount, ImportCount, SegmentCount, TypeCount};
    let counts = &mut module.counts;
    match payload {
        Payload::TypeSection(section) => {
            let count = add(&mut counts.types, section.count());
            within(count, profile.types, profile, TypeCount, "function types")?;
            types(bytes, section, profile)
        }
        Payload::ImportSection(section) => {
            let imports = add(&mut counts.imports, section.count());
            within(imports, profile.imports, profile, ImportCount, "imports")?;
            let count = add(&mut counts.functions, section.count());
            within(count, profile.functions, profile, FunctionCount, "imports")
        }
        Payload::FunctionSection(section) => {
            let count = add(&mut counts.functions, section.count());
            within(count, profile.functions, profile, FunctionCount, "functions with imports")
        }
        Payload::GlobalSection(section) => {
            let count = add(&mut counts.globals, section.count());
            within(count, profile.globals, profile, GlobalCount, "globals")
        }
        Payload::ExportSection(section) => {
            let count = add(&mut counts.exports, section.count());
            within(count, profile.exports, profile, ExportCount, "exports")
        }
        Payload::ElementSection(section) => {
            let count = add(&mut counts.elements, section.count());
            within(count, profile.segments, profile, SegmentCount, "element segments")
        }
        Payload::DataSection(section) => {
            let count = add(&mut counts.data, section.count());
            within(count, profile.segments, profile, SegmentCount, "data segments")
        }
        _ => Ok(()),
    }
}

/// What the sections so far have announced.
#[derive(Default)]
pub(crate) struct Counts {
    types: u32,
    imports: u32,
    functions: u32,
    globals: u32,
    exports: u32,
    elements: u32,
    data: u32,
}

/// A section of a kind should come only once, but that is for the validator to say.
fn add(total: &mut u32, count: u32) -> u32 {
    *total = total.saturating_add(count);
    *total
}

fn within(count: u32, limit: u32, profile: &Profile, word: RefusalWord, what: &str) -> Result<(), Refusal> {
    if count <= limit {
        return Ok(());
    }
    Err(refuse(word, format_args!("{count} {what}, profile {} has {limit}", profile.name)))
}

/// Checks that all types are functions of numbers, and their parameters and results, used or not: functions, blocks and
/// indirect calls all name a type.
fn types(bytes: &[u8], section: &TypeSectionReader<'_>, profile: &Profile) -> Result<(), Refusal> {
    let (start, end) = (section.original_position(), section.range().end);
    let offset = |at: u64| usize::try_from(at).ok();
    let Some(section_bytes) = offset(start).zip(offset(end)).and_then(|(start, end)| bytes.get(start..end))
    else {
        return Err(invalid("types outside of the module", start));
    };
    let mut reader = BinaryReader::new(section_bytes, start);
    for index in 0..section.count() {
        let at = reader.original_position();
        if reader.read_u8().or_invalid()? != FUNCTION_TYPE {
            return Err(invalid("type that is not a function", at));
        }
        for what in ["parameters", "results"] {
            let count = reader.read_var_u32().or_invalid()?;
            if count > profile.function_params {
                let name = indexed("type", index.into());
                let detail =
                    format_args!("{count} {what}, profile {} has {}", profile.name, profile.function_params);
                return Err(refuse_name(RefusalWord::FunctionParams, &name, detail));
            }
            let values = reader.read_bytes(count as usize).or_invalid()?;
            if let Some(value) = values.iter().find(|value| !NUMBERS.contains(value)) {
                return Err(invalid(format_args!("value type {value:#x}, which is not allowed,"), at));
            }
        }
    }
    Ok(())
}
