//! The ABI as data: what generic code (guest-check, trace text, engine shims) needs to know of each function.

use crate::{Function, types::ErrorCode};

/// Everything that is known of one ABI function. The table of all is [`FUNCTIONS`](crate::FUNCTIONS).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FunctionInfo {
    /// The function itself; its number is the index in the table.
    pub function: Function,
    /// Interface name in WIT: `i2c`.
    pub interface: &'static str,
    /// Function name in WIT: `write-read`.
    pub name: &'static str,
    /// Import module of the wasm module: `device:abi/i2c@1`.
    pub module: &'static str,
    /// Interface and function as the trace and messages name them: `i2c.write-read`.
    pub full_name: &'static str,
    /// Parameters in order.
    pub params: &'static [ParamInfo],
    /// What the function returns.
    pub result: ResultInfo,
    /// Parameters of the import's wasm type.
    pub flat_params: &'static [Flat],
    /// Result of the import's wasm type.
    pub flat_result: Option<Flat>,
    /// The error codes that its documentation lists.
    pub errors: &'static [ErrorCode],
    /// The package version that it came with.
    pub since: &'static str,
}

/// One parameter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ParamInfo {
    /// Name in WIT: `frequency-hz`.
    pub name: &'static str,
    /// Its type.
    pub ty: TypeInfo,
}

/// A type as the trace shows it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum TypeInfo {
    /// `bool`
    Bool,
    /// `u8`
    U8,
    /// `u16`
    U16,
    /// `u32`
    U32,
    /// `s32`
    S32,
    /// `u64`
    U64,
    /// `s64`
    S64,
    /// An alias of `u32`: a handle.
    Handle,
    /// An enum, with the names of its cases.
    Enum(&'static [&'static str]),
    /// Flags, with their names from bit 0.
    Flags(&'static [&'static str]),
    /// A record of scalars.
    Record(&'static [FieldInfo]),
    /// A variant; the payload of a case is a buffer, bytes, a string or a scalar.
    Variant(&'static [CaseInfo]),
    /// `list<u8>`
    Bytes,
    /// `string`
    String,
    /// `types.buffer`
    Buffer,
    /// A list of anything but bytes.
    List(&'static TypeInfo),
}

impl TypeInfo {
    /// Whether a value of this type refers to other guest memory.
    #[must_use]
    pub fn holds_pointers(&self) -> bool {
        match self {
            Self::Bytes | Self::String | Self::Buffer | Self::List(_) => true,
            Self::Variant(cases) => {
                cases.iter().any(|case| case.payload.as_ref().is_some_and(Self::holds_pointers))
            }
            _ => false,
        }
    }
}

/// One field of a record.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FieldInfo {
    /// Name in WIT.
    pub name: &'static str,
    /// A scalar, enum or flags type.
    pub ty: TypeInfo,
}

/// One case of a variant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CaseInfo {
    /// Name in WIT.
    pub name: &'static str,
    /// The payload, if there is one.
    pub payload: Option<TypeInfo>,
}

/// What a function returns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ResultInfo {
    /// Nothing.
    None,
    /// A plain value.
    Value(TypeInfo),
    /// `result<_, error-code>`
    Unit,
    /// `result<T, error-code>`
    Result(TypeInfo),
    /// The function does not return.
    Never,
}

/// A function that guests export. The table of all is [`EXPORTS`](crate::EXPORTS).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExportInfo {
    /// Export name.
    pub name: &'static str,
    /// Parameters of its wasm type.
    pub flat_params: &'static [Flat],
    /// Result of its wasm type.
    pub flat_result: Option<Flat>,
    /// Whether a guest without it is refused.
    pub required: bool,
}

/// A wasm value type that the ABI uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Flat {
    /// `i32`
    I32,
    /// `i64`
    I64,
}

impl core::fmt::Display for Flat {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::I32 => "i32",
            Self::I64 => "i64",
        })
    }
}
