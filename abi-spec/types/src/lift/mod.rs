//! From flat numbers and guest memory to typed values: the checks that the generated glue is made of.

#![allow(
    dead_code,
    unused_imports,
    reason = "which of the checks are needed depends on the types in the WIT"
)]

mod elements;
mod list;
mod scalar;

pub(crate) use elements::{
    Check, ElementSpan, Elements, Reference, bytes_at, checked_bytes, filled_at, text_at,
};
pub use list::{Element, List};
pub(crate) use scalar::{
    apart, bool, broken, case, checked, checked_text, error, flags, number, store, success, success_64, text,
    u8, u16,
};
