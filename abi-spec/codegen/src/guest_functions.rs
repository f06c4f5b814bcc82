//! Rust guests: the imports of an interface, and the safe function around each.

use abi_model::{Abi, Case, Flat, Function, Interface, Param, Returns, Type, TypeKind};

use crate::{code::Code, host_memory::variant_of, names, rust};

/// The foreign functions. Elsewhere than on wasm they have names of their own, so that none is taken for the
/// C library's `open` or `read`.
pub(crate) fn imports(code: &mut Code, abi: &Abi, interface: &Interface) {
    if interface.functions.is_empty() {
        return;
    }
    code.gap();
    code.line(format!(
        "#[cfg_attr(target_arch = \"wasm32\", link(wasm_import_module = \"{}\"))]",
        interface.module
    ));
    code.open("unsafe extern \"C\" {");
    for function in &interface.functions {
        code.line(format!("#[cfg_attr(target_arch = \"wasm32\", link_name = \"{}\")]", function.name));
        let mut params = Vec::new();
        for param in &function.params {
            params.extend(flat_params(abi, interface, param));
        }
        if let Some(record) = result_record(abi, interface, function) {
            params.push(format!("result: *mut {record}"));
        }
        let result = match (&function.returns, function.flat_result) {
            (Returns::Never, _) => " -> !".to_owned(),
            (_, None) => String::new(),
            (_, Some(flat)) => format!(" -> {flat}"),
        };
        let name = names::glue(&interface.name, &function.name);
        code.line(format!("fn {name}({}){result};", params.join(", ")));
    }
    code.close("}");
}

fn value_type(abi: &Abi, interface: &Interface, ty: &Type) -> String {
    rust::value_type_in(abi, ty, "super", &interface.name)
}

fn result_record(abi: &Abi, interface: &Interface, function: &Function) -> Option<String> {
    match &function.returns {
        Returns::Result(ty) if abi.record_fields(ty).is_some() => Some(value_type(abi, interface, ty)),
        _ => None,
    }
}

/// A parameter of the foreign function: addresses as pointers, everything else as its flat number.
fn flat_params(abi: &Abi, interface: &Interface, param: &Param) -> Vec<String> {
    let name = names::argument(&param.name);
    let pointer = |ty: &str| vec![format!("{name}: *{ty}"), format!("{}: usize", len_name(param))];
    match &param.ty {
        Type::Buffer => pointer("mut u8"),
        Type::String | Type::Bytes => pointer("const u8"),
        Type::List(element) => match variant_of(abi, element) {
            Some(definition) => {
                pointer(&format!("const {}", generic_variant(abi, interface, element, definition)))
            }
            None => pointer(&format!("const {}", value_type(abi, interface, element))),
        },
        ty => match abi.record_fields(ty) {
            None => vec![format!("{name}: {}", flat_type(ty))],
            Some(fields) => {
                let field = |field: &Case| {
                    let ty = field.payload.as_ref().map_or("u32", flat_type);
                    format!("{}: {ty}", names::argument(&format!("{}-{}", param.name, field.name)))
                };
                fields.iter().map(field).collect()
            }
        },
    }
}

fn len_name(param: &Param) -> String {
    names::argument(&format!("{}-len", param.name))
}

fn flat_type(ty: &Type) -> &'static str {
    match ty {
        Type::U64 => "u64",
        Type::S64 => "i64",
        Type::S32 => "i32",
        _ => "u32",
    }
}

fn generic_variant(
    abi: &Abi,
    interface: &Interface,
    element: &Type,
    definition: &abi_model::TypeDef,
) -> String {
    let TypeKind::Variant(cases) = &definition.kind else { return String::new() };
    let lifetime = if borrows(cases) { "<'_>" } else { "" };
    value_type(abi, interface, element) + lifetime
}

/// Whether a variant refers to other memory.
pub(crate) fn borrows(cases: &[Case]) -> bool {
    cases.iter().any(|case| matches!(case.payload, Some(Type::Buffer | Type::Bytes | Type::String)))
}

fn fills(cases: &[Case]) -> bool {
    cases.iter().any(|case| case.payload == Some(Type::Buffer))
}

/// The safe function.
pub(crate) fn wrapper(code: &mut Code, abi: &Abi, interface: &Interface, function: &Function) {
    code.gap();
    code.function_doc(&function.docs, &function.errors, "ErrorCode");
    let params = function
        .params
        .iter()
        .map(|param| format!("{}: {}", names::argument(&param.name), param_type(abi, interface, &param.ty)));
    let returns = match &function.returns {
        Returns::Nothing => String::new(),
        Returns::Never => " -> !".to_owned(),
        Returns::Value(ty) => format!(" -> {}", value_type(abi, interface, ty)),
        Returns::Unit => " -> Result<(), ErrorCode>".to_owned(),
        Returns::Result(ty) => format!(" -> Result<{}, ErrorCode>", value_type(abi, interface, ty)),
    };
    let params = params.collect::<Vec<_>>().join(", ");
    code.allow_arguments(function.params.len());
    code.line("#[inline]");
    code.open(format!("pub fn {}({params}){returns} {{", names::rust(&function.name)));
    let record = result_record(abi, interface, function);
    if let Some(record) = &record {
        code.line(format!("let mut result = core::mem::MaybeUninit::<{record}>::uninit();"));
    }
    let mut arguments: Vec<String> =
        function.params.iter().flat_map(|param| flat_arguments(abi, param)).collect();
    if record.is_some() {
        arguments.push("result.as_mut_ptr()".to_owned());
    }
    let has_pointers = arguments.iter().any(|argument| argument.contains("ptr()"));
    code.line(if has_pointers {
        "// SAFETY: pointers and lengths come from borrows that outlive the call."
    } else {
        "// SAFETY: the function takes and returns numbers only."
    });
    let call =
        format!("unsafe {{ {}({}) }}", names::glue(&interface.name, &function.name), arguments.join(", "));
    match &function.returns {
        Returns::Nothing | Returns::Never | Returns::Value(Type::S32 | Type::S64) => code.line(call),
        Returns::Value(ty) => {
            code.line(format!("let value = {call};"));
            code.line(lifted(abi, interface, ty));
        }
        Returns::Unit => {
            code.line(format!("let value = {call};"));
            code.line("super::returned(value).map(drop)");
        }
        Returns::Result(ty) => {
            code.line(format!("let value = {call};"));
            if record.is_some() {
                code.line("super::returned(value)?;");
                code.line("// SAFETY: the call has succeeded, so the host has written the whole record.");
                code.line("Ok(unsafe { result.assume_init() })");
            } else {
                let returned = match function.flat_result {
                    Some(Flat::I64) => "returned_64",
                    _ => "returned",
                };
                code.line(format!("let value = super::{returned}(value)?;"));
                code.line(format!("Ok({})", lifted(abi, interface, ty)));
            }
        }
    }
    code.close("}");
}

fn param_type(abi: &Abi, interface: &Interface, ty: &Type) -> String {
    match ty {
        Type::String => "&str".to_owned(),
        Type::Bytes => "&[u8]".to_owned(),
        Type::Buffer => "&mut [u8]".to_owned(),
        Type::List(element) => match variant_of(abi, element) {
            Some(definition) => {
                let TypeKind::Variant(cases) = &definition.kind else { return String::new() };
                let reference = if fills(cases) { "&mut " } else { "&" };
                format!("{reference}[{}]", generic_variant(abi, interface, element, definition))
            }
            None => format!("&[{}]", value_type(abi, interface, element)),
        },
        ty => value_type(abi, interface, ty),
    }
}

fn flat_arguments(abi: &Abi, param: &Param) -> Vec<String> {
    let name = names::argument(&param.name);
    match &param.ty {
        Type::Buffer => vec![format!("{name}.as_mut_ptr()"), format!("{name}.len()")],
        Type::String | Type::Bytes | Type::List(_) => {
            vec![format!("{name}.as_ptr()"), format!("{name}.len()")]
        }
        ty => match abi.record_fields(ty) {
            None => vec![flat_argument(abi, &name, ty)],
            Some(fields) => fields
                .iter()
                .filter_map(|field| {
                    let value = format!("{name}.{}", names::rust(&field.name));
                    Some(flat_argument(abi, &value, field.payload.as_ref()?))
                })
                .collect(),
        },
    }
}

fn flat_argument(abi: &Abi, value: &str, ty: &Type) -> String {
    match ty {
        Type::Bool | Type::U8 | Type::U16 => format!("{value}.into()"),
        Type::Named(name) => match abi.definition(name).kind {
            TypeKind::Handle => format!("{value}.0"),
            TypeKind::Flags(_) => format!("{value}.bits()"),
            _ => format!("{value} as u32"),
        },
        _ => value.to_owned(),
    }
}

/// `value`, a flat number of some integer type, as what it stands for.
fn lifted(abi: &Abi, interface: &Interface, ty: &Type) -> String {
    let rust = value_type(abi, interface, ty);
    match ty {
        Type::Bool => "value != 0".to_owned(),
        Type::Named(name) => match &abi.definition(name).kind {
            TypeKind::Handle => format!("{rust}(value as u32)"),
            TypeKind::Enum(cases) if cases.iter().any(|case| case.name == "other") => {
                format!("{rust}::from_index(value as u32).unwrap_or({rust}::Other)")
            }
            TypeKind::Enum(_) => {
                format!("{rust}::from_index(value as u32).expect(\"the host returns cases that exist\")")
            }
            TypeKind::Flags(_) => {
                format!("{rust}::from_bits(value as u32 & {rust}::MASK).unwrap_or_default()")
            }
            _ => "value".to_owned(),
        },
        _ => format!("value as {rust}"),
    }
}
