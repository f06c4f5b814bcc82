//! device-abi: the glue. For each function one plain function from flat numbers and memory to the typed call and back.
//!
//! The order in which it looks at things is normative, see `abi-spec/wit/lowering.md`.

use abi_model::{Abi, Flat, Function, Interface, Param, Returns, Type, TypeKind};

use crate::{Files, code::Code, host_memory::variant_of, names, rust};

pub(crate) fn files(abi: &Abi) -> Files {
    let mut files = Files::new();
    let mut index = Code::rust(
        "The glue: flat numbers and guest memory in, typed calls out. The only place that finds guests broken.",
    );
    index.gap();
    index.line("#![allow(clippy::too_many_arguments, reason = \"the flat arguments of the ABI\")]");
    index.gap();
    let interfaces = || abi.interfaces.iter().filter(|interface| !interface.functions.is_empty());
    let mut names: Vec<_> = interfaces().map(|interface| names::rust(&interface.name)).collect();
    names.sort();
    for name in &names {
        index.line("#[rustfmt::skip]");
        index.line(format!("mod {name};"));
    }
    index.gap();
    names.iter().for_each(|name| index.line(format!("pub use {name}::*;")));
    files.insert("glue/mod.rs".to_owned(), index.finish());
    for interface in interfaces() {
        let mut code = Code::rust(&format!("Glue of interface `{}`.", interface.name));
        code.gap();
        code.line("use crate::{Function, Halt, Host, lift};");
        let name = names::rust(&interface.name);
        code.line(format!("use crate::{name}::{};", names::camel(&interface.name)));
        for function in &interface.functions {
            Glue { abi, interface, function }.write(&mut code);
        }
        let mut text = code.finish();
        if !text.contains("lift::") {
            text = text.replace("Host, lift};", "Host};");
        }
        files.insert(format!("glue/{}.rs", names::snake(&interface.name)), text);
    }
    files
}

/// One function being written.
pub(crate) struct Glue<'a> {
    pub(crate) abi: &'a Abi,
    pub(crate) interface: &'a Interface,
    pub(crate) function: &'a Function,
}

/// How a parameter lies in memory.
pub(crate) enum Memory<'a> {
    /// Nothing of it does.
    None,
    /// Bytes, text or a buffer.
    Bytes,
    /// A list of elements without pointers, by their Rust type.
    List(String),
    /// A list of elements with pointers, by their Rust type.
    Variants(&'a Type),
}

impl Glue<'_> {
    fn write(&self, code: &mut Code) {
        let Self { interface, function, .. } = self;
        let trait_name = names::camel(&interface.name);
        let method = names::rust(&function.name);
        code.gap();
        code.doc(&format!(
            "`{}`, see [`{trait_name}::{method}`].",
            names::full(&interface.name, &function.name)
        ));
        code.line("///");
        code.line("/// # Errors");
        code.line("/// A broken guest, or whatever else `host` ends the run for.");
        code.line("#[inline]");
        code.open(format!(
            "pub fn {}<H: Host + {trait_name} + ?Sized>(",
            names::glue(&interface.name, &function.name)
        ));
        code.line("host: &mut H,");
        code.line(format!("{}: &mut [u8],", if self.uses_memory() { "memory" } else { "_memory" }));
        for param in &function.flat_params {
            code.line(format!("{}: {},", names::argument(&param.name), flat_argument(param.flat)));
        }
        let flat = function.flat_result.map_or("()".to_owned(), |flat| flat.to_string());
        code.between(format!(") -> Result<{flat}, Halt> {{"));
        let case = names::function_case(&interface.name, &function.name);
        code.line(format!("const FUNCTION: Function = Function::{case};"));
        code.line("let start_ns = Host::enter(host, FUNCTION)?;");
        function.params.iter().enumerate().for_each(|(at, param)| self.lift(code, at, param));
        if self.result_record().is_some() {
            let layout = self.abi.layout(self.result_record().unwrap_or(&Type::U32));
            let check = format!(
                "crate::Span::check(memory.len(), {}, 1, {}, {})",
                names::argument("result"),
                layout.size,
                layout.align
            );
            self.checked(code, Some("result_span"), function.params.len(), &check);
        }
        self.check_overlaps(code);
        self.call(code);
        self.record(code);
        self.lower(code);
        code.close("}");
    }

    /// Whether the glue looks at guest memory.
    pub(crate) fn uses_memory(&self) -> bool {
        self.result_record().is_some()
            || self.function.params.iter().any(|param| !matches!(self.memory(&param.ty), Memory::None))
    }

    /// The type of the record that the function returns through memory.
    pub(crate) fn result_record(&self) -> Option<&Type> {
        match &self.function.returns {
            Returns::Result(ty) if self.abi.record_fields(ty).is_some() => Some(ty),
            _ => None,
        }
    }

    pub(crate) fn rust_type(&self, ty: &Type) -> String {
        // The glue is outside of every interface's module.
        rust::value_type(self.abi, ty, "")
    }

    /// How a parameter of the type lies in memory.
    pub(crate) fn memory<'t>(&self, ty: &'t Type) -> Memory<'t> {
        match ty {
            Type::String | Type::Bytes | Type::Buffer => Memory::Bytes,
            Type::List(element) if variant_of(self.abi, element).is_some() => Memory::Variants(element),
            Type::List(element) => Memory::List(self.rust_type(element)),
            _ => Memory::None,
        }
    }

    /// Writes a check, whose failure is the fault of argument number `at`.
    fn checked(&self, code: &mut Code, binding: Option<&str>, at: usize, check: &str) {
        let binding = binding.map_or_else(String::new, |name| format!("let {name} = "));
        code.line(format!(
            "{binding}{check}.map_err(|fault| lift::broken(host, FUNCTION, start_ns, {at}, fault))?;"
        ));
    }

    fn lift(&self, code: &mut Code, at: usize, param: &Param) {
        let name = names::argument(&param.name);
        let len = names::argument(&format!("{}-len", param.name));
        match self.memory(&param.ty) {
            Memory::Bytes => {
                let check = format!("crate::Span::check(memory.len(), {name}, {len}, 1, 1)");
                self.checked(code, Some(&name), at, &check);
                if param.ty == Type::String {
                    self.checked(code, None, at, &format!("lift::text({name}.of(memory))"));
                }
            }
            Memory::List(element) => {
                let element = format!("<{element} as crate::Element>");
                let check = format!(
                    "crate::Span::check(memory.len(), {name}, {len}, {element}::SIZE, {element}::ALIGN)"
                );
                self.checked(code, Some(&name), at, &check);
                let Type::List(ty) = &param.ty else { return };
                let check = format!("crate::List::<{}>::check({name}.of(memory))", self.rust_type(ty));
                self.checked(code, None, at, &check);
            }
            Memory::Variants(element) => {
                let element = self.rust_type(element);
                let check = format!(
                    "lift::ElementSpan::check(memory, {name}, {len}, {element}::SIZE, {element}::ALIGN, {element}::check)"
                );
                self.checked(code, Some(&name), at, &check);
            }
            Memory::None => match self.abi.record_fields(&param.ty) {
                None => self.lift_scalar(code, at, &name, &param.ty),
                Some(fields) => {
                    let mut values = Vec::new();
                    for field in fields {
                        let Some(ty) = &field.payload else { continue };
                        let flat = names::argument(&format!("{}-{}", param.name, field.name));
                        self.lift_scalar(code, at, &flat, ty);
                        values.push(format!("{}: {flat}", names::rust(&field.name)));
                    }
                    code.line(format!(
                        "let {name} = {} {{ {} }};",
                        self.rust_type(&param.ty),
                        values.join(", ")
                    ));
                }
            },
        }
    }

    fn lift_scalar(&self, code: &mut Code, at: usize, name: &str, ty: &Type) {
        let rust = self.rust_type(ty);
        let check = match ty {
            Type::Bool => format!("lift::bool({name})"),
            Type::U8 => format!("lift::u8({name})"),
            Type::U16 => format!("lift::u16({name})"),
            Type::S32 | Type::S64 => return code.line(format!("let {name} = {name}.cast_signed();")),
            Type::Named(defined) => match self.abi.definition(defined).kind {
                TypeKind::Handle => return code.line(format!("let {name} = {rust}({name});")),
                TypeKind::Enum(_) => {
                    format!("lift::case({name}, {rust}::from_index({name}), {rust}::ALL.len())")
                }
                TypeKind::Flags(_) => format!("lift::flags({name}, {rust}::from_bits({name}), {rust}::MASK)"),
                _ => return,
            },
            _ => return,
        };
        self.checked(code, Some(name), at, &check);
    }

    /// A buffer, and the memory of a result, share no byte with anything else.
    fn check_overlaps(&self, code: &mut Code) {
        let params = &self.function.params;
        let mut spans = Vec::new();
        for (at, param) in params.iter().enumerate() {
            let name = names::argument(&param.name);
            match self.memory(&param.ty) {
                Memory::Bytes | Memory::List(_) => spans.push((at, name, param.ty == Type::Buffer)),
                Memory::Variants(element) => {
                    let element = self.rust_type(element);
                    let check =
                        format!("{name}.check_apart(memory, {element}::SIZE, {element}::check, {at})");
                    self.checked(code, None, at, &check);
                }
                Memory::None => {}
            }
        }
        if self.result_record().is_some() {
            spans.push((params.len(), "result_span".to_owned(), true));
        }
        for (at, buffer, _) in spans.iter().filter(|(_, _, is_filled)| *is_filled) {
            for (number, other, _) in spans.iter().filter(|(number, ..)| number != at) {
                self.checked(code, None, *at, &format!("lift::apart({buffer}, {other}, {number})"));
            }
        }
    }

    fn call(&self, code: &mut Code) {
        let params = &self.function.params;
        let buffer = params.iter().find(|param| param.ty == Type::Buffer);
        if let Some(buffer) = buffer {
            let others = params
                .iter()
                .any(|param| param.ty != Type::Buffer && !matches!(self.memory(&param.ty), Memory::None));
            let around = if others { "around" } else { "_" };
            code.line(format!("let (filled, {around}) = {}.split(memory);", names::argument(&buffer.name)));
        }
        let slice = |name: &str| match buffer {
            Some(_) => format!("around.slice({name})"),
            None => format!("{name}.of(memory)"),
        };
        let argument = |param: &Param| {
            let name = names::argument(&param.name);
            match (self.memory(&param.ty), &param.ty) {
                (Memory::None, _) => name,
                (_, Type::Buffer) => "filled".to_owned(),
                (_, Type::String) => format!("lift::checked_text({})", slice(&name)),
                (Memory::Bytes, _) => slice(&name),
                (Memory::List(_), _) => format!("crate::List::new({})", slice(&name)),
                (Memory::Variants(element), _) => {
                    format!("{}List::new({name}.of(memory))", self.rust_type(element))
                }
            }
        };
        let arguments: String = params.iter().map(|param| format!(", {}", argument(param))).collect();
        let binding = match self.function.returns {
            Returns::Nothing => "",
            Returns::Never => "let halt = ",
            _ => "let value = ",
        };
        let trait_name = names::camel(&self.interface.name);
        let method = names::rust(&self.function.name);
        code.line(format!("{binding}{trait_name}::{method}(host{arguments});"));
        if self.result_record().is_some() {
            code.open("if let Ok(value) = &value {");
            code.line("value.store(result_span.of_mut(memory));");
            code.close("}");
        }
    }

    fn lower(&self, code: &mut Code) {
        match &self.function.returns {
            Returns::Never => {
                // Whatever `leave` finds, the guest has ended by itself.
                code.line("let _ = Host::leave(host);");
                code.line("Err(halt)");
                return;
            }
            Returns::Nothing => return code.line("Host::leave(host)"),
            _ => code.line("Host::leave(host)?;"),
        }
        let is_wide = self.function.flat_result == Some(Flat::I64);
        let error = if is_wide { "lift::error(code).into()" } else { "lift::error(code)" };
        match &self.function.returns {
            Returns::Value(ty) => code.line(format!("Ok({})", self.flat_value(ty))),
            Returns::Result(ty) => {
                let success = match ty {
                    Type::Named(name) => match self.abi.definition(name).kind {
                        TypeKind::Handle => "lift::success(value.0)".to_owned(),
                        TypeKind::Record(_) => "0".to_owned(),
                        _ => self.flat_value(ty),
                    },
                    Type::U32 => "lift::success(value)".to_owned(),
                    Type::U64 => "lift::success_64(value)".to_owned(),
                    ty => self.flat_value(ty),
                };
                let value = if self.result_record().is_some() { "_" } else { "value" };
                code.open("Ok(match value {");
                code.line(format!("Ok({value}) => {success},"));
                code.line(format!("Err(code) => {error},"));
                code.close("})");
            }
            _ => {
                code.open("Ok(match value {");
                code.line("Ok(()) => 0,");
                code.line(format!("Err(code) => {error},"));
                code.close("})");
            }
        }
    }

    fn flat_value(&self, ty: &Type) -> String {
        match ty {
            Type::Bool | Type::U8 | Type::U16 => "i32::from(value)".to_owned(),
            Type::S32 | Type::S64 => "value".to_owned(),
            Type::Named(name) => match self.abi.definition(name).kind {
                TypeKind::Handle => "value.0.cast_signed()".to_owned(),
                TypeKind::Flags(_) => "value.bits().cast_signed()".to_owned(),
                _ => "value as i32".to_owned(),
            },
            _ => "value.cast_signed()".to_owned(),
        }
    }
}

/// The glue takes flat numbers as they are in a register: without a sign.
pub(crate) fn flat_argument(flat: Flat) -> &'static str {
    match flat {
        Flat::I32 => "u32",
        Flat::I64 => "u64",
    }
}
