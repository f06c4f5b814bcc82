//! A trace file, line by line: never more than one line of it is in memory.

use std::{
    fmt,
    fs::File,
    io::{self, BufRead, BufReader, Read},
    path::{Path, PathBuf},
};

use anyhow::{Context, anyhow};
use device_abi::{FUNCTIONS, Profile, trace::Records};

use super::json;
use crate::failure::Failure;

/// Bytes that a line may have: the longest holds one piece of guest memory, two hexadecimal digits per byte, and a
/// few names. It keeps a file that is no trace and has no lines from filling the memory.
const LINE_BYTES: u64 = 2 * Profile::DESKTOP.memory_pages as u64 * Profile::PAGE_BYTES as u64 + 64 * 1024;

/// How much of a line that is no call is shown.
const SHOWN_CHARACTERS: usize = 40;

/// How much is said of what is wrong with a line, whose values may be as long as the line.
const MESSAGE_BYTES: usize = 300;

/// The form of a trace file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Text,
    Json,
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "text",
            Self::Json => "JSON lines",
        })
    }
}

/// One call in a trace file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// The beginning of the line that has the time.
    pub(super) time: String,
    /// The rest.
    pub(super) call: String,
}

/// A trace file being read.
#[derive(Debug)]
pub(super) struct Lines {
    path: PathBuf,
    input: BufReader<File>,
    form: Option<Form>,
    number: u64,
    line: Vec<u8>,
    /// Whether JSON is turned into text.
    as_text: bool,
}

impl Lines {
    pub(super) fn open(path: &Path, as_text: bool) -> Result<Self, Failure> {
        let file = File::open(path).with_context(|| unreadable(path))?;
        let input = BufReader::new(file);
        Ok(Self { path: path.to_owned(), input, form: None, number: 0, line: Vec::new(), as_text })
    }

    /// The form of the lines so far; `None` before the first.
    pub(super) fn form(&self) -> Option<Form> {
        self.form
    }

    /// The next call.
    pub(super) fn next(&mut self) -> Result<Option<Line>, Failure> {
        self.line.clear();
        let read = (&mut self.input).take(LINE_BYTES).read_until(b'\n', &mut self.line);
        if read.with_context(|| unreadable(&self.path))? == 0 {
            return Ok(None);
        }
        self.number += 1;
        if self.line.len() as u64 == LINE_BYTES && !self.line.ends_with(b"\n") {
            return Err(self.wrong(format!("line of more than {LINE_BYTES} bytes, too long for a trace")));
        }
        let line = std::str::from_utf8(&self.line).map_err(|_| self.wrong("not UTF-8, so no trace"))?;
        let line = line.strip_suffix('\n').unwrap_or(line);
        let line = line.strip_suffix('\r').unwrap_or(line);
        let form = if line.starts_with('{') { Form::Json } else { Form::Text };
        if self.form.is_some_and(|first| first != form) {
            let first = self.form.unwrap_or(form);
            return Err(self.wrong(format!("line of {form} in a trace that began as {first}")));
        }
        let read = match form {
            Form::Text => text_line(line),
            Form::Json => json_line(line, self.as_text),
        };
        let line = read.map_err(|what| self.wrong(what))?;
        self.form = Some(form);
        Ok(Some(line))
    }

    /// The failure of the current line.
    fn wrong(&self, what: impl fmt::Display) -> Failure {
        let what = what.to_string();
        let end = what.floor_char_boundary(MESSAGE_BYTES);
        let (shown, more) = (&what[..end], if end < what.len() { "…" } else { "" });
        anyhow!("{}:{}: {shown}{more}", self.path.display(), self.number).into()
    }
}

/// What to say of a file that cannot be read.
fn unreadable(path: &Path) -> String {
    format!("trace {} cannot be read", path.display())
}

/// Splits a line of text at the end of its time column.
fn text_line(line: &str) -> Result<Line, String> {
    let no_call = || {
        let shown: String = line.chars().take(SHOWN_CHARACTERS).collect();
        format!("expected a time and a call, like \"0 us  gpio.open\", found {shown:?}")
    };
    let (time, call) = line.split_once(" us  ").ok_or_else(no_call)?;
    time.trim_start().parse::<u64>().map_err(|_| no_call())?;
    let name = call.split(' ').next().unwrap_or(call);
    if !FUNCTIONS.iter().any(|function| function.full_name == name) {
        return Err(unknown_function(name));
    }
    Ok(Line { time: line[..line.len() - call.len()].to_owned(), call: call.to_owned() })
}

/// What to say of a function that there is not.
pub(super) fn unknown_function(name: &str) -> String {
    let shown: String = name.chars().take(SHOWN_CHARACTERS).collect();
    format!("unknown function {shown:?} (a trace of another version?)")
}

/// Reads a line of JSON and brings it into one spelling.
fn json_line(line: &str, as_text: bool) -> Result<Line, String> {
    let bytes = json::record(line)?;
    let record = Records::new(&bytes).next().ok_or("a call that its function does not allow")?;
    let whole = if as_text { record.to_string() } else { record.json() };
    let time_end = match as_text {
        true => whole.find(" us  ").map(|at| at + " us  ".len()),
        false => whole.find(',').map(|at| at + 1),
    };
    let (time, call) = whole.split_at(time_end.unwrap_or(0));
    Ok(Line { time: time.to_owned(), call: call.to_owned() })
}

/// Whether a write failed because nobody reads any more, which is no failure.
pub(super) fn nobody_reads(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::BrokenPipe
}
