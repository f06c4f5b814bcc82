//! `twinboard trace show`

use std::{
    io::{self, BufWriter, Write},
    path::Path,
};

use anyhow::Context;

use super::{
    lines::{Entry, Lines, Reading, nobody_reads},
    paint::Paint,
};
use crate::{exit::Exit, failure::Failure};

/// Prints the trace at `path` as text, line by line.
pub(super) fn show(path: &Path, no_times: bool) -> Result<Exit, Failure> {
    let mut lines = Lines::open(path, Reading { as_text: true, with_times: !no_times, native: false })?;
    let paint = Paint::of_stdout();
    let mut output = BufWriter::new(io::stdout().lock());
    // What comes before a line that is wrong is shown; then it is said what is wrong.
    let ended = loop {
        match lines.next() {
            Some(Ok(entry)) => {
                let line = match entry {
                    Entry::Call(line) => paint.line(&line),
                    Entry::Hole(hole) => paint.remark(&hole.to_string()),
                    Entry::Head => continue,
                };
                if let Err(error) = writeln!(output, "{line}") {
                    return written(Err(error));
                }
            }
            None => break Ok(Exit::Done),
            Some(Err(failure)) => break Err(failure),
        }
    };
    written(output.flush())?;
    ended
}

fn written(written: io::Result<()>) -> Result<Exit, Failure> {
    match written {
        Err(error) if !nobody_reads(&error) => Err(error).context("standard output cannot be written")?,
        _ => Ok(Exit::Done),
    }
}
