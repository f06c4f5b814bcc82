//! The structure of each section: known kinds, indices that exist, constants where constants belong.
//!
//! With or without Cargo feature `validate`, nobody else looks at sections. Refused are also other encodings than those of
//! WebAssembly 1.0 for types, tables and segments: engines without validation would trip over them.

use alloc::collections::BTreeSet;

use device_abi::Refusal;
use wasmparser::{
    CompositeInnerType, ConstExpr, DataKind, DataSectionReader, ElementItems, ElementKind,
    ElementSectionReader, ExternalKind, FunctionSectionReader, GlobalSectionReader, GlobalType,
    ImportSectionReader, MemorySectionReader, MemoryType, Operator, TableSectionReader, TableType, TypeRef,
    TypeSectionReader, ValType,
};

use crate::{
    module::Module,
    refusal::{OrInvalid, invalid},
};

/// Pages of a 32-bit address space.
const MAX_PAGES: u64 = 65_536;

/// The byte of `funcref`, with which a table starts (WebAssembly core specification 1.0, section 5.3.7).
const FUNCREF: u8 = 0x70;

/// The seven value bits of the first byte of a LEB128 number.
const LEB_LOW_BITS: u8 = 0x7f;

/// Keeps the types, which [`counts`](crate::counts) has checked.
pub(crate) fn types(module: &mut Module<'_>, section: TypeSectionReader<'_>) -> Result<(), Refusal> {
    module.types.reserve_exact(section.count() as usize);
    for group in section.into_iter_with_offsets() {
        let (at, group) = group.or_invalid()?;
        for ty in group.into_types() {
            if !matches!(ty.composite_type.inner, CompositeInnerType::Func(_)) {
                return Err(invalid("type that is not a function", at));
            }
            module.types.push(ty);
        }
    }
    Ok(())
}

pub(crate) fn imports(module: &mut Module<'_>, section: ImportSectionReader<'_>) -> Result<(), Refusal> {
    for import in section.into_imports_with_offsets() {
        let (at, import) = import.or_invalid()?;
        // Others have their own word, and were refused with it.
        let TypeRef::Func(ty) = import.ty else {
            return Err(invalid("import that is not a function", at));
        };
        add_function(module, ty, at)?;
        module.imported_functions += 1;
    }
    Ok(())
}

pub(crate) fn functions(module: &mut Module<'_>, section: FunctionSectionReader<'_>) -> Result<(), Refusal> {
    module.functions.reserve_exact(section.count() as usize);
    for ty in section.into_iter_with_offsets() {
        let (at, ty) = ty.or_invalid()?;
        add_function(module, ty, at)?;
    }
    Ok(())
}

pub(crate) fn tables(
    module: &mut Module<'_>,
    bytes: &[u8],
    section: TableSectionReader<'_>,
) -> Result<(), Refusal> {
    for table in section.into_iter_with_offsets() {
        let (at, table) = table.or_invalid()?;
        // Anything else is of another kind, has an initial value, or is the long form of the same type.
        if byte(bytes, at) != Some(FUNCREF) {
            return Err(invalid("table that does not start with funcref", at));
        }
        add_table(module, table.ty, at)?;
    }
    Ok(())
}

pub(crate) fn memories(module: &mut Module<'_>, section: MemorySectionReader<'_>) -> Result<(), Refusal> {
    for memory in section.into_iter_with_offsets() {
        let (at, memory) = memory.or_invalid()?;
        add_memory(module, memory, at)?;
    }
    Ok(())
}

pub(crate) fn globals(module: &mut Module<'_>, section: GlobalSectionReader<'_>) -> Result<(), Refusal> {
    for global in section.into_iter_with_offsets() {
        let (at, global) = global.or_invalid()?;
        add_global(module, global.ty, at)?;
        constant(&global.init_expr, global.ty.content_type, at)?;
    }
    Ok(())
}

pub(crate) fn exports(module: &Module<'_>) -> Result<(), Refusal> {
    let mut names = BTreeSet::new();
    for export in module.exports() {
        let (at, export) = export?;
        if export.index >= module.count(export.kind) {
            return Err(invalid(
                format_args!("export of {:?} {}, which does not exist,", export.kind, export.index),
                at,
            ));
        }
        if !names.insert(export.name) {
            return Err(invalid(format_args!("second export of the name {:?}", export.name), at));
        }
    }
    Ok(())
}

pub(crate) fn start(module: &Module<'_>, function: u32, at: u64) -> Result<(), Refusal> {
    match module.function_type(function) {
        Some(ty) if ty.params().is_empty() && ty.results().is_empty() => Ok(()),
        _ => Err(invalid(format_args!("start function {function} is not a function () -> ()"), at)),
    }
}

pub(crate) fn elements(
    module: &Module<'_>,
    bytes: &[u8],
    section: ElementSectionReader<'_>,
) -> Result<(), Refusal> {
    for element in section {
        let element = element.or_invalid()?;
        let at = element.range.start;
        let (ElementKind::Active { offset_expr, .. }, ElementItems::Functions(items)) =
            (element.kind, element.items)
        else {
            return Err(invalid("element segment that is not a list of functions for a table", at));
        };
        plain_flags(bytes, "element", at)?;
        if module.table.is_none() {
            return Err(invalid("element segment without a table", at));
        }
        constant(&offset_expr, ValType::I32, at)?;
        for function in items {
            let function = function.or_invalid()?;
            if function >= module.count(ExternalKind::Func) {
                return Err(invalid(
                    format_args!("element segment with function {function}, which does not exist,"),
                    at,
                ));
            }
        }
    }
    Ok(())
}

pub(crate) fn data(module: &Module<'_>, bytes: &[u8], section: DataSectionReader<'_>) -> Result<(), Refusal> {
    for data in section {
        let data = data.or_invalid()?;
        let at = data.range.start;
        let DataKind::Active { offset_expr, .. } = data.kind else {
            return Err(invalid("passive data segment", at));
        };
        plain_flags(bytes, "data", at)?;
        if module.memory.is_none() {
            return Err(invalid("data segment without a memory", at));
        }
        constant(&offset_expr, ValType::I32, at)?;
    }
    Ok(())
}

/// Checks that a type is a number: the only value types of WebAssembly 1.0.
pub(crate) fn number(ty: ValType, at: u64) -> Result<(), Refusal> {
    match ty {
        ValType::I32 | ValType::I64 | ValType::F32 | ValType::F64 => Ok(()),
        _ => Err(invalid(format_args!("value type {ty}, which is not allowed,"), at)),
    }
}

/// The operator of a constant expression of one instruction.
pub(crate) fn constant_operator<'a>(expression: &ConstExpr<'a>) -> wasmparser::Result<Option<Operator<'a>>> {
    let mut operators = expression.get_operators_reader();
    let operator = operators.read()?;
    Ok(operators.is_end_then_eof().then_some(operator))
}

fn constant(expression: &ConstExpr<'_>, ty: ValType, at: u64) -> Result<(), Refusal> {
    // Of globals only imported ones could stand here, and those are not allowed.
    let right = matches!(
        (constant_operator(expression).or_invalid()?, ty),
        (Some(Operator::I32Const { .. }), ValType::I32)
            | (Some(Operator::I64Const { .. }), ValType::I64)
            | (Some(Operator::F32Const { .. }), ValType::F32)
            | (Some(Operator::F64Const { .. }), ValType::F64)
    );
    if right { Ok(()) } else { Err(invalid(format_args!("initial value that is not a constant {ty}"), at)) }
}

fn add_function(module: &mut Module<'_>, ty: u32, at: u64) -> Result<(), Refusal> {
    if ty as usize >= module.types.len() {
        return Err(invalid(format_args!("function of type {ty}, which does not exist,"), at));
    }
    module.functions.push(ty);
    Ok(())
}

fn add_table(module: &mut Module<'_>, table: TableType, at: u64) -> Result<(), Refusal> {
    if table.table64 || table.shared {
        return Err(invalid("table that is shared or 64-bit", at));
    }
    limits(table.initial, table.maximum, u32::MAX.into(), at)?;
    if module.table.replace(table.initial).is_some() {
        return Err(invalid("second table", at));
    }
    Ok(())
}

fn add_memory(module: &mut Module<'_>, memory: MemoryType, at: u64) -> Result<(), Refusal> {
    if memory.memory64 || memory.shared || memory.page_size_log2.is_some() {
        return Err(invalid("memory that is shared, 64-bit or of another page size", at));
    }
    limits(memory.initial, memory.maximum, MAX_PAGES, at)?;
    if module.memory.replace(memory).is_some() {
        return Err(invalid("second memory", at));
    }
    Ok(())
}

fn add_global(module: &mut Module<'_>, global: GlobalType, at: u64) -> Result<(), Refusal> {
    number(global.content_type, at)?;
    if global.shared {
        return Err(invalid("shared global", at));
    }
    module.globals.push(global);
    Ok(())
}

fn limits(min: u64, max: Option<u64>, highest: u64, at: u64) -> Result<(), Refusal> {
    if min > highest || max.is_some_and(|max| max > highest || max < min) {
        return Err(invalid(format_args!("limits {min} to {max:?}, of at most {highest},"), at));
    }
    Ok(())
}

/// Checks that a segment's flags are 0. In WebAssembly 1.0 they are the memory's or table's index, and that is
/// what old engines read; the later flag 2 would shift all that follows.
fn plain_flags(bytes: &[u8], what: &str, at: u64) -> Result<(), Refusal> {
    match byte(bytes, at) {
        Some(first) if first & LEB_LOW_BITS == 0 => Ok(()),
        _ => Err(invalid(format_args!("{what} segment with flags"), at)),
    }
}

fn byte(bytes: &[u8], at: u64) -> Option<u8> {
    bytes.get(usize::try_from(at).ok()?).copied()
}
