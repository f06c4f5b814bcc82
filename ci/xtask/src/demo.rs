//! `cargo xtask demo`: the weather station, on the simulator and on the firmware.

mod wires;

use std::fs;

use anyhow::{Context as _, Result, ensure};

use crate::{firmware, guests, process, workspace};

const BOARD: &str = "guest-sdk/examples/weather/board.toml";
const SCENARIO: &str = "guest-sdk/examples/weather/scenario.toml";
const GUEST: &str = "target/guests/weather.wasm";
const TRACE: &str = "target/demo/weather.trace";
const VCD: &str = "target/demo/weather.vcd";
const PICTURE: &str = "target/demo/weather.svg";
/// The trace of the same run on the firmware.
const RV32_TRACE: &str = "target/demo/weather-rv32.trace";

/// Builds what is needed, runs ten seconds of device time on the simulator, shows log, outcome and trace, and does the
/// same on the firmware.
///
/// # Errors
/// Fails when a build or a run fails, or when the two runs differ.
pub(crate) fn run() -> Result<()> {
    show().map(drop)
}

/// Runs the demo and compares what it measured with what board and scenario set, and its VCD file and picture with its
/// trace.
///
/// # Errors
/// Fails when the demo fails, when a reading is missing or wrong, or when one of the files does not fit.
pub(crate) fn check() -> Result<()> {
    let log = show()?;
    let board = fs::read_to_string(workspace::root().join(BOARD)).context(BOARD)?;
    let set = board_temperature(&board)?;
    let read = log_temperatures(&log)?;
    // One reading a second, the first at once; the last may lie beyond the end.
    ensure!((9..=11).contains(&read.len()), "{} readings in ten seconds", read.len());
    ensure!(
        read.is_sorted() && read.last() > Some(&set),
        "the scenario warms the sensor, the guest measured {read:?} °C"
    );
    let trace = fs::read_to_string(workspace::root().join(TRACE)).context(TRACE)?;
    let readme = fs::read_to_string(workspace::root().join("README.md")).context("README.md")?;
    ensure!(readme.contains(&verdict(&trace)), "README.md does not show \"{}\"", verdict(&trace));
    let vcd = fs::read_to_string(workspace::root().join(VCD)).context(VCD)?;
    wires::check_vcd(&vcd, &trace).with_context(|| format!("{VCD} does not fit {TRACE}"))?;
    let picture = fs::read_to_string(workspace::root().join(PICTURE)).context(PICTURE)?;
    wires::check_picture(&picture, &["0x76 bme280", "0x50 at24c256"]).context(PICTURE)?;
    ensure!(!picture.contains(">only the first "), "{PICTURE} has no room for all of the demo");
    // The scenario begins after the second one.
    for temperature in &read[..2] {
        ensure!(*temperature == set, "the guest measured {temperature} °C, {BOARD} sets {set} °C");
    }
    Ok(())
}

/// Runs the demo and returns the guest's log.
fn show() -> Result<String> {
    guests::run()?;
    firmware::run(firmware::Options { board: Some(firmware::Board::QemuVirt), ..Default::default() })?;
    let root = workspace::root();
    process::run(process::cargo().current_dir(root).args(["build", "--package", "twinboard"]))?;
    fs::create_dir_all(root.join("target/demo"))?;

    println!("\nThe weather station on the simulator:");
    let log = twinboard(&["--time", "virtual", "--trace", TRACE, "--vcd", VCD, "--picture", PICTURE])?;
    let trace = fs::read_to_string(root.join(TRACE)).context(TRACE)?;
    println!("\n{TRACE}: {} lines, the first of them:", trace.lines().count());
    trace.lines().take(8).for_each(|line| println!("{line}"));

    println!("\nThe same file on the firmware, on an emulated chip with an ESP32-C3's instruction set:");
    let rv32_log = twinboard(&["--target", "qemu", "--trace", RV32_TRACE])?;
    let rv32_trace = fs::read_to_string(root.join(RV32_TRACE)).context(RV32_TRACE)?;
    ensure!(
        trace == rv32_trace,
        "the traces differ: see `cargo run -p twinboard -- trace diff {TRACE} {RV32_TRACE}`"
    );
    ensure!(log == rv32_log, "the traces are the same, and the logs differ");
    println!("\n{}", verdict(&trace));
    Ok(log)
}

/// What the demo ends with, and the README shows.
fn verdict(trace: &str) -> String {
    format!("simulator and rv32 firmware: traces identical, {} events", trace.lines().count())
}

/// Runs the weather guest for ten seconds of device time. Returns its log.
fn twinboard(arguments: &[&str]) -> Result<String> {
    let mut twinboard = process::cargo();
    twinboard.current_dir(workspace::root()).args(["run", "--quiet", "--package", "twinboard", "--"]);
    twinboard.args(["run", GUEST, "--board", BOARD, "--scenario", SCENARIO, "--for", "10s"]).args(arguments);
    twinboard.env("TWINBOARD_FIRMWARE", workspace::firmware());
    println!("$ {}", process::line(&twinboard));
    // The log goes to standard output, the outcome to standard error; here one is shown after the other.
    let output = twinboard.output().context("cannot start cargo")?;
    let log = String::from_utf8(output.stdout).context("the guest's log is not UTF-8")?;
    print!("{log}{}", String::from_utf8_lossy(&output.stderr));
    ensure!(output.status.success(), "twinboard failed ({})", output.status);
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
