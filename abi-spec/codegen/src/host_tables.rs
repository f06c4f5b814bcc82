//! device-abi: the ABI as data, and the macro that links all of it.

use abi_model::{Abi, Export, Flat, Function, Interface, Returns, Type, TypeKind, TypeName, Version};

use crate::{
    Files,
    code::Code,
    host_glue::{Glue, flat_argument},
    names,
};

pub(crate) fn files(abi: &Abi) -> Files {
    Files::from([("mod.rs".to_owned(), index(abi)), ("tables.rs".to_owned(), tables(abi))])
}

fn index(abi: &Abi) -> String {
    let mut code = Code::rust("What `cargo xtask codegen` makes of the WIT files.");
    code.gap();
    let mut modules: Vec<_> =
        abi.interfaces.iter().map(|interface| ("pub mod", names::rust(&interface.name))).collect();
    modules.extend([("pub mod", "glue".to_owned()), ("mod", "tables".to_owned())]);
    modules.sort_by(|a, b| a.1.cmp(&b.1));
    for (keyword, name) in modules {
        if name == "tables" {
            // For the crate itself; other crates find the macro at its root.
            code.line("#[macro_use]");
        }
        code.line("#[rustfmt::skip]");
        code.line(format!("{keyword} {name};"));
    }
    code.gap();
    code.line("pub use tables::{ABI_PACKAGE, ABI_VERSION, EXPORTS, FUNCTIONS, Function};");
    code.finish()
}

fn tables(abi: &Abi) -> String {
    let mut code = Code::rust("The ABI as data.");
    code.gap();
    code.line("use crate::{");
    code.line("    CaseInfo, ExportInfo, FieldInfo, Flat, FunctionInfo, ParamInfo, ResultInfo, TypeInfo,");
    code.line("    types::ErrorCode,");
    code.line("};");
    code.gap();
    code.line("/// The WIT package with its version.");
    code.line(format!("pub const ABI_PACKAGE: &str = \"{}@{}\";", abi.package, abi.version));
    code.gap();
    code.line("/// The package's version: `major << 16 | minor << 8 | patch`.");
    let Version { major, minor, patch } = abi.version;
    code.line(format!("pub const ABI_VERSION: u32 = {:#x};", major << 16 | minor << 8 | patch));
    functions(&mut code, abi);
    code.gap();
    code.line("/// Every function, by number.");
    code.open("pub const FUNCTIONS: &[FunctionInfo] = &[");
    abi.functions().for_each(|(interface, function)| info(&mut code, abi, interface, function));
    code.close("];");
    code.gap();
    code.line("/// What guests export beside their memory.");
    code.open("pub const EXPORTS: &[ExportInfo] = &[");
    abi.exports.iter().for_each(|item| export(&mut code, item));
    code.close("];");
    link_macro(&mut code, abi);
    // Which of these are needed depends on the ABI.
    let mut text = code.finish();
    for unused in ["CaseInfo", "FieldInfo"] {
        if text.matches(unused).count() == 1 {
            text = text.replace(&format!("{unused}, "), "");
        }
    }
    text
}

fn functions(code: &mut Code, abi: &Abi) {
    code.gap();
    code.line("/// A function of the ABI; its number is its place in [`FUNCTIONS`].");
    code.line("#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]");
    code.line("#[repr(u16)]");
    code.open("pub enum Function {");
    for (number, (interface, function)) in abi.functions().enumerate() {
        code.line(format!("/// `{}`", names::full(&interface.name, &function.name)));
        code.line(format!("{} = {number},", names::function_case(&interface.name, &function.name)));
    }
    code.close("}");
    code.gap();
    code.open("impl Function {");
    code.line("/// What is known of the function.");
    code.line("#[must_use]");
    code.open("pub const fn info(self) -> &'static FunctionInfo {");
    code.line("&FUNCTIONS[self as usize]");
    code.close("}");
    code.close("}");
    code.gap();
    code.line("/// Interface and function as the trace names them: `i2c.write-read`.");
    code.open("impl core::fmt::Display for Function {");
    code.open("fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {");
    code.line("f.write_str(self.info().full_name)");
    code.close("}");
    code.close("}");
}

fn info(code: &mut Code, abi: &Abi, interface: &Interface, function: &Function) {
    code.open("FunctionInfo {");
    code.line(format!("function: Function::{},", names::function_case(&interface.name, &function.name)));
    code.line(format!("interface: \"{}\",", interface.name));
    code.line(format!("name: \"{}\",", function.name));
    code.line(format!("module: \"{}\",", interface.module));
    code.line(format!("full_name: \"{}\",", names::full(&interface.name, &function.name)));
    code.open("params: &[");
    for param in &function.params {
        code.line(format!("ParamInfo {{ name: \"{}\", ty: {} }},", param.name, type_info(abi, &param.ty)));
    }
    code.close("],");
    let result = match &function.returns {
        Returns::Nothing => "None".to_owned(),
        Returns::Value(ty) => format!("Value({})", type_info(abi, ty)),
        Returns::Unit => "Unit".to_owned(),
        Returns::Result(ty) => format!("Result({})", type_info(abi, ty)),
        Returns::Never => "Never".to_owned(),
    };
    code.line(format!("result: ResultInfo::{result},"));
    code.line(format!("flat_params: {},", flat_list(function.flat_params.iter().map(|param| param.flat))));
    code.line(format!("flat_result: {},", flat_option(function.flat_result)));
    code.open("errors: &[");
    for error in &function.errors {
        code.line(format!("ErrorCode::{},", names::camel(&error.code)));
    }
    code.close("],");
    code.line(format!("since: \"{}\",", function.since));
    code.close("},");
}

fn export(code: &mut Code, export: &Export) {
    code.open("ExportInfo {");
    code.line(format!("name: \"{}\",", export.name));
    code.line(format!("flat_params: {},", flat_list(export.flat_params.iter().copied())));
    code.line(format!("flat_result: {},", flat_option(export.flat_result)));
    code.line(format!("required: {},", export.required));
    code.close("},");
}

fn flat(flat: Flat) -> &'static str {
    match flat {
        Flat::I32 => "Flat::I32",
        Flat::I64 => "Flat::I64",
    }
}

fn flat_list(types: impl Iterator<Item = Flat>) -> String {
    format!("&[{}]", types.map(flat).collect::<Vec<_>>().join(", "))
}

fn flat_option(ty: Option<Flat>) -> String {
    ty.map_or("None".to_owned(), |ty| format!("Some({})", flat(ty)))
}

fn type_info(abi: &Abi, ty: &Type) -> String {
    let word = match ty {
        Type::Bool => "Bool",
        Type::U8 => "U8",
        Type::U16 => "U16",
        Type::U32 => "U32",
        Type::U64 => "U64",
        Type::S32 => "S32",
        Type::S64 => "S64",
        Type::String => "String",
        Type::Bytes => "Bytes",
        Type::Buffer => "Buffer",
        Type::List(element) => return format!("TypeInfo::List(&{})", type_info(abi, element)),
        Type::Named(name) => return defined_info(abi, name),
    };
    format!("TypeInfo::{word}")
}

fn defined_info(abi: &Abi, name: &TypeName) -> String {
    let payload = |ty: &Option<Type>| ty.as_ref().map(|ty| type_info(abi, ty));
    let path = || names::rust_path(abi, name, "crate", "");
    match &abi.definition(name).kind {
        TypeKind::Handle => "TypeInfo::Handle".to_owned(),
        TypeKind::Enum(_) => format!("TypeInfo::Enum({}::NAMES)", path()),
        TypeKind::Flags(_) => format!("TypeInfo::Flags({}::NAMES)", path()),
        TypeKind::Record(fields) => {
            let field = |field: &abi_model::Case| {
                let ty = payload(&field.payload).unwrap_or_default();
                format!("FieldInfo {{ name: \"{}\", ty: {ty} }}", field.name)
            };
            format!("TypeInfo::Record(&[{}])", fields.iter().map(field).collect::<Vec<_>>().join(", "))
        }
        TypeKind::Variant(cases) => {
            let case = |case: &abi_model::Case| {
                let payload = payload(&case.payload).map_or("None".to_owned(), |ty| format!("Some({ty})"));
                format!("CaseInfo {{ name: \"{}\", payload: {payload} }}", case.name)
            };
            format!("TypeInfo::Variant(&[{}])", cases.iter().map(case).collect::<Vec<_>>().join(", "))
        }
    }
}

fn link_macro(code: &mut Code, abi: &Abi) {
    code.gap();
    code.doc("Calls the macro `callback` once, with one entry for each function of the ABI, so that an engine shim can link them all:");
    code.line("///");
    code.line("/// ```text");
    code.line("/// (glue function, \"import module\", \"import name\", (flat argument: u32 | u64, …), i32 | i64 | (), memory | no_memory);");
    code.line("/// ```");
    code.line("///");
    code.line("/// Glue of an entry that ends in `no_memory` does not look at the memory it is given: a shim may pass none.");
    code.line("///");
    code.line("/// A callback matches the entries by");
    code.line("///");
    code.line("/// ```text");
    code.line("/// $(($glue:ident, $module:literal, $name:literal, ($($argument:ident: $type:ty),*), $result:ty, $memory:ident);)*");
    code.line("/// ```");
    code.line("#[macro_export]");
    code.open("macro_rules! for_each_function {");
    code.open("($callback:ident) => {");
    code.open("$callback! {");
    for (interface, function) in abi.functions() {
        let argument = |param: &abi_model::FlatParam| {
            format!("{}: {}", names::argument(&param.name), flat_argument(param.flat))
        };
        let arguments: Vec<_> = function.flat_params.iter().map(argument).collect();
        code.line(format!(
            "({}, \"{}\", \"{}\", ({}), {}, {});",
            names::glue(&interface.name, &function.name),
            interface.module,
            function.name,
            arguments.join(", "),
            function.flat_result.map_or("()".to_owned(), |flat| flat.to_string()),
            if (Glue { abi, interface, function }).uses_memory() { "memory" } else { "no_memory" },
        ));
    }
    code.close("}");
    code.close("};");
    code.close("}");
}
