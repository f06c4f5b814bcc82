//! Standard output for commands that print once.

use std::{
    io::{self, ErrorKind, Write},
    path::Path,
};

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

/// Whether `path` is one of `others`, under whatever names. What does not exist is nobody's.
pub(crate) fn is_one_of<'p>(path: &Path, others: impl IntoIterator<Item = &'p Path>) -> bool {
    let Ok(target) = path.canonicalize() else { return false };
    others.into_iter().any(|other| other.canonicalize().is_ok_and(|other| other == target))
}

/// Prints one line on standard error.
pub(crate) fn note(line: &str) {
    // Whom to tell that standard error is gone?
    let _ = writeln!(io::stderr(), "{}", printable(line));
}

/// `text` as one line, with control characters escaped, so that no guest, file or file name commands the terminal or
/// pretends to be a line of the program's own.
pub(crate) fn printable(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\t' => line.push('\t'),
            control if control.is_control() || is_bidi_control(control) => {
                line.extend(control.escape_default())
            }
            other => line.push(other),
        }
    }
    line
}

/// Whether a character changes the direction of what follows it (Unicode Standard Annex 9, section 2): a line could be
/// made to read as another.
fn is_bidi_control(character: char) -> bool {
    matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
