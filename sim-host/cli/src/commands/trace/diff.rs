//! `twinboard trace diff`

use std::{
    io::{self, BufWriter, Write},
    path::PathBuf,
};

use anyhow::{Context, anyhow};
use clap::Args;
use sim_host::trace::diff::{Difference, Differences, Options, headline, rows, summary};

use super::{
    lines::{Form, Line, Lines, nobody_reads},
    paint::Paint,
};
use crate::{exit::Exit, failure::Failure, output::printable};

/// What the times of the text form are rounded down to, nanoseconds.
const TEXT_RESOLUTION_NS: u64 = 1000;

/// Which traces are compared, and how.
#[derive(Debug, Args)]
pub(super) struct Diff {
    /// A trace, as text or as JSON lines.
    a: PathBuf,

    /// Another trace, in the same form.
    b: PathBuf,

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
        let open = |path| Lines::open(path, false, !self.no_times);
        let (mut lines_a, mut lines_b) = (open(&self.a)?, open(&self.b)?);
        // The first line tells the form.
        let (first_a, first_b) = (lines_a.next().transpose()?, lines_b.next().transpose()?);
        let (form_a, form_b) = (lines_a.form(), lines_b.form());
        if let (Some(form_a), Some(form_b)) = (form_a, form_b)
            && form_a != form_b
        {
            let (a, b) = (self.a.display(), self.b.display());
            let error =
                anyhow!("{a} is {form_a} and {b} is {form_b}: write both with the same --trace-format");
            return Err(Failure::new(Exit::Usage, error));
        }
        let resolution_ns = if form_a.or(form_b) == Some(Form::Json) { 0 } else { TEXT_RESOLUTION_NS };
        let options = Options { times: !self.no_times, context: self.context.into(), resolution_ns };
        let all = |first: Option<Line>, rest| first.map(Ok).into_iter().chain(rest);
        self.show(Differences::new(all(first_a, lines_a), all(first_b, lines_b), options))
    }

    fn show<A, B>(&self, mut differences: Differences<A, B, Line, Failure>) -> Result<Exit, Failure>
    where
        A: Iterator<Item = Result<Line, Failure>>,
        B: Iterator<Item = Result<Line, Failure>>,
    {
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
        if ended.is_ok() && shown.is_ok() {
            shown = writeln!(output, "{}", summary(&differences.summary(), !self.no_times, names));
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
