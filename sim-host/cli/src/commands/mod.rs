//! The subcommands, one file each.

pub(crate) mod abi;
pub(crate) mod board;
pub(crate) mod completions;
pub(crate) mod conform;
pub(crate) mod device;
pub(crate) mod run;
pub(crate) mod trace;
