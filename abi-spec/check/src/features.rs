//! What of WebAssembly a guest may use.

use wasmparser::{Operator, WasmFeatures};

/// WebAssembly 1.0 (its mutable globals and floats included) and four additions that every engine has.
///
/// Of bulk memory only `memory.copy` and `memory.fill`: wasm3 0.5 misreads passive segments.
pub(crate) const FEATURES: WasmFeatures = WasmFeatures::WASM1
    .union(WasmFeatures::SIGN_EXTENSION)
    .union(WasmFeatures::SATURATING_FLOAT_TO_INT)
    .union(WasmFeatures::MULTI_VALUE)
    .union(WasmFeatures::BULK_MEMORY_OPT);

/// The proposal that a disallowed instruction belongs to, or `None` for an allowed one.
///
/// wasmparser reads the instructions of all proposals, whatever its features; only its validator refuses them.
pub(crate) fn disallowed(operator: &Operator<'_>) -> Option<&'static str> {
    if matches!(operator, Operator::MemoryCopy { .. } | Operator::MemoryFill { .. }) {
        return None;
    }
    macro_rules! by_proposal {
        ($( @$proposal:ident $op:ident $({ $($arg:ident: $ty:ty),* })? => $visit:ident ($($ann:tt)*))*) => {
            match operator {
                $(Operator::$op { .. } => by_proposal!(proposal $proposal),)*
                _ => Some("later"),
            }
        };
        (proposal mvp) => { None };
        (proposal sign_extension) => { None };
        (proposal saturating_float_to_int) => { None };
        (proposal $other:ident) => { Some(stringify!($other)) };
    }
    wasmparser::for_each_operator!(by_proposal)
}
