//! `cargo xtask demo`: the weather station on the simulator.

use std::fs;

use anyhow::{Context as _, Result, ensure};

use crate::{guests, process, workspace};

const BOARD: &str = "guest-sdk/examples/weather/board.toml";
const GUEST: &str = "target/guests/weather.wasm";
const TRACE: &str = "target/demo/weather.trace";
/// Where the demo's waveforms go.
const VCD: &str = "target/demo/weather.vcd";

/// Builds what is needed, runs ten seconds of device time, and shows log, outcome and trace.
///
/// # Errors
/// Fails when a build or the run fails.
pub(crate) fn run() -> Result<()> {
    show().map(drop)
}

/// Runs the demo and compares what it measured with what the board file sets.
///
/// # Errors
/// Fails when the demo fails, or when a reading is missing or differs.
pub(crate) fn check() -> Result<()> {
    let log = show()?;
    let board = fs::read_to_string(workspace::root().join(BOARD)).context(BOARD)?;
    let set = board_temperature(&board)?;
    let read = log_temperatures(&log)?;
    // One reading a second, the first at once; the last may lie beyond the end.
    ensure!((9..=11).contains(&read.len()), "{} readings in ten seconds", read.len());
    for temperature in read {
        ensure!(temperature == set, "the guest measured {temperature} °C, {BOARD} sets {set} °C");
    }
    Ok(())
}

/// Runs the demo and returns the guest's log.
fn show() -> Result<String> {
    guests::run()?;
    let root = workspace::root();
    process::run(process::cargo().current_dir(root).args(["build", "--package", "twinboard"]))?;
    fs::create_dir_all(root.join("target/demo"))?;

    let mut twinboard = process::cargo();
    twinboard.current_dir(root).args(["run", "--quiet", "--package", "twinboard", "--"]);
    twinboard.args(["run", GUEST, "--board", BOARD]);
    twinboard.args(["--time", "virtual", "--for", "10s", "--trace", TRACE, "--vcd", VCD]);
    println!("\n$ {}", process::line(&twinboard));
    // The log goes to standard output, the outcome to standard error; here one is shown after the other.
    let output = twinboard.output().context("cannot start cargo")?;
    let log = String::from_utf8(output.stdout).context("the guest's log is not UTF-8")?;
    print!("{log}{}", String::from_utf8_lossy(&output.stderr));
    ensure!(output.status.success(), "twinboard failed ({})", output.status);

    let trace = fs::read_to_string(root.join(TRACE)).context(TRACE)?;
    println!("\n{TRACE}: {} lines, the first of them:", trace.lines().count());
    trace.lines().take(8).for_each(|line| println!("{line}"));
    Ok(log)
}

/// The one `temperature-c` of the board file.
fn board_temperature(board: &str) -> Result<f64> {
    fn find(value: &toml::Value) -> Option<f64> {
        match value {
            toml::Value::Table(table) => match table.get("temperature-c") {
                Some(found) => found.as_float(),
                None => table.values().find_map(find),
            },
            toml::Value::Array(array) => array.iter().find_map(find),
            _ => None,
        }
    }
    let board: toml::Table = board.parse().context(BOARD)?;
    find(&toml::Value::Table(board)).with_context(|| format!("{BOARD}: no temperature-c"))
}

/// The X of each `temperature X °C` in the log.
fn log_temperatures(log: &str) -> Result<Vec<f64>> {
    let readings = log.lines().filter_map(|line| line.split_once("temperature ")?.1.split_once(" °C"));
    readings
        .map(|(number, _)| number.parse().with_context(|| format!("\"{number}\" is no temperature")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_board_files_temperature_is_found_in_the_list_of_chips() {
        let board =
            "[i2c.0]\nchips = [ { model = \"other\" }, { model = \"bme280\", temperature-c = -3.5 } ]";
        assert_eq!(board_temperature(board).unwrap(), -3.5);
    }

    #[test]
    fn a_board_without_a_temperature_is_an_error() {
        assert!(board_temperature("[i2c.0]\n").unwrap_err().to_string().contains("no temperature-c"));
    }

    #[test]
    fn readings_are_parsed_wherever_they_stand() {
        let log = "ready\n1.000 info  temperature 21.5 °C, humidity 45.0 %\ntemperature -0.1 °C\n";
        assert_eq!(log_temperatures(log).unwrap(), [21.5, -0.1]);
        assert!(log_temperatures("temperature hot °C").is_err());
    }
}
