//! The device ABI as data: WIT files in, a checked and lowered model out.
//!
//! WIT can say more than this ABI allows. What the model holds has passed every check of
//! `abi-spec/wit/lowering.md`, so generators need no checks of their own:
//!
//! ```
//! let wit = "package example:abi@1.0.0;\ninterface nothing { nop: func(); }";
//! let problems = abi_model::Abi::from_files(&[("nothing.wit", wit)]).unwrap_err().to_string();
//! assert!(problems.contains("nothing.wit:2: interface `nothing` has no documentation"), "{problems}");
//! ```

mod abi;
mod build;
mod docs;
mod functions;
mod layout;
mod problem;
mod source;
mod types;

pub use abi::{
    Abi, Case, Docs, Export, Flat, FlatParam, Function, Interface, ListedError, Param, Returns, Rule, Type,
    TypeDef, TypeKind, TypeName, Version,
};
pub use layout::Layout;
pub use problem::{Problem, Problems};
