//! A trace file, line by line: never more than one line of it is in memory.

use std::{
    fmt,
    fs::File,
    io::{self, BufRead, BufReader, Read},
    path::{Path, PathBuf},
};

use anyhow::{Context, anyhow};
use device_abi::{FUNCTIONS, FunctionInfo, Profile, trace::Records};
use sim_host::trace::{
    Hole,
    diff::{
        Comparable, Likeness,
        native::{Timing, is_measured},
    },
};

use super::json::{self, Json};
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
#[derive(Debug, Clone)]
pub(super) struct Line {
    text: String,
    /// Where the time ends and the rest begins.
    call_at: usize,
    /// The last bytes of the line: calls that differ mostly do so there, and need not be fetched then.
    tail: [u8; 8],
    start_ns: u64,
    function: &'static FunctionInfo,
    with_time: bool,
    /// Where what is measured begins, and what it says of time: for a comparison with a chip's own time alone.
    measured_at: usize,
    timing: Timing,
}

impl Line {
    fn new(
        text: String,
        call_at: usize,
        start_ns: u64,
        function: &'static FunctionInfo,
        with_time: bool,
    ) -> Self {
        let tail = text.as_bytes()[call_at..].last_chunk().copied().unwrap_or_default();
        let measured_at = text.len();
        Self { text, call_at, tail, start_ns, function, with_time, measured_at, timing: Timing::None }
    }

    /// Finds what was measured, which begins with `mark` unless the call failed.
    fn find_measured(&mut self, mark: &str) {
        let call = self.call();
        if is_measured(self.function.full_name)
            && let Some(at) = call.find(mark)
            && ![" -> error ", " -> trap "].iter().any(|failed| call[at..].starts_with(failed))
        {
            self.measured_at = self.call_at + at;
        }
    }

    /// The beginning of the line that has the time; nothing if times were not asked for.
    pub(super) fn time(&self) -> &str {
        if self.with_time { &self.text[..self.call_at] } else { "" }
    }

    /// The rest.
    pub(super) fn call(&self) -> &str {
        &self.text[self.call_at..]
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.with_time {
            true => f.write_str(&self.text),
            false if self.text.starts_with('{') => write!(f, "{{{}", self.call()),
            false => f.write_str(self.call()),
        }
    }
}

impl Comparable for Line {
    fn start_ns(&self) -> u64 {
        self.start_ns
    }

    fn compare(&self, other: &Self) -> Likeness {
        if self.tail == other.tail && self.call() == other.call() {
            Likeness::Equal
        } else if self.function.function == other.function.function {
            Likeness::SameFunction
        } else {
            Likeness::Unlike
        }
    }

    fn compare_unmeasured(&self, other: &Self) -> Likeness {
        let unmeasured = |line: &Self| line.measured_at < line.text.len();
        let is_alike = unmeasured(self)
            && unmeasured(other)
            && self.text[self.call_at..self.measured_at] == other.text[other.call_at..other.measured_at];
        if is_alike { Likeness::Equal } else { self.compare(other) }
    }

    fn timing(&self) -> Timing {
        self.timing
    }

    fn bytes(&self) -> usize {
        self.text.len()
    }
}

/// How the lines of a file are read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reading {
    /// Whether JSON is turned into text.
    pub(super) as_text: bool,
    /// Whether lines have their times.
    pub(super) with_times: bool,
    /// Whether they are compared with those of a chip in native mode.
    pub(super) native: bool,
}

/// What a line of a file says.
#[derive(Debug)]
pub(super) enum Entry {
    Call(Line),
    Hole(Hole),
    /// Of which version the trace is: one that this program reads.
    Head,
}

/// A trace file being read.
#[derive(Debug)]
pub(super) struct Lines {
    path: PathBuf,
    input: BufReader<File>,
    form: Option<Form>,
    number: u64,
    line: Vec<u8>,
    reading: Reading,
}

impl Lines {
    pub(super) fn open(path: &Path, reading: Reading) -> Result<Self, Failure> {
        let file = File::open(path).with_context(|| unreadable(path))?;
        let input = BufReader::new(file);
        Ok(Self { path: path.to_owned(), input, form: None, number: 0, line: Vec::new(), reading })
    }

    /// The form of the lines so far; `None` before the first.
    pub(super) fn form(&self) -> Option<Form> {
        self.form
    }

    fn read(&mut self) -> Result<Option<Entry>, Failure> {
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
        let read = match (Hole::parse(line), form) {
            (Some(hole), _) => Ok(Entry::Hole(hole)),
            (None, Form::Text) => text_line(line, self.reading.with_times).map(|mut line| {
                if self.reading.native {
                    line.find_measured(" ->");
                    line.timing = Timing::of_text(line.function.full_name, line.call());
                }
                Entry::Call(line)
            }),
            (None, Form::Json) => match json::read(line) {
                Ok(Json::Head) if self.number == 1 => Ok(Entry::Head),
                Ok(Json::Head) => Err("the head of another trace: one file holds one trace".to_owned()),
                Ok(Json::Record(bytes)) => json_line(&bytes, self.reading).map(Entry::Call),
                Err(what) => Err(what),
            },
        };
        let entry = read.map_err(|what| self.wrong(what))?;
        self.form = Some(form);
        Ok(Some(entry))
    }

    /// The failure of the current line.
    fn wrong(&self, what: impl fmt::Display) -> Failure {
        let what = what.to_string();
        let end = what.floor_char_boundary(MESSAGE_BYTES);
        let (shown, more) = (&what[..end], if end < what.len() { "…" } else { "" });
        anyhow!("{}:{}: {shown}{more}", self.path.display(), self.number).into()
    }
}

impl Iterator for Lines {
    type Item = Result<Entry, Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}

/// What to say of a file that cannot be read.
fn unreadable(path: &Path) -> String {
    format!("trace {} cannot be read", path.display())
}

/// Splits a line of text at the end of its time column.
pub(super) fn text_line(line: &str, with_time: bool) -> Result<Line, String> {
    let no_call = || {
        let shown: String = line.chars().take(SHOWN_CHARACTERS).collect();
        format!("expected a time and a call, like \"0 us  gpio.open\", found {shown:?}")
    };
    let (time, call) = line.split_once(" us  ").ok_or_else(no_call)?;
    let start_us: u64 = time.trim_start().parse().map_err(|_| no_call())?;
    let start_ns = start_us.checked_mul(1000).ok_or_else(no_call)?;
    let name = call.split(' ').next().unwrap_or(call);
    let function = FUNCTIONS.iter().find(|function| function.full_name == name);
    let function = function.ok_or_else(|| unknown_function(name))?;
    let call_at = line.len() - call.len();
    Ok(Line::new(line.to_owned(), call_at, start_ns, function, with_time))
}

/// What to say of a function that there is not.
pub(super) fn unknown_function(name: &str) -> String {
    let shown: String = name.chars().take(SHOWN_CHARACTERS).collect();
    format!("unknown function {shown:?} (a trace of another version?)")
}

/// Brings a call that was JSON into one spelling.
fn json_line(record: &[u8], reading: Reading) -> Result<Line, String> {
    let Reading { as_text, with_times, native } = reading;
    let record = Records::new(record).next().ok_or("a call that its function does not allow")?;
    let text = if as_text { record.to_string() } else { record.json() };
    let time_end = if as_text { " us  " } else { "," };
    let call_at = text.find(time_end).map_or(0, |at| at + time_end.len());
    let mut line = Line::new(text, call_at, record.start_ns, record.function, with_times);
    if native {
        line.find_measured(",\"value\":");
        line.timing = Timing::of(&record);
    }
    Ok(line)
}

/// Whether a write failed because nobody reads any more, which is no failure.
pub(super) fn nobody_reads(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::BrokenPipe
}
