//! A trace file, line by line: never more than one line of it is in memory.

use std::{
    fmt,
    fs::File,
    io::{self, BufRead, BufReader, Read, Seek, SeekFrom},
    path::{Path, PathBuf},
};

use anyhow::{Context, anyhow};
use device_abi::Profile;
use sim_host::trace::Hole;

use super::{
    json::{self, Json},
    line::{Line, json_line, text_line},
};
use crate::failure::Failure;

/// Bytes that a line may have: more than the longest record has as JSON, in any profile. Of a call's data, a record keeps as
/// much as the largest transfer, two hexadecimal digits per byte; what it gives back is as much at most, or an argument of the
/// guest. Everything else are names, numbers and short data.
const LINE_BYTES: u64 = 2 * (largest_transfer() + LONGEST_OUTPUT) + BESIDE_DATA;

/// Bytes that a call gives back: those of the longest argument that Linux passes to a program (`MAX_ARG_STRLEN` in
/// include/uapi/linux/binfmts.h), which is more than the largest transfer.
const LONGEST_OUTPUT: u64 = 128 * 1024;

/// Bytes beside the long data: of each operation its case, and either short data or the beginning of long data.
const BESIDE_DATA: u64 = 256 * (Profile::MAX_OPERATIONS as u64 + 16);

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
    /// Lines that were read, and their bytes.
    number: u64,
    at: u64,
    line: Vec<u8>,
    reading: Reading,
}

impl Lines {
    pub(super) fn open(path: &Path, reading: Reading) -> Result<Self, Failure> {
        let file = File::open(path).with_context(|| unreadable(path))?;
        let input = BufReader::new(file);
        Ok(Self { path: path.to_owned(), input, form: None, number: 0, at: 0, line: Vec::new(), reading })
    }

    /// The lines that come next, read from the file once more; `None` if it is none that can be, but a pipe.
    pub(super) fn ahead(&self) -> Option<Self> {
        let is_file = |file: &File| file.metadata().is_ok_and(|metadata| metadata.is_file());
        if !is_file(self.input.get_ref()) {
            return None;
        }
        let mut file = File::open(&self.path).ok().filter(is_file)?;
        file.seek(SeekFrom::Start(self.at)).ok()?;
        let (path, input) = (self.path.clone(), BufReader::new(file));
        let Self { form, number, at, reading, .. } = *self;
        Some(Self { path, input, form, number, at, line: Vec::new(), reading })
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
        self.at += self.line.len() as u64;
        if self.line.len() as u64 == LINE_BYTES && !self.line.ends_with(b"\n") {
            return Err(self.wrong(format!("line of more than {LINE_BYTES} bytes, which no call has")));
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
            (None, Form::Text) => text_line(line, self.reading.with_times).map(|line| {
                Entry::Call(if self.reading.native { line.with_what_is_measured() } else { line })
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

const fn largest_transfer() -> u64 {
    let (mut at, mut largest) = (0, 0);
    while at < Profile::ALL.len() {
        let bytes = Profile::ALL[at].max_transfer_bytes;
        (at, largest) = (at + 1, if bytes > largest { bytes } else { largest });
    }
    largest as u64
}

/// What to say of a file that cannot be read.
fn unreadable(path: &Path) -> String {
    format!("trace {} cannot be read", path.display())
}

/// Whether a write failed because nobody reads any more, which is no failure.
pub(super) fn nobody_reads(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::BrokenPipe
}

#[cfg(test)]
mod tests {
    use device_abi::{
        Function,
        trace::{LONG_DATA_FIRST, Recorder, Records, SHORT_DATA_BYTES, TEXT_BYTES, TraceBuffer},
    };

    use super::*;

    #[test]
    fn the_longest_record_has_a_line() {
        let most = largest_transfer() as usize;
        let operations = Profile::MAX_OPERATIONS as usize;
        let transaction = |data: &[&[u8]], reads: u32, output: &[u8]| {
            let mut buffer = TraceBuffer::new(usize::MAX, most);
            let mut call = Recorder::new(&mut buffer, u8::MAX).call(Function::I2cTransaction, u64::MAX);
            call.u32(u32::MAX);
            call.u16(u16::MAX);
            call.u32(data.len() as u32 + reads);
            for data in data {
                call.u8(1);
                call.bytes(data);
            }
            for _ in 0..reads {
                call.u8(0);
                call.u32(u32::MAX);
            }
            if !output.is_empty() {
                call.output(output);
            }
            call.returned();
            let record = Records::new(buffer.bytes()).next().unwrap();
            record.json().len() as u64
        };
        let all = vec![0xff; most];
        let long = [0xff; SHORT_DATA_BYTES + 1];
        let mut data = vec![&all[..]];
        data.resize(operations, &long);
        let cut = transaction(&data, 0, &[]);
        data.truncate(1);
        data.resize(operations, &long[..SHORT_DATA_BYTES]);
        let short = transaction(&data, 0, &[]);
        let output = transaction(&[&all], operations as u32 - 1, &vec![0xff; LONGEST_OUTPUT as usize]);
        for len in [cut, short, output] {
            assert!((2 * most as u64..LINE_BYTES).contains(&len), "{len} of {LINE_BYTES}");
        }
        // Far from it: what a message may have, and the beginning of data.
        assert!(6 * TEXT_BYTES + 2 * LONG_DATA_FIRST < BESIDE_DATA as usize);
    }
}
