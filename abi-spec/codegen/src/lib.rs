//! The generators: a checked model in, named files out.
//!
//! Nothing here touches a disk or knows where its output goes; `cargo xtask codegen` does both. One file per
//! kind of output; every change of case is in `names.rs`.

mod code;
mod guest;
mod guest_functions;
mod host;
mod host_glue;
mod host_memory;
mod host_record;
mod host_tables;
mod names;
mod reference;
mod rust;

use std::collections::BTreeMap;

use abi_model::Abi;

/// Generated files: path below the output folder → text.
pub type Files = BTreeMap<String, String>;

/// What a generator is: the model in, files out.
pub type Generator = fn(&Abi) -> Files;

/// Everything that the crate device-abi has of an ABI: types and traits, glue, tables.
#[must_use]
pub fn rust_host(abi: &Abi) -> Files {
    let mut files = host::files(abi);
    files.extend(host_glue::files(abi));
    files.extend(host_tables::files(abi));
    files
}

/// The raw imports of Rust guests.
#[must_use]
pub fn rust_guest(abi: &Abi) -> Files {
    guest::files(abi)
}

/// The reference for people, as one Markdown file.
#[must_use]
pub fn reference(abi: &Abi) -> Files {
    Files::from([("REFERENCE.md".to_owned(), reference::markdown(abi))])
}
