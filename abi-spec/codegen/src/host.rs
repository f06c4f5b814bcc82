//! device-abi: for each interface a file with its types and its trait.

use abi_model::{Abi, Function, Interface, Returns, Type, TypeKind};

use crate::{Files, code::Code, host_memory, names, rust};

pub(crate) fn files(abi: &Abi) -> Files {
    let file = |interface: &Interface| {
        (format!("{}.rs", names::snake(&interface.name)), interface_file(abi, interface))
    };
    abi.interfaces.iter().map(file).collect()
}

fn interface_file(abi: &Abi, interface: &Interface) -> String {
    let mut code = Code::rust(&interface.docs.text);
    let fallible = |function: &Function| matches!(function.returns, Returns::Unit | Returns::Result(_));
    if interface.name != "types" && interface.functions.iter().any(fallible) {
        code.gap();
        code.line("use crate::types::ErrorCode;");
    }
    for definition in &interface.types {
        match &definition.kind {
            TypeKind::Handle => rust::handle(&mut code, definition),
            TypeKind::Enum(cases) => rust::enumeration(&mut code, definition, cases),
            TypeKind::Flags(flags) => rust::flags(&mut code, definition, flags, "u32"),
            // Guest memory that the host fills is a slice here.
            TypeKind::Record(_) if interface.name == "types" && definition.name == "buffer" => continue,
            TypeKind::Record(fields) => {
                rust::record(&mut code, abi, definition, fields, "crate", &interface.name, false);
            }
            TypeKind::Variant(cases) => {
                host_memory::variant(&mut code, abi, interface, definition, cases);
            }
        }
        host_memory::in_memory(&mut code, abi, interface, definition);
        if interface.name == "types" && definition.name == "error-code" {
            code.gap();
            code.line("impl core::error::Error for ErrorCode {}");
        }
    }
    if !interface.functions.is_empty() {
        host_trait(&mut code, abi, interface);
    }
    code.finish()
}

fn host_trait(code: &mut Code, abi: &Abi, interface: &Interface) {
    code.gap();
    code.doc(&interface.docs.text);
    code.line("///");
    code.doc(&format!("What a host does when a guest calls `{}`.", interface.module));
    code.open(format!("pub trait {} {{", names::camel(&interface.name)));
    for function in &interface.functions {
        code.gap();
        code.function_doc(&function.docs, &function.errors, "ErrorCode");
        code.allow_arguments(function.params.len() + 1);
        let params = function.params.iter().map(|param| {
            format!(", {}: {}", names::rust(&param.name), param_type(abi, &param.ty, &interface.name))
        });
        let returns = match returns_type(abi, &function.returns, &interface.name) {
            None => String::new(),
            Some(ty) => format!(" -> {ty}"),
        };
        let params = params.collect::<String>();
        code.line(format!("fn {}(&mut self{params}){returns};", names::rust(&function.name)));
    }
    code.close("}");
}

fn param_type(abi: &Abi, ty: &Type, from: &str) -> String {
    match ty {
        Type::String => "&str".to_owned(),
        Type::Bytes => "&[u8]".to_owned(),
        Type::Buffer => "&mut [u8]".to_owned(),
        Type::List(element) => match host_memory::variant_of(abi, element) {
            Some(_) => list_path(abi, element, from),
            None => format!("crate::List<'_, {}>", rust::value_type(abi, element, from)),
        },
        ty => rust::value_type(abi, ty, from),
    }
}

fn list_path(abi: &Abi, element: &Type, from: &str) -> String {
    format!("{}List<'_>", rust::value_type(abi, element, from))
}

fn returns_type(abi: &Abi, returns: &Returns, from: &str) -> Option<String> {
    Some(match returns {
        Returns::Nothing => return None,
        Returns::Value(ty) => rust::value_type(abi, ty, from),
        Returns::Unit => "Result<(), ErrorCode>".to_owned(),
        Returns::Result(ty) => format!("Result<{}, ErrorCode>", rust::value_type(abi, ty, from)),
        Returns::Never => "crate::Halt".to_owned(),
    })
}
