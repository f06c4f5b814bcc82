//! Rust guests: for each interface a file with its types and its imports, and what they share.

use abi_model::{Abi, Case, Interface, Returns, Type, TypeDef, TypeKind, TypeName};

use crate::{Files, code::Code, guest_functions, names, rust};

pub(crate) fn files(abi: &Abi) -> Files {
    let file = |interface: &Interface| {
        (format!("{}.rs", names::snake(&interface.name)), interface_file(abi, interface))
    };
    let mut files: Files = abi.interfaces.iter().map(file).collect();
    files.insert("mod.rs".to_owned(), index(abi));
    files
}

fn index(abi: &Abi) -> String {
    let mut code = Code::rust(&format!(
        "The functions of `{}@{}` as they are: one module for each interface, one safe function for each import.",
        abi.package, abi.version
    ));
    code.gap();
    code.line("#![allow(unsafe_code, reason = \"imports are foreign functions\")]");
    code.line("#![allow(dead_code, reason = \"the whole ABI is here, whatever this crate uses of it\")]");
    code.line("#![allow(clippy::unnecessary_cast, reason = \"flat numbers have one form for every type\")]");
    code.gap();
    let mut modules: Vec<_> = abi.interfaces.iter().map(|interface| names::rust(&interface.name)).collect();
    modules.sort();
    for name in modules {
        code.line("#[rustfmt::skip]");
        code.line(format!("pub mod {name};"));
    }
    let fallible: Vec<_> = abi
        .functions()
        .filter(|(_, function)| matches!(function.returns, Returns::Unit | Returns::Result(_)))
        .map(|(_, function)| function.flat_result)
        .collect();
    for (flat, name, word, doc) in [
        (abi_model::Flat::I32, "returned", "32", "the number below 2^31"),
        (abi_model::Flat::I64, "returned_64", "64", "the number below 2^63"),
    ] {
        if !fallible.contains(&Some(flat)) {
            continue;
        }
        code.gap();
        code.line(format!("/// A success is {doc}; an error is -(1 + its number)."));
        code.open(format!("fn {name}(value: i{word}) -> Result<u{word}, types::ErrorCode> {{"));
        code.open("if value >= 0 {");
        code.line(format!("return Ok(value as u{word});"));
        code.close("}");
        code.line("// An error that this version does not know.");
        code.line("let code = u32::try_from(-1 - value).ok().and_then(types::ErrorCode::from_index);");
        code.line("Err(code.unwrap_or(types::ErrorCode::Other))");
        code.close("}");
    }
    code.finish()
}

fn interface_file(abi: &Abi, interface: &Interface) -> String {
    let mut code = Code::rust(&interface.docs.text);
    let fallible = |returns: &Returns| matches!(returns, Returns::Unit | Returns::Result(_));
    if interface.name != "types" && interface.functions.iter().any(|function| fallible(&function.returns)) {
        code.gap();
        code.line("use super::types::ErrorCode;");
    }
    for definition in &interface.types {
        match &definition.kind {
            TypeKind::Handle => rust::handle(&mut code, definition),
            TypeKind::Enum(cases) => rust::enumeration(&mut code, definition, cases),
            TypeKind::Flags(flags) => {
                // As wide as in memory, so that lists and records of them are laid out right.
                let name = TypeName { interface: interface.name.clone(), name: definition.name.clone() };
                let repr = format!("u{}", 8 * abi.layout(&Type::Named(name)).size);
                rust::flags(&mut code, definition, flags, &repr);
            }
            // Guest memory that the host fills is a slice here.
            TypeKind::Record(_) if interface.name == "types" && definition.name == "buffer" => {}
            TypeKind::Record(fields) => {
                rust::record(&mut code, abi, definition, fields, "super", &interface.name, true);
            }
            TypeKind::Variant(cases) => variant(&mut code, abi, interface, definition, cases),
        }
    }
    guest_functions::imports(&mut code, abi, interface);
    for function in &interface.functions {
        guest_functions::wrapper(&mut code, abi, interface, function);
    }
    code.finish()
}

/// A variant with the layout that the ABI gives it: a private enum of addresses in a public, safe one.
fn variant(code: &mut Code, abi: &Abi, interface: &Interface, definition: &TypeDef, cases: &[Case]) {
    let name = names::rust_type(definition);
    let is_borrowing = guest_functions::borrows(cases);
    let generic = if is_borrowing { "<'a>" } else { "" };
    let layout = abi
        .layout(&Type::Named(TypeName { interface: interface.name.clone(), name: definition.name.clone() }));
    let payload_type = |ty: &Type| rust::value_type_in(abi, ty, "super", &interface.name);
    code.gap();
    code.doc(&definition.docs.text);
    code.line("#[derive(Debug)]");
    code.line("#[repr(transparent)]");
    let lifetime = if is_borrowing { ", core::marker::PhantomData<&'a mut [u8]>" } else { "" };
    code.line(format!("pub struct {name}{generic}({name}Parts{lifetime});"));
    code.gap();
    code.line("/// Case and payload, laid out as the host reads them.");
    code.line("#[derive(Debug)]");
    code.line("#[repr(C, u8)]");
    code.open(format!("enum {name}Parts {{"));
    for (number, case) in cases.iter().enumerate() {
        let payload = match &case.payload {
            None => String::new(),
            Some(Type::Buffer) => "(*mut u8, usize)".to_owned(),
            Some(Type::Bytes | Type::String) => "(*const u8, usize)".to_owned(),
            Some(ty) => format!("({})", payload_type(ty)),
        };
        code.line(format!("{}{payload} = {number},", names::camel(&case.name)));
    }
    code.close("}");
    code.gap();
    code.line("#[cfg(target_arch = \"wasm32\")]");
    code.line(format!(
        "const _: () = assert!(size_of::<{name}{}>() == {} && align_of::<{name}{}>() == {});",
        if is_borrowing { "<'_>" } else { "" },
        layout.size,
        if is_borrowing { "<'_>" } else { "" },
        layout.align
    ));
    code.gap();
    code.open(format!("impl{generic} {name}{generic} {{"));
    for case in cases {
        let camel = names::camel(&case.name);
        let (param, payload) = match &case.payload {
            None => (String::new(), String::new()),
            Some(Type::Buffer) => {
                ("into: &'a mut [u8]".to_owned(), "(into.as_mut_ptr(), into.len())".to_owned())
            }
            Some(Type::Bytes) => ("data: &'a [u8]".to_owned(), "(data.as_ptr(), data.len())".to_owned()),
            Some(Type::String) => ("text: &'a str".to_owned(), "(text.as_ptr(), text.len())".to_owned()),
            Some(ty) => (format!("value: {}", payload_type(ty)), "(value)".to_owned()),
        };
        code.gap();
        code.doc(&case.docs.text);
        code.line("#[must_use]");
        code.open(format!("pub const fn {}({param}) -> Self {{", names::rust(&case.name)));
        let marker = if is_borrowing { ", core::marker::PhantomData" } else { "" };
        code.line(format!("Self({name}Parts::{camel}{payload}{marker})"));
        code.close("}");
    }
    code.close("}");
}
