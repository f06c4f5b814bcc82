//! The trace, written while the guest runs, so that it is whole however the run ends.

use std::{
    fmt,
    fs::File,
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use anyhow::Context;
use clap::ValueEnum;
use device_abi::{ABI_PACKAGE, trace::Record};
use sim_host::trace::Hole;

use crate::{failure::Failure, interrupt::Interrupt, output::note};

/// The version of the form of JSON: it changes when a program that reads the present one could misread it.
pub(crate) const JSON_FORMAT: u64 = 1;

/// The form of a trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TraceFormat {
    /// One line per call, for people.
    Text,
    /// One JSON object per line, with everything; the first says the version of the ABI.
    Json,
}

/// Where `--trace` points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TraceTarget {
    /// Standard error; standard output belongs to the guest's log.
    Stderr,
    /// A file.
    File(PathBuf),
}

impl TraceTarget {
    /// `-` or a path.
    pub(crate) fn parse(text: &str) -> Result<Self, std::convert::Infallible> {
        Ok(if text == "-" { Self::Stderr } else { Self::File(text.into()) })
    }
}

impl fmt::Display for TraceTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stderr => f.write_str("standard error"),
            Self::File(path) => path.display().fmt(f),
        }
    }
}

/// A trace being written; when that fails, it ends the run.
pub(crate) struct TraceFile {
    target: TraceTarget,
    format: TraceFormat,
    output: Box<dyn Write + Send>,
    records: u64,
    /// Whether the file has its first line.
    begun: bool,
    interrupt: Interrupt,
    failed: Option<io::Error>,
}

impl TraceFile {
    /// Opens `target` for writing, which empties a file that is already there.
    pub(crate) fn create(
        target: TraceTarget,
        format: TraceFormat,
        interrupt: Interrupt,
    ) -> Result<Self, Failure> {
        let output: Box<dyn Write + Send> = match &target {
            TraceTarget::Stderr => Box::new(io::stderr()),
            TraceTarget::File(path) => Box::new(BufWriter::new(create(path)?)),
        };
        Ok(Self { target, format, output, records: 0, begun: false, interrupt, failed: None })
    }

    /// Writes one record.
    pub(crate) fn write(&mut self, record: &Record<'_>) {
        if self.failed.is_some() {
            return;
        }
        let line = match self.format {
            TraceFormat::Text => format!("{record}\n"),
            TraceFormat::Json => record.json() + "\n",
        };
        match self.write_line(&line) {
            Ok(()) => self.records += 1,
            Err(error) => {
                self.failed = Some(error);
                self.interrupt.request();
            }
        }
    }

    /// Notes that so many bytes of records are missing, if they are.
    pub(crate) fn note_dropped(&mut self, bytes: u64) {
        if bytes == 0 || self.failed.is_some() {
            return;
        }
        let hole = Hole { bytes };
        let line = match self.format {
            TraceFormat::Text => format!("{hole}\n"),
            TraceFormat::Json => hole.json() + "\n",
        };
        if let Err(error) = self.write_line(&line) {
            self.failed = Some(error);
        }
    }

    /// One write per line, so that lines of a trace on standard error are not torn.
    fn write_line(&mut self, line: &str) -> io::Result<()> {
        if !std::mem::replace(&mut self.begun, true) {
            self.output.write_all(self.head().as_bytes())?;
        }
        self.output.write_all(line.as_bytes())
    }

    /// What comes before the first call. JSON says its version, for what a program does not know in it could look equal. A
    /// trace as text has a line per call and nothing else, which people count and compare with their own tools: it is
    /// compared as it stands, and a function that is unknown is refused with a hint at versions.
    fn head(&self) -> String {
        match self.format {
            TraceFormat::Text => String::new(),
            TraceFormat::Json => format!("{{\"trace\":\"{ABI_PACKAGE}\",\"format\":{JSON_FORMAT}}}\n"),
        }
    }

    /// Writes what is still held back and says where the trace is.
    pub(crate) fn finish(&mut self) -> Result<(), Failure> {
        let flushed = self.output.flush();
        self.failed
            .take()
            .map_or(flushed, Err)
            .with_context(|| format!("trace {} cannot be written", self.target))?;
        if let TraceTarget::File(_) = self.target {
            let plural = if self.records == 1 { "" } else { "s" };
            note(&format!("trace: {} call{plural} in {}", self.records, self.target));
        }
        Ok(())
    }
}

fn create(path: &Path) -> Result<File, Failure> {
    let file = File::create(path).with_context(|| format!("trace {} cannot be written", path.display()))?;
    Ok(file)
}
