//! Prints the JSON Schemas, as one object of file names and texts, for `cargo xtask codegen`.
//!
//! A program of its own, because xtask must build even while the crates that it generates code for do not.

use std::io::{self, Write};

fn main() -> io::Result<()> {
    let files = serde_json::to_string(&hw_board::schema::files())?;
    writeln!(io::stdout(), "{files}")
}
