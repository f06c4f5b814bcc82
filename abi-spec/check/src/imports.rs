//! Imports: functions of the ABI, with their signatures, and nothing else.

use device_abi::{FUNCTIONS, Refusal, RefusalWord};
use wasmparser::{Import, TypeRef};

use crate::{
    module::Module,
    refusal::refuse_import,
    signature::{Found, Wanted},
};

/// Checks every import, in module order.
pub(crate) fn check(module: &Module<'_>) -> Result<(), Refusal> {
    for import in module.imports() {
        let (at, import) = import?;
        check_one(module, &import, at)?;
    }
    Ok(())
}

fn check_one(module: &Module<'_>, import: &Import<'_>, at: u64) -> Result<(), Refusal> {
    let refuse = |word, detail: core::fmt::Arguments<'_>| {
        Err(refuse_import(word, import.module, import.name, format_args!("{detail} at byte {at}")))
    };
    let TypeRef::Func(ty) = import.ty else {
        let kind = match import.ty {
            TypeRef::Memory(_) => "memory",
            TypeRef::Table(_) => "table",
            _ => "global",
        };
        return refuse(
            RefusalWord::ImportKind,
            format_args!("import of a {kind}, only functions can be imported,"),
        );
    };
    if import.module.contains('\0') || import.name.contains('\0') {
        return refuse(RefusalWord::NameNul, format_args!("NUL character in an import's name"));
    }
    if !FUNCTIONS.iter().any(|known| known.module == import.module) {
        return refuse(RefusalWord::UnknownModule, format_args!("unknown import module"));
    }
    let known = FUNCTIONS.iter().find(|known| known.module == import.module && known.name == import.name);
    let Some(known) = known else {
        return refuse(RefusalWord::UnknownImport, format_args!("unknown function"));
    };
    let wanted = Wanted { params: known.flat_params, result: known.flat_result };
    match module.type_at(ty) {
        Some(found) if wanted.is(found) => Ok(()),
        Some(found) => {
            refuse(RefusalWord::ImportSignature, format_args!("expected {wanted}, found {}", Found(found)))
        }
        None => refuse(RefusalWord::Invalid, format_args!("unknown type {ty}")),
    }
}
