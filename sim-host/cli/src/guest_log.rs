//! The guest's log on standard output, one line per message.

use std::io::{self, BufWriter, ErrorKind, Stdout, Write};

use anyhow::Context;
use sim_host::LogLine;

use crate::{failure::Failure, interrupt::Interrupt, output::printable};

/// Prints the guest's messages; when that fails, ends the run.
#[derive(Debug)]
pub(crate) struct GuestLog {
    output: BufWriter<Stdout>,
    /// Whether somebody watches while the guest runs.
    live: bool,
    interrupt: Interrupt,
    failed: Option<io::Error>,
}

impl GuestLog {
    /// A log on standard output; with `live`, each line appears at once.
    pub(crate) fn new(live: bool, interrupt: Interrupt) -> Self {
        Self { output: BufWriter::new(io::stdout()), live, interrupt, failed: None }
    }

    /// Prints one message.
    pub(crate) fn print(&mut self, line: &LogLine) {
        if self.failed.is_some() {
            return;
        }
        let text = format_line(line);
        let printed = self.output.write_all(text.as_bytes());
        let printed = if self.live { printed.and_then(|()| self.output.flush()) } else { printed };
        if let Err(error) = printed {
            self.failed = Some(error);
            self.interrupt.request();
        }
    }

    /// Prints what is still held back.
    ///
    /// That the reader went away is no failure, but an end from outside.
    pub(crate) fn finish(&mut self) -> Result<(), Failure> {
        let output = BufWriter::with_capacity(0, io::stdout());
        let mut output = std::mem::replace(&mut self.output, output);
        let flushed = output.flush();
        // What could not be written now must not be tried again on drop.
        let (_, _) = output.into_parts();
        match self.failed.take().map_or(flushed, Err) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                self.interrupt.request();
                Ok(())
            }
            result => Ok(result.context("standard output cannot be written")?),
        }
    }
}

/// The message as one line.
fn format_line(line: &LogLine) -> String {
    printable(&line.to_string()) + "\n"
}

#[cfg(test)]
mod tests {
    use device_abi::log::Level;

    use super::*;

    #[test]
    fn a_message_is_one_line() {
        let line = |text: &str| {
            format_line(&LogLine { time_us: 1_000_123, level: Level::Info, text: text.to_owned(), cut: 0 })
        };
        assert_eq!(line("21.50 °C"), "[    1.000123] info  21.50 °C\n");
        assert_eq!(line("a\r\nb\u{1b}[2Jc\td"), "[    1.000123] info  a\\r\\nb\\u{1b}[2Jc\td\n");
    }
}
