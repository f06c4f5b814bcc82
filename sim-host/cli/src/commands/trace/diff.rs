//! `twinboard trace diff`

use std::{collections::VecDeque, fmt::Write, path::Path};

use anyhow::anyhow;

use super::{
    lines::{Form, Line, Lines},
    paint::Paint,
};
use crate::{
    exit::Exit,
    failure::Failure,
    output::{print, printable},
};

/// Calls shown before the first difference.
const BEFORE: usize = 3;
/// Calls of each trace shown after the first difference.
const AFTER: usize = 3;

/// Compares two traces up to the first difference and shows it.
pub(super) fn diff(a: &Path, b: &Path, no_times: bool) -> Result<Exit, Failure> {
    let (mut lines_a, mut lines_b) = (Lines::open(a, false)?, Lines::open(b, false)?);
    let mut before = VecDeque::with_capacity(BEFORE);
    let mut same: u64 = 0;
    loop {
        let (line_a, line_b) = (lines_a.next()?, lines_b.next()?);
        if let (Some(form_a), Some(form_b)) = (lines_a.form(), lines_b.form())
            && form_a != form_b
        {
            let (a, b) = (a.display(), b.display());
            let error =
                anyhow!("{a} is {form_a} and {b} is {form_b}: write both with the same --trace-format");
            return Err(Failure::new(Exit::Usage, error));
        }
        let (line_a, line_b) = match (line_a, line_b) {
            (None, None) => {
                print(&format!("traces are identical, {}{}\n", calls(same), hint(no_times)))?;
                return Ok(Exit::Done);
            }
            (Some(line_a), Some(line_b)) if is_same(&line_a, &line_b, no_times) => {
                same += 1;
                if before.len() == BEFORE {
                    before.pop_front();
                }
                before.push_back(line_a);
                continue;
            }
            different => different,
        };

        let (name_a, name_b) = (printable(&a.display().to_string()), printable(&b.display().to_string()));
        let mut text = match (&line_a, &line_b) {
            (None, _) => format!("{name_a} ends after {}, {name_b} goes on\n", calls(same)),
            (_, None) => format!("{name_b} ends after {}, {name_a} goes on\n", calls(same)),
            _ => format!("{name_a} and {name_b} differ at call {}\n", same + 1),
        };
        let shown = |line: &Line, form| printable(&spelled(line, form, no_times));
        let first = same - before.len() as u64 + 1;
        for (number, line) in (first..).zip(&before) {
            let _ = writeln!(text, "  {number:>6}  {}", shown(line, lines_a.form()));
        }
        let paint = Paint::of_stdout();
        let mut ended = Ok(Exit::TraceDiffers);
        for (sign, line, lines) in [('-', line_a, &mut lines_a), ('+', line_b, &mut lines_b)] {
            let Some(line) = line else { continue };
            let (rest, wrong) = at_most(lines, AFTER);
            for (number, line) in (same + 1..).zip(std::iter::once(line).chain(rest)) {
                let line = format!("{sign} {number:>6}  {}", shown(&line, lines.form()));
                let painted = if sign == '-' { paint.only_a(&line) } else { paint.only_b(&line) };
                let _ = writeln!(text, "{painted}");
            }
            // The difference is shown all the same: a run that was killed may leave half a line at its end.
            ended = ended.and(wrong.map_or(Ok(Exit::TraceDiffers), Err));
        }
        print(&text)?;
        return ended;
    }
}

/// The next `count` lines, fewer at the end or before one that is wrong, and what is wrong with that.
fn at_most(lines: &mut Lines, count: usize) -> (Vec<Line>, Option<Failure>) {
    let mut read = Vec::with_capacity(count);
    while read.len() < count {
        match lines.next() {
            Ok(Some(line)) => read.push(line),
            Ok(None) => break,
            Err(failure) => return (read, Some(failure)),
        }
    }
    (read, None)
}

fn is_same(a: &Line, b: &Line, no_times: bool) -> bool {
    a.call == b.call && (no_times || a.time == b.time)
}

/// The line as it is compared.
fn spelled(line: &Line, form: Option<Form>, no_times: bool) -> String {
    match (no_times, form) {
        (false, _) => line.time.clone() + &line.call,
        (true, Some(Form::Json)) => format!("{{{}", line.call),
        (true, _) => line.call.clone(),
    }
}

fn calls(count: u64) -> String {
    format!("{count} call{}", if count == 1 { "" } else { "s" })
}

fn hint(no_times: bool) -> &'static str {
    if no_times { " (times not compared)" } else { "" }
}
