//! Standard output for commands that print once.

use std::io::{self, ErrorKind, Write};

use anyhow::Context;

use crate::failure::Failure;

/// Prints `text`; a reader that went away early is no failure.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(error).context("standard output cannot be written").map_err(Failure::from)
        }
        _ => Ok(()),
    }
}

/// Prints one line on standard error.
pub(crate) fn note(line: &str) {
    // Whom to tell that standard error is gone?
    let _ = writeln!(io::stderr(), "{line}");
}
