//! `twinboard abi`

use std::fmt::Write;

use clap::Args;
use device_abi::{FUNCTIONS, Flat, FunctionInfo, ResultInfo, TypeInfo};
use serde_json::json;

use crate::{exit::Exit, failure::Failure, output::print};

/// Lists the functions that a guest can import, with their signatures and errors.
#[derive(Debug, Args)]
pub(crate) struct Abi {
    /// Prints one JSON object per line and function.
    #[arg(long)]
    json: bool,
}

impl Abi {
    pub(crate) fn execute(self) -> Result<Exit, Failure> {
        print(&if self.json { as_json() } else { as_text() })?;
        Ok(Exit::Done)
    }
}

fn as_text() -> String {
    let mut text = String::new();
    let mut module = "";
    for function in FUNCTIONS {
        if function.module != module {
            let gap = if module.is_empty() { "" } else { "\n" };
            module = function.module;
            let _ = writeln!(text, "{gap}{module}");
        }
        let _ = writeln!(text, "  {}{}", function.name, signature(function));
        let _ = writeln!(text, "      wasm: {}", wasm_type(function));
        if !function.errors.is_empty() {
            let _ = writeln!(text, "      errors: {}", error_names(function).join(", "));
        }
    }
    text
}

fn as_json() -> String {
    let mut text = String::new();
    for function in FUNCTIONS {
        let params: Vec<_> = function
            .params
            .iter()
            .map(|param| json!({ "name": param.name, "type": type_name(&param.ty) }))
            .collect();
        let line = json!({
            "module": function.module,
            "name": function.name,
            "since": function.since,
            "params": params,
            "result": result_name(function),
            "wasm-params": function.flat_params.iter().map(Flat::to_string).collect::<Vec<_>>(),
            "wasm-result": function.flat_result.as_ref().map(Flat::to_string),
            "errors": error_names(function),
        });
        let _ = writeln!(text, "{line}");
    }
    text
}

fn error_names(function: &FunctionInfo) -> Vec<&'static str> {
    function.errors.iter().map(|code| code.name()).collect()
}

fn signature(function: &FunctionInfo) -> String {
    let params: Vec<String> =
        function.params.iter().map(|param| format!("{}: {}", param.name, type_name(&param.ty))).collect();
    let result = result_name(function).map_or(String::new(), |result| format!(" -> {result}"));
    format!("({}){result}", params.join(", "))
}

fn wasm_type(function: &FunctionInfo) -> String {
    let params: Vec<String> = function.flat_params.iter().map(Flat::to_string).collect();
    let result = function.flat_result.as_ref().map_or("()".to_owned(), Flat::to_string);
    format!("({}) -> {result}", params.join(", "))
}

/// The result as WIT writes it; `never` where there is no way back.
fn result_name(function: &FunctionInfo) -> Option<String> {
    match &function.result {
        ResultInfo::None => None,
        ResultInfo::Value(ty) => Some(type_name(ty)),
        ResultInfo::Unit => Some("result<_, error-code>".to_owned()),
        ResultInfo::Result(ty) => Some(format!("result<{}, error-code>", type_name(ty))),
        ResultInfo::Never => Some("never".to_owned()),
    }
}

/// A type as WIT would spell it, with the cases of an enum in its place.
fn type_name(ty: &TypeInfo) -> String {
    match ty {
        TypeInfo::Bool => "bool".to_owned(),
        TypeInfo::U8 => "u8".to_owned(),
        TypeInfo::U16 => "u16".to_owned(),
        TypeInfo::U32 => "u32".to_owned(),
        TypeInfo::S32 => "s32".to_owned(),
        TypeInfo::U64 => "u64".to_owned(),
        TypeInfo::S64 => "s64".to_owned(),
        TypeInfo::Handle => "handle".to_owned(),
        TypeInfo::Enum(cases) => format!("enum {{ {} }}", cases.join(", ")),
        TypeInfo::Flags(names) => format!("flags {{ {} }}", names.join(", ")),
        TypeInfo::Record(fields) => {
            let fields: Vec<String> =
                fields.iter().map(|field| format!("{}: {}", field.name, type_name(&field.ty))).collect();
            format!("record {{ {} }}", fields.join(", "))
        }
        TypeInfo::Variant(cases) => {
            let case = |case: &device_abi::CaseInfo| match &case.payload {
                Some(ty) => format!("{}({})", case.name, type_name(ty)),
                None => case.name.to_owned(),
            };
            format!("variant {{ {} }}", cases.iter().map(case).collect::<Vec<_>>().join(", "))
        }
        TypeInfo::Bytes => "list<u8>".to_owned(),
        TypeInfo::String => "string".to_owned(),
        TypeInfo::Buffer => "buffer".to_owned(),
        TypeInfo::List(element) => format!("list<{}>", type_name(element)),
    }
}
