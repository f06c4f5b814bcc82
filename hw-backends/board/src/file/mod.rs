//! Files that people write: read whole, with every problem found and its line.
//!
//! A file's keys are declared as [`Key`]s; [`load`] gives its root table, [`Section`] takes the tables apart.

mod bytes;
mod error;
mod key;
mod nearest;
mod problems;
mod section;
mod text;

pub(crate) use bytes::from_hexadecimal;
pub use error::{FileError, Problem};

pub use key::{Key, Kind, MAX_UNSIGNED, Shape};
pub use nearest::{hint, quote};
pub use problems::{Located, Problems};
pub use section::{Section, describe, number_key};
pub use text::{load, parse};

/// The largest file that is read, bytes.
pub const MAX_FILE_BYTES: u64 = 1024 * 1024;
