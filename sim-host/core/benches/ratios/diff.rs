//! Comparing two traces of a million calls.

use std::{
    fs::{self, File},
    io::{BufRead, BufReader, BufWriter, Write},
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    time::Duration,
};

use wasmtime::{Result, error::Context};

use crate::measure::{Row, cost, in_turns};

/// Calls in a trace.
const CALLS: u32 = 1_000_000;

/// The call that the second trace lacks; the first one that it lacks, of a gap.
const MISSING: u32 = CALLS / 2;

/// Calls in a long gap: far more than the program holds of a trace.
const GAP: u32 = 100_000;

/// One of so many calls is another one in the second trace.
const EDITED_EVERY: u32 = 100;

/// What `twinboard trace diff` ends with when traces differ.
const DIFFERS: i32 = 208;

/// Bytes of memory that the program should need, whatever differs.
const MEMORY: f64 = 64e6;

/// `twinboard trace diff` of two files: a call is missing in the middle of a loop that repeats itself, which is the best
/// case; one call in a hundred is another one; many calls are missing. And the memory that it takes for the last.
pub(crate) fn million() -> Result<Vec<Row>> {
    let program = std::env::var_os("TWINBOARD").context("TWINBOARD is not set; use `cargo xtask bench`")?;
    let folder = tempfile::tempdir()?;
    let path = |name: &str| folder.path().join(name);
    let file =
        |name: &str, call: &dyn Fn(u32) -> Option<String>| write(&path(name), call).map(|()| path(name));
    let same = |number| Some(call(number, number / 4));
    let again = file("again", &|number| Some(call(number, number / 4 % 251)))?;
    let short = file("short", &|number| (number != MISSING).then(|| call(number, number / 4 % 251)))?;
    let whole = file("whole", &same)?;
    let is_edited = |number: u32| number % EDITED_EVERY == number / EDITED_EVERY % 4;
    let edited = file("edited", &|number| if is_edited(number) { Some(edit(number)) } else { same(number) })?;
    let gap =
        file("gap", &|number| if (MISSING..MISSING + GAP).contains(&number) { None } else { same(number) })?;

    let diff = |a: &Path, b: &Path| {
        let mut command = Command::new(&program);
        command.args(["trace", "diff"]).args([a, b]).stdout(Stdio::null());
        command
    };
    let ends = |status: ExitStatus| {
        wasmtime::ensure!(status.code() == Some(DIFFERS), "{status}");
        Ok(())
    };
    let mut rows = Vec::new();
    for (what, a, b) in
        [("a call missing", &again, &short), ("1 % edited", &whole, &edited), ("100 k missing", &whole, &gap)]
    {
        let times = in_turns(|| ends(diff(a, b).status()?), || read(a, b))?;
        let what = format!("trace diff, 1 M calls, {what}, per call");
        rows.push(cost(&what, "reading both files by lines", times, CALLS, 6.0));
    }
    let (most, status) = memory(diff(&whole, &gap).spawn()?)?;
    ends(status)?;
    // Only Linux tells it.
    rows.extend(most.map(|bytes| {
        let files = [&whole, &gap].map(|path| fs::metadata(path).map_or(0, |file| file.len()));
        Row {
            what: "trace diff, 1 M calls, 100 k missing, memory".into(),
            ours: megabytes(bytes),
            compared_to: "both files".into(),
            theirs: megabytes(files.iter().sum::<u64>() as f64),
            figure: megabytes(bytes),
            aim: megabytes(MEMORY),
            reached: bytes <= MEMORY,
        }
    }));
    Ok(rows)
}

/// Writes the trace of a sensor loop; `call` makes the rest of a line.
fn write(path: &Path, call: &dyn Fn(u32) -> Option<String>) -> Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    for (number, call) in (0..CALLS).filter_map(|number| Some((number, call(number)?))) {
        writeln!(file, "{:>10} us  {call}", u64::from(number) * 10)?;
    }
    Ok(file.flush()?)
}

/// A call of the loop, and what it reads.
fn call(number: u32, reading: u32) -> String {
    match number % 4 {
        0 => "i2c.write        i2c=1 address=0x76 data=[f7]".into(),
        1 => "clock.sleep     us=1000".into(),
        2 => format!("i2c.write-read  i2c=1 address=0x76 data=[f7] into=4 -> [{reading:08x}]"),
        _ => "gpio.toggle     pin=2".into(),
    }
}

/// The same function in another way.
fn edit(number: u32) -> String {
    match number % 4 {
        0 => "i2c.write        i2c=1 address=0x77 data=[f7]".into(),
        1 => "clock.sleep     us=1001".into(),
        2 => "i2c.write-read  i2c=1 address=0x76 data=[f7] into=4 -> error bus".into(),
        _ => "gpio.toggle     pin=3".into(),
    }
}

/// The least that a comparison has to do.
fn read(a: &Path, b: &Path) -> Result<()> {
    let (mut a, mut b) = (BufReader::new(File::open(a)?), BufReader::new(File::open(b)?));
    let (mut line_a, mut line_b, mut differ) = (Vec::new(), Vec::new(), false);
    while a.read_until(b'\n', &mut line_a)? + b.read_until(b'\n', &mut line_b)? > 0 {
        differ |= line_a != line_b;
        line_a.clear();
        line_b.clear();
    }
    wasmtime::ensure!(differ);
    Ok(())
}

/// Waits for the end of a process, and tells how much memory it had at most, bytes. A peak in its last millisecond is not seen.
#[allow(clippy::disallowed_methods, reason = "a benchmark watches another process")]
fn memory(mut process: Child) -> Result<(Option<f64>, ExitStatus)> {
    let path = format!("/proc/{}/status", process.id());
    let mut most = None;
    loop {
        let status = fs::read_to_string(&path).unwrap_or_default();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.strip_suffix("kB"));
        let kibibytes = peak.and_then(|peak| peak.trim().parse::<u32>().ok());
        most = kibibytes.map(|kibibytes| f64::from(kibibytes) * 1024.0).or(most);
        if let Some(status) = process.try_wait()? {
            return Ok((most, status));
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

fn megabytes(bytes: f64) -> String {
    format!("{:.0} MB", bytes / 1e6)
}
