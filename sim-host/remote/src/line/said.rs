//! What a program says on its standard error.

use std::{
    io::{self, BufRead, BufReader, Read},
    sync::mpsc::{self, Receiver},
    thread,
    time::Duration,
};

/// Bytes of a line that are kept.
const LINE_BYTES: u64 = 4 * 1024;

/// What a program says on its standard error: of all that the first line that matters.
#[derive(Debug)]
pub(super) struct Said {
    line: Option<String>,
    comes: Receiver<String>,
}

impl Said {
    /// Takes all that the program says from now on, lest it wait until somebody does.
    pub(super) fn listen(stderr: impl Read + Send + 'static) -> io::Result<Self> {
        let (sender, comes) = mpsc::channel();
        let take = move || {
            let mut stderr = BufReader::new(stderr);
            if let Ok(Some(line)) = first_line(&mut stderr) {
                // Who does not want it any more, has no use for the rest.
                let _ = sender.send(line);
            }
            // With the sender goes the wait for a line.
            drop(sender);
            // What cannot be read is not there.
            let _ = io::copy(&mut stderr, &mut io::sink());
        };
        thread::Builder::new().name("stderr".to_owned()).spawn(take)?;
        Ok(Self { line: None, comes })
    }

    /// The first line that matters, as it comes within `patience` or has come before.
    pub(super) fn first(&mut self, patience: Duration) -> Option<&str> {
        if self.line.is_none() {
            self.line = self.comes.recv_timeout(patience).ok();
        }
        self.line.as_deref()
    }
}

/// The first line that is not empty, and more than where a firmware listens.
fn first_line(stderr: &mut impl BufRead) -> io::Result<Option<String>> {
    loop {
        let mut line = Vec::new();
        if stderr.take(LINE_BYTES).read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        let line = String::from_utf8_lossy(&line);
        let line = line.trim();
        if !line.is_empty() && !line.starts_with("listening on ") {
            return Ok(Some(line.to_owned()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Longer than a test takes that works.
    const PATIENCE: Duration = Duration::from_secs(20);

    #[test]
    fn the_first_line_that_matters_is_kept() {
        for (text, first) in [
            (&b""[..], None),
            (b"\n  \n", None),
            (b"listening on stdio\n", None),
            (b"\nlistening on stdio\nerror: no\nmore\n", Some("error: no")),
            (b"no end of line, \xff", Some("no end of line, \u{fffd}")),
        ] {
            let mut said = Said::listen(text).unwrap();
            assert_eq!(said.first(PATIENCE), first);
            assert_eq!(said.first(Duration::ZERO), first, "it is still there");
        }
    }

    #[test]
    fn a_line_without_end_is_cut() {
        let mut said = Said::listen(io::repeat(b'x').take(300_000)).unwrap();
        assert_eq!(said.first(PATIENCE).map(str::len), Some(LINE_BYTES as usize));
    }
}
