//! Taking turns with a stopwatch, and the table of what came out.

use std::time::{Duration, Instant};

/// How many turns each side gets.
const TURNS: usize = 7;

/// One line of the table.
pub(crate) struct Row {
    pub(crate) what: String,
    pub(crate) ours: String,
    pub(crate) compared_to: String,
    pub(crate) theirs: String,
    /// What counts.
    pub(crate) figure: String,
    pub(crate) aim: String,
    pub(crate) reached: bool,
}

/// The fastest turn of both sides.
pub(crate) fn in_turns(
    mut ours: impl FnMut() -> wasmtime::Result<()>,
    mut theirs: impl FnMut() -> wasmtime::Result<()>,
) -> wasmtime::Result<(Duration, Duration)> {
    let [ours, theirs] = fastest([&mut ours, &mut theirs])?;
    Ok((ours, theirs))
}

/// The fastest turn of both sides, without what `shared` takes, which is a part of each.
pub(crate) fn in_turns_without(
    mut shared: impl FnMut() -> wasmtime::Result<()>,
    mut ours: impl FnMut() -> wasmtime::Result<()>,
    mut theirs: impl FnMut() -> wasmtime::Result<()>,
) -> wasmtime::Result<(Duration, Duration)> {
    let [shared, ours, theirs] = fastest([&mut shared, &mut ours, &mut theirs])?;
    Ok((ours.saturating_sub(shared), theirs.saturating_sub(shared)))
}

/// The fastest turn of each.
fn fastest<const N: usize>(
    mut all: [&mut dyn FnMut() -> wasmtime::Result<()>; N],
) -> wasmtime::Result<[Duration; N]> {
    let mut best = [Duration::MAX; N];
    for _ in 0..TURNS {
        for (work, best) in all.iter_mut().zip(&mut best) {
            *best = (*best).min(time(work)?);
        }
    }
    Ok(best)
}

/// How long `work` takes once.
#[allow(clippy::disallowed_methods, reason = "a benchmark reads the wall's clock")]
pub(crate) fn time(mut work: impl FnMut() -> wasmtime::Result<()>) -> wasmtime::Result<Duration> {
    let start = Instant::now();
    work()?;
    Ok(start.elapsed())
}

/// A row whose figure is ours / theirs and should be at most `aim`; times are per `count` calls.
pub(crate) fn cost(what: &str, compared_to: &str, times: (Duration, Duration), count: u32, aim: f64) -> Row {
    let ratio = times.0.as_secs_f64() / times.1.as_secs_f64();
    Row {
        what: what.into(),
        ours: show(times.0 / count, times.0.as_secs_f64() / f64::from(count)),
        compared_to: compared_to.into(),
        theirs: show(times.1 / count, times.1.as_secs_f64() / f64::from(count)),
        figure: format!("{ratio:.2}x"),
        aim: format!("{aim}x"),
        reached: ratio <= aim,
    }
}

/// A time as people read it; a `Duration` has no fractions of a nanosecond.
pub(crate) fn show(duration: Duration, seconds: f64) -> String {
    match duration.as_nanos() {
        0..1_000 => format!("{:.1} ns", seconds * 1e9),
        1_000..1_000_000 => format!("{:.1} us", seconds * 1e6),
        1_000_000..1_000_000_000 => format!("{:.2} ms", seconds * 1e3),
        _ => format!("{seconds:.2} s"),
    }
}

/// Prints the table.
pub(crate) fn print(rows: &[Row]) {
    println!(
        "{:<48} {:>9}  {:<46} {:>9}  {:>7}  {:>7}",
        "what", "ours", "compared to", "theirs", "figure", "aim"
    );
    for row in rows {
        let mark = if row.reached { "" } else { "  missed" };
        println!(
            "{:<48} {:>9}  {:<46} {:>9}  {:>7}  {:>7}{mark}",
            row.what, row.ours, row.compared_to, row.theirs, row.figure, row.aim
        );
    }
}
