//! One call in a trace file.

use std::fmt;

use device_abi::{FUNCTIONS, FunctionInfo, trace::Records};
use sim_host::trace::diff::{
    Comparable, Likeness, fingerprint,
    native::{Timing, is_measured},
};

use super::lines::Reading;

/// How much of a line that is no call is shown.
const SHOWN_CHARACTERS: usize = 40;

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

    /// The same line of text, with what was measured and what it says of time.
    pub(super) fn with_what_is_measured(mut self) -> Self {
        self.find_measured(" ->");
        self.timing = Timing::of_text(self.function.full_name, self.call());
        self
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

    fn fingerprint(&self) -> Option<u64> {
        Some(fingerprint(self.call()))
    }

    fn fingerprint_unmeasured(&self) -> Option<u64> {
        Some(fingerprint(&self.text[self.call_at..self.measured_at]))
    }

    fn timing(&self) -> Timing {
        self.timing
    }

    fn bytes(&self) -> usize {
        self.text.len()
    }
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
pub(super) fn json_line(record: &[u8], reading: Reading) -> Result<Line, String> {
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
