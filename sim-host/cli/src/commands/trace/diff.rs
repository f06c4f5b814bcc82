//! `twinboard trace diff`

use std::{
    cell::Cell,
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
    rc::Rc,
};

use anyhow::{Context, anyhow};
use clap::Args;
use sim_host::trace::diff::{
    Difference, Differences, LookAhead, Options, headline, incomplete, rows, summary,
};

use super::{
    line::Line,
    lines::{Entry, Form, Lines, Reading, nobody_reads},
    paint::Paint,
};
use crate::{exit::Exit, failure::Failure, output::printable};

/// What the times of the text form are rounded down to, nanoseconds.
const TEXT_RESOLUTION_NS: u64 = 1000;

/// Which traces are compared, and how.
#[derive(Debug, Args)]
pub(super) struct Diff {
    /// A trace, as text or as JSON lines; with --native, one of the simulator.
    a: PathBuf,

    /// Another trace, in the same form; with --native, one of a chip in native mode.
    b: PathBuf,

    /// Compares by order, values and least times: A is in virtual time, B in a chip's own.
    ///
    /// The chip may take longer for everything, and must not be faster than the ABI allows:
    ///
    /// - The same calls come in the same order, with the same arguments, results and data.
    ///   Run both with the same --seed: system.random gives the same bytes then.
    /// - What clock.now, system.device-id and system.last-reset give is not compared, only
    ///   whether they failed.
    /// - What clock.now gives is not before the start of its call, not after the start of the
    ///   next, and never goes back. Nor do the starts of calls.
    /// - clock.sleep and clock.delay-ns take at least what was asked for.
    /// - An i2c transaction takes at least the time of its bits at the frequency that its bus
    ///   was opened with; if that is 0, it is not faster than transactions of this bus in A.
    /// - A handler that waits for a timer in A comes at least as long after timer.start.
    ///
    /// With --no-times, order and values only. A trace of which the device dropped a part is
    /// never the same.
    #[arg(long, verbatim_doc_comment)]
    native: bool,

    /// Does not compare the times.
    #[arg(long, visible_alias = "ignore-times")]
    no_times: bool,

    /// Shows all differences.
    #[arg(long)]
    all: bool,

    /// Shows so many equal calls before and after a difference.
    #[arg(long, value_name = "CALLS", default_value_t = 3, value_parser = clap::value_parser!(u16).range(..=1000))]
    context: u16,
}

impl Diff {
    /// Compares the traces and shows how they differ.
    pub(super) fn execute(self) -> Result<Exit, Failure> {
        let reading = Reading { as_text: false, with_times: !self.no_times, native: self.native };
        let (calls_a, calls_b) = (Calls::open(&self.a, reading)?, Calls::open(&self.b, reading)?);
        let (form_a, form_b) = (calls_a.lines.form(), calls_b.lines.form());
        if let (Some(form_a), Some(form_b)) = (form_a, form_b)
            && form_a != form_b
        {
            let (a, b) = (self.a.display(), self.b.display());
            let error =
                anyhow!("{a} is {form_a} and {b} is {form_b}: write both with the same --trace-format");
            return Err(Failure::new(Exit::Usage, error));
        }
        let resolution_ns = if form_a.or(form_b) == Some(Form::Json) { 0 } else { TEXT_RESOLUTION_NS };
        let options = Options {
            times: !self.no_times,
            context: self.context.into(),
            resolution_ns,
            native: self.native,
        };
        let dropped = [&calls_a, &calls_b].map(|calls| calls.dropped.clone());
        self.show(Differences::new(calls_a, calls_b, options), dropped)
    }

    fn show(
        &self,
        mut differences: Differences<Calls, Calls, Line, Failure>,
        dropped: [Rc<Cell<u64>>; 2],
    ) -> Result<Exit, Failure> {
        let names = [&self.a, &self.b].map(|path| printable(&path.display().to_string()));
        let names = names.each_ref().map(String::as_str);
        let paint = Paint::of_stdout();
        let mut output = BufWriter::new(io::stdout().lock());
        let mut shown = Ok(());
        let mut ended = Ok(Exit::Done);
        for difference in differences.by_ref() {
            match difference {
                Ok(difference) if self.all || ended.as_ref().is_ok_and(|exit| *exit == Exit::Done) => {
                    shown = self.show_one(&difference, names, paint, &mut output);
                    ended = Ok(Exit::TraceDiffers);
                }
                Ok(_) => {}
                // What differs before is shown all the same: a run that was killed may leave half a line at its end.
                Err(failure) => ended = Err(failure),
            }
            if shown.is_err() {
                break;
            }
        }
        for (name, bytes) in names.iter().zip(&dropped).filter(|(_, bytes)| bytes.get() > 0) {
            if shown.is_ok() {
                shown = writeln!(output, "{}", paint.remark(&incomplete(name, bytes.get())));
            }
            ended = ended.map(|_| Exit::TraceDiffers);
        }
        if ended.is_ok() && shown.is_ok() {
            // Nobody shall read that they are the same.
            let but = if dropped.iter().any(|bytes| bytes.get() > 0) { "of what is there: " } else { "" };
            shown = writeln!(output, "{but}{}", summary(&differences.summary(), !self.no_times, names));
        }
        match shown.and_then(|()| output.flush()) {
            Err(error) if !nobody_reads(&error) => Err(error).context("standard output cannot be written")?,
            _ => ended,
        }
    }

    fn show_one(
        &self,
        difference: &Difference<Line>,
        names: [&str; 2],
        paint: Paint,
        output: &mut impl Write,
    ) -> io::Result<()> {
        if !difference.continues {
            writeln!(output, "{}", headline(difference, names))?;
        }
        for row in rows(difference, names) {
            writeln!(output, "{}", paint.row(&row))?;
        }
        if difference.goes_on && !self.all {
            writeln!(output, "~ … (--all shows all)")?;
        }
        Ok(())
    }
}

/// The calls of a trace file; its holes are counted.
#[derive(Debug)]
struct Calls {
    lines: Lines,
    /// The first call, from which the form of the lines is known.
    first: Option<Line>,
    /// Bytes of the records that are missing in what was read.
    dropped: Rc<Cell<u64>>,
}

impl Calls {
    fn open(path: &Path, reading: Reading) -> Result<Self, Failure> {
        let mut calls = Self { lines: Lines::open(path, reading)?, first: None, dropped: Rc::default() };
        calls.first = calls.next().transpose()?;
        Ok(calls)
    }
}

impl Iterator for Calls {
    type Item = Result<Line, Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(first) = self.first.take() {
            return Some(Ok(first));
        }
        loop {
            match self.lines.next()? {
                Ok(Entry::Call(line)) => return Some(Ok(line)),
                Ok(Entry::Hole(hole)) => self.dropped.set(self.dropped.get().saturating_add(hole.bytes)),
                Ok(Entry::Head) => {}
                Err(failure) => return Some(Err(failure)),
            }
        }
    }
}

impl LookAhead for Calls {
    fn ahead(&self) -> Option<impl Iterator<Item = Self::Item>> {
        let (lines, first) = (self.lines.ahead()?, self.first.clone());
        Some(Self { lines, first, dropped: Rc::default() })
    }
}
