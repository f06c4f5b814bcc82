//! Function signatures: the ABI's against the module's.

use core::fmt;

use device_abi::Flat;
use wasmparser::{FuncType, ValType};

/// A signature of the ABI.
#[derive(Clone, Copy)]
pub(crate) struct Wanted<'a> {
    pub(crate) params: &'a [Flat],
    pub(crate) result: Option<Flat>,
}

impl Wanted<'_> {
    pub(crate) fn is(self, found: &FuncType) -> bool {
        found.params().iter().copied().eq(self.params.iter().copied().map(val_type))
            && found.results().iter().copied().eq(self.result.map(val_type))
    }
}

impl fmt::Display for Wanted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write(f, self.params, self.result.as_slice())
    }
}

/// A signature of the module, for messages.
pub(crate) struct Found<'a>(pub(crate) &'a FuncType);

impl fmt::Display for Found<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write(f, self.0.params(), self.0.results())
    }
}

fn val_type(flat: Flat) -> ValType {
    match flat {
        Flat::I32 => ValType::I32,
        Flat::I64 => ValType::I64,
    }
}

/// Writes `(i32, i64) -> i32`; no results are `()`, several are in parentheses. Long lists are cut.
fn write<T: fmt::Display>(f: &mut fmt::Formatter<'_>, params: &[T], results: &[T]) -> fmt::Result {
    write_list(f, params)?;
    f.write_str(" -> ")?;
    match results {
        [one] => one.fmt(f),
        _ => write_list(f, results),
    }
}

fn write_list<T: fmt::Display>(f: &mut fmt::Formatter<'_>, types: &[T]) -> fmt::Result {
    /// One more than the most flat parameters of an ABI function.
    const SHOWN: usize = 17;
    f.write_str("(")?;
    for (i, ty) in types.iter().take(SHOWN).enumerate() {
        if i > 0 {
            f.write_str(", ")?;
        }
        ty.fmt(f)?;
    }
    if types.len() > SHOWN {
        write!(f, ", … {} in all", types.len())?;
    }
    f.write_str(")")
}
