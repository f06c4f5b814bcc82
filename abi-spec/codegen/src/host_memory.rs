//! device-abi: types that hosts meet in guest memory. Elements of lists, records as results, variants.

use abi_model::{Abi, Case, Interface, Returns, Type, TypeDef, TypeKind, TypeName};

use crate::{code::Code, names, rust};

/// The definition, if the type is a variant.
pub(crate) fn variant_of<'a>(abi: &'a Abi, ty: &Type) -> Option<&'a TypeDef> {
    let Type::Named(name) = ty else { return None };
    let definition = abi.definition(name);
    matches!(definition.kind, TypeKind::Variant(_)).then_some(definition)
}

/// The expression that writes a scalar, handle, enum, flags or record into the record `call`.
pub(crate) fn trace(abi: &Abi, ty: &Type, value: &str) -> String {
    match ty {
        Type::Bool => format!("call.u8({value}.into())"),
        Type::U8 => format!("call.u8({value})"),
        Type::U16 => format!("call.u16({value})"),
        Type::U32 => format!("call.u32({value})"),
        Type::S32 => format!("call.u32({value}.cast_unsigned())"),
        Type::U64 => format!("call.u64({value})"),
        Type::S64 => format!("call.u64({value}.cast_unsigned())"),
        Type::Named(name) => match abi.definition(name).kind {
            TypeKind::Handle => format!("call.u32({value}.0)"),
            TypeKind::Enum(_) => format!("call.u8({value} as u8)"),
            TypeKind::Flags(_) => format!("call.u32({value}.bits())"),
            TypeKind::Record(_) | TypeKind::Variant(_) => format!("{value}.trace(&mut call)"),
        },
        Type::String | Type::Bytes | Type::Buffer | Type::List(_) => {
            unreachable!("the glue writes what memory holds")
        }
    }
}

/// The number of bytes that a scalar, handle, enum, flags or record has in the trace.
pub(crate) fn trace_size(abi: &Abi, ty: &Type) -> u32 {
    match ty {
        Type::Named(name) => match &abi.definition(name).kind {
            TypeKind::Flags(_) => 4,
            TypeKind::Record(fields) => {
                fields.iter().filter_map(|field| field.payload.as_ref()).map(|ty| trace_size(abi, ty)).sum()
            }
            _ => abi.layout(ty).size,
        },
        _ => abi.layout(ty).size,
    }
}

/// The types of a record's fields or a variant's payloads.
fn payloads<'a>(abi: &'a Abi, ty: &Type) -> impl Iterator<Item = &'a Type> {
    let members: &[Case] = match ty {
        Type::Named(name) => match &abi.definition(name).kind {
            TypeKind::Record(members) | TypeKind::Variant(members) => members,
            _ => &[],
        },
        _ => &[],
    };
    members.iter().filter_map(|member| member.payload.as_ref())
}

/// What a type needs so that lists can hold it and results can be written, if some function asks for that.
pub(crate) fn in_memory(code: &mut Code, abi: &Abi, interface: &Interface, definition: &TypeDef) {
    let name = TypeName { interface: interface.name.clone(), name: definition.name.clone() };
    let is_used_in = |ty: &Type| {
        let is = |ty: &Type| *ty == Type::Named(name.clone());
        is(ty) || payloads(abi, ty).any(is)
    };
    let functions = || abi.functions().map(|(_, function)| function);
    let is_element = functions()
        .flat_map(|function| &function.params)
        .any(|param| matches!(&param.ty, Type::List(element) if is_used_in(element)));
    let is_result = functions()
        .any(|function| matches!(&function.returns, Returns::Result(ty) if *ty == Type::Named(name.clone())));
    let is_param =
        functions().flat_map(|function| &function.params).any(|param| param.ty == Type::Named(name.clone()));
    let ty = Type::Named(name.clone());
    if is_element && !matches!(definition.kind, TypeKind::Variant(_)) {
        element(code, abi, interface, definition, &ty);
    }
    if let TypeKind::Record(fields) = &definition.kind {
        if is_element || is_result || is_param {
            record_trace(code, abi, definition, fields);
        }
        if is_result {
            record_store(code, abi, definition, fields, abi.layout(&ty).size);
        }
    }
}

fn element(code: &mut Code, abi: &Abi, interface: &Interface, definition: &TypeDef, ty: &Type) {
    let name = names::rust_type(definition);
    let layout = abi.layout(ty);
    code.gap();
    code.open(format!("impl crate::Element for {name} {{"));
    code.line(format!("const SIZE: u32 = {};", layout.size));
    code.line(format!("const ALIGN: u32 = {};", layout.align));
    code.gap();
    code.line("#[inline]");
    code.open("fn lift(bytes: &[u8]) -> Result<Self, crate::Fault> {");
    let number = format!("crate::lift::number(bytes, 0, {})", layout.size);
    match &definition.kind {
        TypeKind::Handle => code.line(format!("Ok(Self({number}))")),
        TypeKind::Enum(_) => {
            code.line(format!("let case = {number};"));
            code.line("crate::lift::case(case, Self::from_index(case), Self::ALL.len())");
        }
        TypeKind::Flags(_) => {
            code.line(format!("let bits = {number};"));
            code.line("crate::lift::flags(bits, Self::from_bits(bits), Self::MASK)");
        }
        TypeKind::Record(fields) => {
            code.open("Ok(Self {");
            for (offset, field) in abi.field_offsets(fields) {
                let Some(ty) = &field.payload else { continue };
                let path = rust::value_type(abi, ty, &interface.name);
                let end = offset + abi.layout(ty).size;
                let name = names::rust(&field.name);
                code.line(format!("{name}: <{path} as crate::Element>::lift(&bytes[{offset}..{end}])?,"));
            }
            code.close("})");
        }
        TypeKind::Variant(_) => unreachable!("variants have lists of their own"),
    }
    code.close("}");
    code.close("}");
}

fn record_trace(code: &mut Code, abi: &Abi, definition: &TypeDef, fields: &[Case]) {
    code.gap();
    code.open(format!("impl {} {{", names::rust_type(definition)));
    code.line("/// Writes the fields into a record of the trace.");
    code.open("pub(crate) fn trace(&self, call: &mut crate::trace::CallRecord<'_>) {");
    for field in fields {
        let Some(ty) = &field.payload else { continue };
        code.line(format!("{};", trace(abi, ty, &format!("self.{}", names::rust(&field.name)))));
    }
    code.close("}");
    code.close("}");
}

fn record_store(code: &mut Code, abi: &Abi, definition: &TypeDef, fields: &[Case], size: u32) {
    code.gap();
    code.open(format!("impl {} {{", names::rust_type(definition)));
    code.line(format!("/// Writes the fields into the {size} bytes of guest memory that are to hold them."));
    code.open("pub(crate) fn store(&self, bytes: &mut [u8]) {");
    for (offset, field) in abi.field_offsets(fields) {
        let Some(ty) = &field.payload else { continue };
        let value = format!("self.{}", names::rust(&field.name));
        let number = match ty {
            Type::Bool => format!("u64::from({value})"),
            Type::S32 => format!("u64::from({value}.cast_unsigned())"),
            Type::U64 => value,
            Type::S64 => format!("{value}.cast_unsigned()"),
            Type::Named(name) => match abi.definition(name).kind {
                TypeKind::Handle => format!("u64::from({value}.0)"),
                TypeKind::Flags(_) => format!("u64::from({value}.bits())"),
                _ => format!("{value} as u64"),
            },
            _ => format!("u64::from({value})"),
        };
        code.line(format!("crate::lift::store(bytes, {offset}, {}, {number});", abi.layout(ty).size));
    }
    code.close("}");
    code.close("}");
}

/// A variant as hosts see it, and the list of it.
pub(crate) fn variant(
    code: &mut Code,
    abi: &Abi,
    interface: &Interface,
    definition: &TypeDef,
    cases: &[Case],
) {
    let name = names::rust_type(definition);
    let layout = abi
        .layout(&Type::Named(TypeName { interface: interface.name.clone(), name: definition.name.clone() }));
    let borrows = cases.iter().any(|case| matches!(case.payload, Some(Type::Bytes | Type::String)));
    let generic = if borrows { "<'m>" } else { "" };
    let payload = abi.payload_offset(cases);
    code.gap();
    code.doc(&definition.docs.text);
    code.line("#[derive(Debug, Clone, Copy, PartialEq, Eq)]");
    code.open(format!("pub enum {name}{generic} {{"));
    for case in cases {
        code.doc(&case.docs.text);
        let camel = names::camel(&case.name);
        match &case.payload {
            None => code.line(format!("{camel},")),
            Some(Type::Buffer) => {
                code.line("///");
                code.line("/// The number of bytes; the list's `buffer_mut` gives the bytes themselves.");
                code.line(format!("{camel}(usize),"));
            }
            Some(Type::Bytes) => code.line(format!("{camel}(&'m [u8]),")),
            Some(Type::String) => code.line(format!("{camel}(&'m str),")),
            Some(ty) => code.line(format!("{camel}({}),", rust::value_type(abi, ty, &interface.name))),
        }
    }
    code.close("}");
    code.gap();
    code.open(format!("impl{generic} {name}{generic} {{"));
    code.line("/// Bytes that one has in guest memory.");
    code.line(format!("pub(crate) const SIZE: u32 = {};", layout.size));
    code.line("/// Its alignment there.");
    code.line(format!("pub(crate) const ALIGN: u32 = {};", layout.align));
    code.gap();
    code.line("/// Checks one, and says what other memory it refers to.");
    let memory = if cases.iter().any(points) { "memory" } else { "_memory" };
    code.open(format!(
        "pub(crate) fn check({memory}: &[u8], element: &[u8]) -> Result<crate::lift::Reference, crate::Fault> {{"
    ));
    code.open("match element[0] {");
    for (number, case) in cases.iter().enumerate() {
        code.line(format!("{number} => {},", check_payload(abi, interface, case, payload)));
    }
    code.line(format!(
        "case => Err(crate::Fault::NoSuchCase {{ value: case.into(), cases: {} }}),",
        cases.len()
    ));
    code.close("}");
    code.close("}");
    code.gap();
    code.line("/// Reads one that was checked.");
    let (memory, lifetime) = if borrows { ("memory", "&'m ") } else { ("_memory", "&") };
    code.open(format!("pub(crate) fn of({memory}: {lifetime}[u8], element: &[u8]) -> Self {{"));
    code.open("match element[0] {");
    for (number, case) in cases.iter().enumerate() {
        // After the check, no other number than the last case's is left.
        let pattern = if number + 1 == cases.len() { "_".to_owned() } else { number.to_string() };
        code.line(format!("{pattern} => {},", read_payload(abi, interface, case, payload)));
    }
    code.close("}");
    code.close("}");
    variant_trace(code, abi, cases);
    code.close("}");
    variant_list(code, &name, generic, definition);
}

fn points(case: &Case) -> bool {
    matches!(case.payload, Some(Type::Buffer | Type::Bytes | Type::String))
}

fn check_payload(abi: &Abi, interface: &Interface, case: &Case, at: u32) -> String {
    match &case.payload {
        None => "Ok(crate::lift::Reference::None)".to_owned(),
        Some(Type::Buffer) => format!("crate::lift::filled_at(memory, element, {at})"),
        Some(Type::Bytes) => format!("crate::lift::bytes_at(memory, element, {at})"),
        Some(Type::String) => format!("crate::lift::text_at(memory, element, {at})"),
        Some(ty) => format!("{}.map(|_| crate::lift::Reference::None)", lift_scalar(abi, interface, ty, at)),
    }
}

fn read_payload(abi: &Abi, interface: &Interface, case: &Case, at: u32) -> String {
    let camel = names::camel(&case.name);
    match &case.payload {
        None => format!("Self::{camel}"),
        Some(Type::Buffer) => format!("Self::{camel}(crate::lift::number(element, {}, 4) as usize)", at + 4),
        Some(Type::Bytes) => format!("Self::{camel}(crate::lift::checked_bytes(memory, element, {at}))"),
        Some(Type::String) => format!(
            "Self::{camel}(crate::lift::checked_text(crate::lift::checked_bytes(memory, element, {at})))"
        ),
        Some(ty) => format!("Self::{camel}(crate::lift::checked({}))", lift_scalar(abi, interface, ty, at)),
    }
}

fn lift_scalar(abi: &Abi, interface: &Interface, ty: &Type, at: u32) -> String {
    let path = rust::value_type(abi, ty, &interface.name);
    format!("<{path} as crate::Element>::lift(&element[{at}..{}])", at + abi.layout(ty).size)
}

fn variant_trace(code: &mut Code, abi: &Abi, cases: &[Case]) {
    code.gap();
    code.line("/// Writes case and payload into a record of the trace.");
    code.open("pub(crate) fn trace(&self, call: &mut crate::trace::CallRecord<'_>) {");
    code.open("match *self {");
    for (number, case) in cases.iter().enumerate() {
        let camel = names::camel(&case.name);
        let Some(ty) = &case.payload else {
            code.line(format!("Self::{camel} => call.u8({number}),"));
            continue;
        };
        code.open(format!("Self::{camel}(payload) => {{"));
        code.line(format!("call.u8({number});"));
        match ty {
            Type::Buffer => code.line("call.u32(payload as u32);"),
            Type::Bytes => code.line("call.bytes(payload);"),
            Type::String => code.line("call.text(payload);"),
            ty => code.line(format!("{};", trace(abi, ty, "payload"))),
        }
        code.close("}");
    }
    code.close("}");
    code.close("}");
}

fn variant_list(code: &mut Code, name: &str, generic: &str, definition: &TypeDef) {
    let list = format!("{name}List");
    let element = if generic.is_empty() { name.to_owned() } else { format!("{name}<'_>") };
    code.gap();
    code.doc(&format!(
        "A `list<{}>` in guest memory, with the memory that its elements refer to.",
        definition.name
    ));
    code.line("///");
    code.doc(
        "A list longer than [`Profile::MAX_OPERATIONS`](crate::Profile::MAX_OPERATIONS) has a length, but its elements were not looked at and cannot be.",
    );
    code.line("#[derive(Debug)]");
    code.line(format!("pub struct {list}<'m>(crate::lift::Elements<'m>);"));
    code.gap();
    code.open(format!("impl<'m> {list}<'m> {{"));
    code.open("pub(crate) fn new(elements: crate::lift::Elements<'m>) -> Self {");
    code.line("Self(elements)");
    code.close("}");
    code.gap();
    code.line("/// How many elements the guest says there are.");
    code.line("#[must_use]");
    code.open("pub fn len(&self) -> usize {");
    code.line("self.0.len()");
    code.close("}");
    code.gap();
    code.line("/// Whether there are none.");
    code.line("#[must_use]");
    code.open("pub fn is_empty(&self) -> bool {");
    code.line("self.len() == 0");
    code.close("}");
    code.gap();
    code.line("/// Element `index`.");
    code.line("///");
    code.line("/// # Panics");
    code.line("/// If there is no such element, or the list is too long to look at.");
    code.line("#[must_use]");
    code.open(format!("pub fn get(&self, index: usize) -> {element} {{"));
    code.line(format!("{name}::of(self.0.memory(), self.0.element(index, {name}::SIZE))"));
    code.close("}");
    code.gap();
    code.line("/// The elements in order; none of a list that is too long to look at.");
    code.open(format!("pub fn iter(&self) -> impl Iterator<Item = {element}> {{"));
    code.line("(0..self.0.followed()).map(|index| self.get(index))");
    code.close("}");
    code.gap();
    code.line(
        "/// The guest memory that element `index` wants filled, if it is a kind of element that does.",
    );
    code.line("///");
    code.line("/// # Panics");
    code.line("/// If there is no such element, or the list is too long to look at.");
    code.open("pub fn buffer_mut(&mut self, index: usize) -> Option<&mut [u8]> {");
    code.line(format!("self.0.buffer_mut(index, {name}::SIZE, {name}::check)"));
    code.close("}");
    code.close("}");
}
