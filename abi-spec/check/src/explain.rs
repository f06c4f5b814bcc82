//! Sentences for people: what is wrong, and the nearest thing that is right.

use std::{collections::BTreeSet, format, string::String};

use device_abi::{ABI_PACKAGE, EXPORTS, FUNCTIONS, FunctionInfo, Refusal, RefusalWord};

use crate::signature::Wanted;

/// Names less alike than this (Jaro-Winkler, 0 to 1) are not proposed. Two swapped letters give about 0.95,
/// unrelated names of this ABI stay below 0.75.
const ALIKE: f64 = 0.8;

/// How to build a Rust guest with no more than the allowed features.
const BUILD: &str = "in Rust, build for the target wasm32v1-none";

/// Says in one sentence why a module may not run, and what to do: the nearest known import with the version
/// that has it, the expected signature, the missing export.
///
/// Made on the host from the refusal alone, so a refusal that came from a chip is explained in the same way.
#[must_use]
pub fn explain(refusal: &Refusal) -> String {
    let Refusal { word, module, name, detail } = refusal;
    let import = format!("import {module:?} {name:?}");
    match word {
        RefusalWord::NotWasm => format!("this is not a WebAssembly module: {detail}"),
        RefusalWord::Component => {
            format!("this is a component: {detail}; pass the core module that it was made from ({BUILD})")
        }
        RefusalWord::ModuleSize => format!("the module is too large: {detail}"),
        RefusalWord::Invalid => format!(
            "the module is not valid WebAssembly 1.0 with the features that guests may use: {detail} ({BUILD})"
        ),
        RefusalWord::ImportKind => {
            format!("{import}: {detail}; a guest defines its own memory, tables and globals")
        }
        RefusalWord::UnknownModule => format!("{import}: {}", unknown_module(module)),
        RefusalWord::UnknownImport => format!("{import}: {}", unknown_import(module, name)),
        RefusalWord::ImportSignature => match find(module, name) {
            Some(known) => {
                format!("{import}: wrong signature: {detail} ({} since {})", known.full_name, known.since)
            }
            None => format!("{import}: wrong signature: {detail}"),
        },
        RefusalWord::MissingExport => format!("{detail}; {}", missing_export(name)),
        RefusalWord::ExportSignature => format!("export {name:?}: {detail}"),
        RefusalWord::MemorySize => format!("the memory is too large: {detail}"),
        RefusalWord::TableSize => format!("the table is too large: {detail}"),
        RefusalWord::Segment => format!("{name} does not fit: {detail}"),
        RefusalWord::NameNul if module.is_empty() => format!("export {name:?}: {detail}"),
        RefusalWord::NameNul => format!("{import}: {detail}"),
        RefusalWord::FunctionSlots
        | RefusalWord::FunctionNesting
        | RefusalWord::FunctionBranches
        | RefusalWord::FunctionParams => format!("{name} is too large: {detail}"),
        RefusalWord::TypeCount => format!("the module has too many function types: {detail}"),
        RefusalWord::ImportCount => format!("the module has too many imports: {detail}"),
        RefusalWord::FunctionCount => format!("the module has too many functions: {detail}"),
        RefusalWord::GlobalCount => format!("the module has too many globals: {detail}"),
        RefusalWord::ExportCount => format!("the module has too many exports: {detail}"),
        RefusalWord::SegmentCount => format!("the module has too many segments: {detail}"),
        RefusalWord::OutOfMemory => format!("the board has too little memory: {detail}"),
    }
}

fn unknown_module(module: &str) -> String {
    if module.starts_with("wasi") {
        return format!("this device has no WASI; {BUILD}");
    }
    if module.starts_with("__wbindgen") {
        return format!("wasm-bindgen is for browsers; {BUILD} without it");
    }
    if module == "env" {
        return "functions that no library defined end up in the module \"env\"; define it, or give its \
                declaration the import module of the ABI"
            .into();
    }
    let same_interface = |known: &&str| interface(known).is_some() && interface(known) == interface(module);
    if let Some(known) = modules().find(same_interface) {
        return format!("this device speaks {ABI_PACKAGE}: {known}");
    }
    match nearest(module, modules()) {
        Some(known) => format!("did you mean {known:?} ({ABI_PACKAGE})?"),
        None => {
            let all: Vec<_> = modules().collect();
            format!("this device speaks {ABI_PACKAGE}: {}", all.join(", "))
        }
    }
}

fn unknown_import(module: &str, name: &str) -> String {
    let here = || FUNCTIONS.iter().filter(|known| known.module == module);
    if let Some(known) = nearest(name, here().map(|known| known.name)).and_then(|name| find(module, name)) {
        return format!("did you mean {:?} (since {})?", known.name, known.since);
    }
    if let Some(known) = FUNCTIONS.iter().find(|known| known.name == name) {
        return format!("did you mean {:?} {:?} (since {})?", known.module, known.name, known.since);
    }
    let all: Vec<_> = here().map(|known| known.name).collect();
    format!("this device speaks {ABI_PACKAGE}, where the module has {}", all.join(", "))
}

fn missing_export(name: &str) -> String {
    match EXPORTS.iter().find(|known| known.name == name) {
        Some(known) => {
            let signature = Wanted { params: known.flat_params, result: known.flat_result };
            format!("export a function {name:?} with the signature {signature}")
        }
        None => format!("define a memory and export it as {name:?}"),
    }
}

fn find(module: &str, name: &str) -> Option<&'static FunctionInfo> {
    FUNCTIONS.iter().find(|known| known.module == module && known.name == name)
}

/// The import modules of the ABI, in alphabetical order.
fn modules() -> impl Iterator<Item = &'static str> {
    FUNCTIONS.iter().map(|known| known.module).collect::<BTreeSet<_>>().into_iter()
}

/// `device:abi/i2c` of `device:abi/i2c@1`.
fn interface(module: &str) -> Option<&str> {
    Some(module.split_once('@')?.0)
}

fn nearest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .map(|candidate| (strsim::jaro_winkler(word, candidate), candidate))
        .filter(|(alike, _)| *alike >= ALIKE)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, candidate)| candidate)
}
