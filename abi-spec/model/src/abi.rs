//! The model: what the ABI offers, checked and lowered.

use std::fmt;

/// A device ABI.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Abi {
    /// The WIT package without its version: `device:abi`.
    pub package: String,
    /// The package version.
    pub version: Version,
    /// The interfaces, in the order in which the world `guest` imports them.
    pub interfaces: Vec<Interface>,
    /// What a guest exports beside its memory.
    pub exports: Vec<Export>,
}

/// A package version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    /// Guests of another major version do not run.
    pub major: u64,
    /// Grows with additions.
    pub minor: u64,
    /// Grows with corrections.
    pub patch: u64,
}

/// One interface: one import module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interface {
    /// Name in WIT: `i2c`.
    pub name: String,
    /// Import module: `device:abi/i2c@1`.
    pub module: String,
    /// Documentation.
    pub docs: Docs,
    /// The package version it came with.
    pub since: Version,
    /// Types that it defines, in order; types that it only uses are not among them.
    pub types: Vec<TypeDef>,
    /// Functions, in order.
    pub functions: Vec<Function>,
}

/// What a documentation comment says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Docs {
    /// The prose, without anchors, listed errors and the marker of functions that never return.
    pub text: String,
    /// Sentences that carry an anchor, in order.
    pub rules: Vec<Rule>,
}

/// A sentence that conformance cases cite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The anchor, without `#`; unique in its interface.
    pub anchor: String,
    /// The sentence, without its anchors.
    pub sentence: String,
}

/// A type that an interface defines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypeDef {
    /// Name in WIT.
    pub name: String,
    /// Documentation.
    pub docs: Docs,
    /// What it is.
    pub kind: TypeKind,
}

/// What a defined type is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TypeKind {
    /// An alias of `u32`.
    Handle,
    /// One of several names.
    Enum(Vec<Case>),
    /// Any of several names, from bit 0; at most 32.
    Flags(Vec<Case>),
    /// Fields, all with a payload: a scalar, handle, enum or flags.
    Record(Vec<Case>),
    /// Cases; a payload is a buffer, bytes, a string, a scalar, handle, enum or flags.
    Variant(Vec<Case>),
}

/// A case of an enum or variant, a flag, or a field of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Name in WIT.
    pub name: String,
    /// Documentation.
    pub docs: Docs,
    /// Payload of a variant's case, type of a record's field.
    pub payload: Option<Type>,
}

/// The full name of a defined type.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TypeName {
    /// The interface that defines it.
    pub interface: String,
    /// Its name there.
    pub name: String,
}

/// A type as a parameter, field or result has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Type {
    /// `bool`
    Bool,
    /// `u8`
    U8,
    /// `u16`
    U16,
    /// `u32`
    U32,
    /// `u64`
    U64,
    /// `s32`
    S32,
    /// `s64`
    S64,
    /// `string`
    String,
    /// `list<u8>`
    Bytes,
    /// `types.buffer`: memory that the host fills.
    Buffer,
    /// A list of anything but bytes.
    List(Box<Type>),
    /// A defined type.
    Named(TypeName),
}

/// A function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// Name in WIT, which is also the import name: `write-read`.
    pub name: String,
    /// Documentation.
    pub docs: Docs,
    /// The errors that its documentation lists.
    pub errors: Vec<ListedError>,
    /// The package version it came with.
    pub since: Version,
    /// Parameters.
    pub params: Vec<Param>,
    /// What it returns.
    pub returns: Returns,
    /// Parameters of the import's wasm type.
    pub flat_params: Vec<FlatParam>,
    /// Result of the import's wasm type.
    pub flat_result: Option<Flat>,
}

/// An error that a function's documentation lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedError {
    /// Name of the case of `types.error-code`.
    pub code: String,
    /// When it is returned.
    pub when: String,
}

/// A parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Param {
    /// Name in WIT.
    pub name: String,
    /// Its type.
    pub ty: Type,
}

/// What a function returns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Returns {
    /// Nothing.
    Nothing,
    /// A scalar, handle, enum or flags.
    Value(Type),
    /// `result<_, error-code>`
    Unit,
    /// `result<T, error-code>` of a bool, enum, u8, u16, u32, u64, handle or record.
    Result(Type),
    /// It does not return.
    Never,
}

/// A parameter of a wasm type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlatParam {
    /// `data`, `data-len`, `result`, …
    pub name: String,
    /// Its wasm type.
    pub flat: Flat,
    /// The number of the parameter that it belongs to; one more than the last for the result's address.
    pub param: usize,
}

/// A wasm value type that the ABI uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flat {
    /// `i32`
    I32,
    /// `i64`
    I64,
}

/// A function that guests export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    /// Export name.
    pub name: String,
    /// Documentation.
    pub docs: Docs,
    /// Whether every guest must have it. A documentation sentence that begins with "Optional" says that it need not.
    pub required: bool,
    /// Parameters.
    pub params: Vec<Param>,
    /// Result.
    pub result: Option<Type>,
    /// Parameters of the wasm type.
    pub flat_params: Vec<Flat>,
    /// Result of the wasm type.
    pub flat_result: Option<Flat>,
}

impl Abi {
    /// The interface of this name.
    #[must_use]
    pub fn interface(&self, name: &str) -> Option<&Interface> {
        self.interfaces.iter().find(|interface| interface.name == name)
    }

    /// The definition of a type that the model mentions.
    ///
    /// # Panics
    /// If the name does not come from this model.
    #[must_use]
    pub fn definition(&self, name: &TypeName) -> &TypeDef {
        let interface = self.interface(&name.interface).expect("the name comes from this model");
        interface.types.iter().find(|ty| ty.name == name.name).expect("the name comes from this model")
    }

    /// All functions with their interfaces, in the order of their numbers.
    pub fn functions(&self) -> impl Iterator<Item = (&Interface, &Function)> {
        self.interfaces
            .iter()
            .flat_map(|interface| interface.functions.iter().map(move |function| (interface, function)))
    }

    /// Whether values of this type refer to other guest memory.
    #[must_use]
    pub fn holds_pointers(&self, ty: &Type) -> bool {
        match ty {
            Type::String | Type::Bytes | Type::Buffer | Type::List(_) => true,
            Type::Named(name) => match &self.definition(name).kind {
                TypeKind::Variant(cases) => {
                    cases.iter().filter_map(|case| case.payload.as_ref()).any(|ty| self.holds_pointers(ty))
                }
                _ => false,
            },
            _ => false,
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

impl fmt::Display for Flat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::I32 => "i32",
            Self::I64 => "i64",
        })
    }
}

/// As WIT writes it; defined types by their own name.
impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bool => "bool",
            Self::U8 => "u8",
            Self::U16 => "u16",
            Self::U32 => "u32",
            Self::U64 => "u64",
            Self::S32 => "s32",
            Self::S64 => "s64",
            Self::String => "string",
            Self::Bytes => "list<u8>",
            Self::Buffer => "buffer",
            Self::List(element) => return write!(f, "list<{element}>"),
            Self::Named(name) => &name.name,
        })
    }
}
