//! Comparing two traces of a million calls.

use std::{
    fs::File,
    io::{BufRead, BufReader, BufWriter, Write},
    path::Path,
    process::{Command, Stdio},
};

use wasmtime::{Result, error::Context};

use crate::measure::{Row, cost, in_turns};

/// Calls in a trace.
const CALLS: u32 = 1_000_000;

/// The call that the second trace lacks.
const MISSING: u32 = CALLS / 2;

/// What `twinboard trace diff` ends with when traces differ.
const DIFFERS: i32 = 208;

/// `twinboard trace diff` of two files that differ by a call in the middle.
pub(crate) fn million() -> Result<Row> {
    let program = std::env::var_os("TWINBOARD").context("TWINBOARD is not set; use `cargo xtask bench`")?;
    let folder = tempfile::tempdir()?;
    let (a, b) = (folder.path().join("a"), folder.path().join("b"));
    write(&a, None)?;
    write(&b, Some(MISSING))?;
    let diff = || {
        let mut command = Command::new(&program);
        let status = command.args(["trace", "diff"]).args([&a, &b]).stdout(Stdio::null()).status()?;
        wasmtime::ensure!(status.code() == Some(DIFFERS), "{command:?}: {status}");
        Ok(())
    };
    let times = in_turns(diff, || read(&a, &b))?;
    Ok(cost("twinboard trace diff, 1 M calls, per call", "reading both files by lines", times, CALLS, 6.0))
}

/// Writes the trace of a sensor loop.
fn write(path: &Path, missing: Option<u32>) -> Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    for call in (0..CALLS).filter(|call| Some(*call) != missing) {
        write!(file, "{:>10} us  ", u64::from(call) * 10)?;
        match call % 4 {
            0 => writeln!(file, "i2c.write        i2c=1 address=0x76 data=[f7]")?,
            1 => writeln!(file, "clock.sleep     us=1000")?,
            2 => writeln!(
                file,
                "i2c.write-read  i2c=1 address=0x76 data=[f7] into=4 -> [{:08x}]",
                call / 4 % 251
            )?,
            _ => writeln!(file, "gpio.toggle     pin=2")?,
        }
    }
    Ok(file.flush()?)
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
