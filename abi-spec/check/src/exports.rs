//! Exports: the memory and the entry points of the ABI.

use device_abi::{EXPORTS, ExportInfo, Refusal, RefusalWord};
use wasmparser::{Export, ExternalKind};

use crate::{
    module::Module,
    refusal::refuse_name,
    signature::{Found, Wanted},
};

/// The name under which a guest exports its memory.
const MEMORY: &str = "memory";

/// The ABI's name of the entry point for events.
const ON_EVENT: &str = "on-event";

/// Names of exports that a message lists, when one is missing.
const LISTED: usize = 8;

/// Checks the exports and returns whether the guest takes events.
pub(crate) fn check(module: &Module<'_>) -> Result<bool, Refusal> {
    for export in module.exports() {
        let (at, export) = export?;
        if export.name.contains('\0') {
            let detail = format_args!("NUL character in an export's name at byte {at}");
            return Err(refuse_name(RefusalWord::NameNul, export.name, detail));
        }
    }
    memory(module)?;
    let mut has_on_event = false;
    for wanted in EXPORTS {
        let found = function(module, wanted)?;
        has_on_event |= found && wanted.name == ON_EVENT;
    }
    Ok(has_on_event)
}

fn memory(module: &Module<'_>) -> Result<(), Refusal> {
    match find(module, MEMORY)? {
        None => Err(missing(module, MEMORY, "memory")),
        Some((_, export)) if export.kind == ExternalKind::Memory => Ok(()),
        Some((at, export)) => Err(wrong_kind(&export, "memory", at)),
    }
}

/// Checks one entry point and returns whether it is there.
fn function(module: &Module<'_>, info: &ExportInfo) -> Result<bool, Refusal> {
    let wanted = Wanted { params: info.flat_params, result: info.flat_result };
    let Some((at, export)) = find(module, info.name)? else {
        return if info.required { Err(missing(module, info.name, "function")) } else { Ok(false) };
    };
    if export.kind != ExternalKind::Func {
        return Err(wrong_kind(&export, "function", at));
    }
    let refuse = |detail: core::fmt::Arguments<'_>| {
        Err(refuse_name(RefusalWord::ExportSignature, export.name, format_args!("{detail} at byte {at}")))
    };
    if export.index < module.imported_functions {
        return refuse(format_args!("the exported function is itself an import,"));
    }
    match module.function_type(export.index) {
        Some(found) if wanted.is(found) => Ok(true),
        Some(found) => refuse(format_args!("expected {wanted}, found {}", Found(found))),
        None => refuse(format_args!("function {} does not exist,", export.index)),
    }
}

fn find<'a>(module: &Module<'a>, name: &str) -> Result<Option<(u64, Export<'a>)>, Refusal> {
    module
        .exports()
        .find(|export| export.as_ref().map_or(true, |(_, export)| export.name == name))
        .transpose()
}

fn missing(module: &Module<'_>, name: &str, kind: &str) -> Refusal {
    let detail = core::fmt::from_fn(|f| {
        write!(f, "no {kind} is exported as {name:?}; the module exports ")?;
        let mut count = 0_usize;
        for (_, export) in module.exports().flatten() {
            match count {
                0 => write!(f, "{:?}", export.name)?,
                1..LISTED => write!(f, ", {:?}", export.name)?,
                LISTED => f.write_str(", …")?,
                _ => {}
            }
            count += 1;
        }
        if count == 0 { f.write_str("nothing") } else { Ok(()) }
    });
    refuse_name(RefusalWord::MissingExport, name, detail)
}

fn wrong_kind(export: &Export<'_>, wanted: &str, at: u64) -> Refusal {
    let found = match export.kind {
        ExternalKind::Func | ExternalKind::FuncExact => "function",
        ExternalKind::Table => "table",
        ExternalKind::Memory => "memory",
        ExternalKind::Global => "global",
        ExternalKind::Tag => "tag",
    };
    let detail = format_args!("expected a {wanted}, found a {found} at byte {at}");
    refuse_name(RefusalWord::ExportSignature, export.name, detail)
}
