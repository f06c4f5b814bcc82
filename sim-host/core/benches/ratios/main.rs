//! What the simulator costs, as ratios measured in one run: `cargo xtask bench`.
//!
//! Each row compares a piece of Twinboard with the least that could do the same job: a bare wasmtime host function,
//! plain wasmtime, an empty process. The two sides are measured in turns and the fastest turn of each counts, so
//! that a busy machine disturbs both alike.

#![allow(clippy::print_stdout, reason = "the table is the result")]

mod calls;
mod compute;
mod day;
mod diff;
mod measure;
mod process;
mod wires;

use measure::Row;

fn main() -> wasmtime::Result<()> {
    // Re-executed as the process to compare with: everything linked, nothing done.
    if std::env::args().any(|argument| argument == process::EMPTY) {
        return Ok(());
    }
    let mut rows: Vec<Row> = Vec::new();
    rows.extend(calls::gpio_write()?);
    rows.push(calls::i2c_write_read()?);
    rows.push(compute::kernel()?);
    rows.extend(day::day()?);
    rows.extend(process::whole_runs()?);
    rows.extend(wires::recording()?);
    rows.extend(diff::million()?);
    measure::print(&rows);
    Ok(())
}
