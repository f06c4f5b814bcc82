//! Types: which ones the ABI has, and where each may stand.

use wit_parser::{Function, InterfaceId, Type as Wit, TypeDef as WitDef, TypeDefKind, TypeId, TypeOwner};

use crate::{
    Case, Param, Type, TypeDef, TypeKind, TypeName,
    build::no_markers,
    docs::{Comment, comment},
    source::{Place, Source},
};

/// The most cases that fit the one byte that they have in memory and in the trace.
const MAX_CASES: usize = 256;
/// The most flags that fit one flat value.
const MAX_FLAGS: usize = 32;

/// Where a type stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Position {
    /// A function's parameter.
    Param,
    /// A field of a record.
    Field,
    /// The payload of a variant's case.
    Payload,
    /// An element of a list.
    Element,
    /// A plain result.
    Value,
    /// The success of a `result<_, error-code>`.
    Success,
    /// A parameter or result of an export.
    Export,
}

impl Position {
    fn allowed(self) -> &'static str {
        match self {
            Self::Param => "a parameter is a scalar, record, string, buffer or list",
            Self::Field => "a field is a scalar",
            Self::Payload => "a payload is a scalar, string, buffer or list<u8>",
            Self::Element => "a list's element is a scalar, record or variant",
            Self::Value => "a plain result is a scalar",
            Self::Success => {
                "a result<_, error-code> holds bool, u8, u16, u32, u64, a handle, an enum or a record"
            }
            Self::Export => "exports have u32, s32, u64 and s64 only",
        }
    }

    fn allows(self, class: Class) -> bool {
        use Class::{
            Bool, Buffer, Bytes, Enum, Flags, Handle, List, Narrow, Record, Signed, String, Variant, Wide,
        };
        let scalar = matches!(class, Bool | Narrow | Wide | Signed | Handle | Enum | Flags);
        match self {
            Self::Param => scalar || matches!(class, Record | String | Buffer | Bytes | List),
            Self::Field | Self::Value => scalar,
            Self::Payload => scalar || matches!(class, String | Buffer | Bytes),
            Self::Element => scalar || matches!(class, Record | Variant),
            Self::Success => matches!(class, Bool | Narrow | Wide | Handle | Enum | Record),
            Self::Export => matches!(class, Wide | Signed),
        }
    }
}

/// What matters of a type for where it may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Bool,
    /// u8, u16
    Narrow,
    /// u32, u64
    Wide,
    /// s32, s64
    Signed,
    Handle,
    Enum,
    Flags,
    Record,
    Variant,
    String,
    Bytes,
    Buffer,
    List,
}

/// The type, if the ABI has it and it may stand there. `what` names the thing in messages: "parameter `x`".
pub(crate) fn convert(
    source: &Source,
    wit: &Wit,
    place: &Place,
    position: Position,
    what: &str,
) -> Option<Type> {
    let (ty, class) = match wit {
        Wit::Bool => (Type::Bool, Class::Bool),
        Wit::U8 => (Type::U8, Class::Narrow),
        Wit::U16 => (Type::U16, Class::Narrow),
        Wit::U32 => (Type::U32, Class::Wide),
        Wit::U64 => (Type::U64, Class::Wide),
        Wit::S32 => (Type::S32, Class::Signed),
        Wit::S64 => (Type::S64, Class::Signed),
        Wit::String => (Type::String, Class::String),
        Wit::Id(id) => defined(source, *id, place, what)?,
        Wit::S8 | Wit::S16 | Wit::F32 | Wit::F64 | Wit::Char | Wit::ErrorContext => {
            source.problem(place, format!("{what} is {}", refused_scalar(wit)));
            return None;
        }
    };
    if !position.allows(class) {
        let kind = match class {
            Class::Record | Class::Variant | Class::Enum | Class::Flags | Class::Handle => {
                format!("{} `{ty}`", format!("{class:?}").to_lowercase())
            }
            _ => ty.to_string(),
        };
        source.problem(place, format!("{what} is {kind}; {}", position.allowed()));
        return None;
    }
    Some(ty)
}

fn refused_scalar(wit: &Wit) -> &'static str {
    match wit {
        Wit::S8 | Wit::S16 => "a narrow signed number, which the ABI does not have; take s32",
        Wit::Char => "char, which the ABI does not have; take u32 or string",
        Wit::ErrorContext => "error-context, which the ABI does not have",
        _ => "a float, which the ABI does not have: its bits may differ between targets",
    }
}

fn defined(source: &Source, id: TypeId, place: &Place, what: &str) -> Option<(Type, Class)> {
    let definition = &source.resolve.types[id];
    let named = |class| Some((Type::Named(type_name(source, definition)?), class));
    let refused = match &definition.kind {
        TypeDefKind::Type(Wit::U32) => return named(Class::Handle),
        TypeDefKind::Type(Wit::Id(used)) => return defined(source, *used, place, what),
        // Refused where it is defined.
        TypeDefKind::Type(_) => return None,
        TypeDefKind::Enum(_) => return named(Class::Enum),
        TypeDefKind::Flags(_) => return named(Class::Flags),
        TypeDefKind::Variant(_) => return named(Class::Variant),
        TypeDefKind::Record(_) => {
            let name = type_name(source, definition)?;
            if name.interface == "types" && name.name == "buffer" {
                return Some((Type::Buffer, Class::Buffer));
            }
            return Some((Type::Named(name), Class::Record));
        }
        TypeDefKind::List(Wit::U8) => return Some((Type::Bytes, Class::Bytes)),
        TypeDefKind::List(element) => {
            let element =
                convert(source, element, place, Position::Element, &format!("the element of {what}"))?;
            return Some((Type::List(Box::new(element)), Class::List));
        }
        TypeDefKind::Option(_) => "an option",
        TypeDefKind::Tuple(_) => "a tuple",
        TypeDefKind::Result(_) => "a result",
        TypeDefKind::Map(..) => "a map",
        TypeDefKind::FixedLengthList(..) => "a list of fixed length",
        TypeDefKind::Future(_) => "a future",
        TypeDefKind::Stream(_) => "a stream",
        // A resource is refused where it is defined; `own` and `borrow` where they stand.
        TypeDefKind::Resource | TypeDefKind::Handle(_) => "a resource",
        TypeDefKind::Unknown => "an unknown type",
    };
    source.problem(place, format!("{what} is {refused}, which the ABI does not have"));
    None
}

fn type_name(source: &Source, definition: &WitDef) -> Option<TypeName> {
    let TypeOwner::Interface(id) = definition.owner else { return None };
    let interface = &source.resolve.interfaces[id];
    if interface.package != Some(source.package) {
        source.problem(&source.place(definition.span), "types of other packages are not part of the ABI");
        return None;
    }
    Some(TypeName { interface: interface.name.clone()?, name: definition.name.clone()? })
}

/// The parameters that the ABI has.
pub(crate) fn params(source: &Source, function: &Function, position: Position) -> Vec<Param> {
    let param = |param: &wit_parser::Param| {
        let what = format!("parameter `{}`", param.name);
        let ty = convert(source, &param.ty, &source.place(param.span), position, &what)?;
        Some(Param { name: param.name.clone(), ty })
    };
    function.params.iter().filter_map(param).collect()
}

/// The types that an interface defines.
pub(crate) fn type_defs(source: &Source, interface: InterfaceId, comments: &mut Comment) -> Vec<TypeDef> {
    let types = source.resolve.interfaces[interface].types.iter();
    types.filter_map(|(name, id)| type_def(source, name, *id, comments)).collect()
}

fn type_def(source: &Source, name: &str, id: TypeId, comments: &mut Comment) -> Option<TypeDef> {
    let wit = &source.resolve.types[id];
    if is_use(source, wit) {
        return None;
    }
    let place = source.place(wit.span);
    let refuse = |reason: &str| {
        source.problem(&place, format!("type `{name}` is {reason}"));
        None
    };
    let kind = match &wit.kind {
        TypeDefKind::Type(Wit::U32) => TypeKind::Handle,
        TypeDefKind::Resource => return refuse("a resource; a handle is an alias of u32"),
        TypeDefKind::Enum(def) => {
            let cases = def.cases.iter().map(|case| (&case.name, &case.docs, case.span, None));
            TypeKind::Enum(members(source, cases, name, MAX_CASES, comments))
        }
        TypeDefKind::Flags(def) => {
            let flags = def.flags.iter().map(|flag| (&flag.name, &flag.docs, flag.span, None));
            TypeKind::Flags(members(source, flags, name, MAX_FLAGS, comments))
        }
        TypeDefKind::Record(def) => {
            let fields = def
                .fields
                .iter()
                .map(|field| (&field.name, &field.docs, field.span, Some((&field.ty, Position::Field))));
            TypeKind::Record(members(source, fields, name, MAX_CASES, comments))
        }
        TypeDefKind::Variant(def) => {
            let cases = def.cases.iter().map(|case| {
                (&case.name, &case.docs, case.span, case.ty.as_ref().map(|ty| (ty, Position::Payload)))
            });
            TypeKind::Variant(members(source, cases, name, MAX_CASES, comments))
        }
        _ => return refuse("an alias of something other than u32; only handles are aliases"),
    };
    let docs = item_docs(source, &wit.docs, &place, &format!("type `{name}`"), comments);
    Some(TypeDef { name: name.to_owned(), docs, kind })
}

/// Whether the type is there by `use`.
fn is_use(source: &Source, wit: &WitDef) -> bool {
    matches!(wit.kind, TypeDefKind::Type(Wit::Id(id)) if source.resolve.types[id].owner != wit.owner)
}

type Member<'w> = (&'w String, &'w wit_parser::Docs, wit_parser::Span, Option<(&'w Wit, Position)>);

fn members<'w>(
    source: &Source,
    members: impl ExactSizeIterator<Item = Member<'w>>,
    owner: &str,
    limit: usize,
    comments: &mut Comment,
) -> Vec<Case> {
    let count = members.len();
    let mut cases = Vec::new();
    for (at, (name, docs, span, ty)) in members.enumerate() {
        let place = source.place(span);
        if at == limit {
            source.problem(&place, format!("`{owner}` has {count} members; the ABI allows {limit}"));
        }
        let what = format!("`{owner}.{name}`");
        let docs = item_docs(source, docs, &place, &what, comments);
        let payload = ty.and_then(|(ty, position)| convert(source, ty, &place, position, &what));
        cases.push(Case { name: name.clone(), docs, payload });
    }
    cases
}

/// The documentation of something that is not a function; its anchors go to the interface's.
fn item_docs(
    source: &Source,
    docs: &wit_parser::Docs,
    place: &Place,
    what: &str,
    comments: &mut Comment,
) -> crate::Docs {
    let mut found = comment(source, docs, place, what);
    no_markers(source, &found);
    comments.anchors.append(&mut found.anchors);
    found.docs
}
