//! The example guests, as their users would test them: run, then compare log and trace.
//!
//! Build the guests first: `cargo xtask guests`. New snapshots: `INSTA_UPDATE=always cargo test -p sim-host --test examples`,
//! and read what changed.

use std::{path::PathBuf, time::Duration};

use sim_host::{Board, Guest, Run, Scenario, Sim};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn guest(name: &str) -> Guest {
    let path = root().join(format!("target/guests/{name}.wasm"));
    Guest::load(path).unwrap_or_else(|error| panic!("{error}: build the guests with `cargo xtask guests`"))
}

fn board(name: &str) -> Board {
    Board::load(root().join(format!("guest-sdk/examples/{name}/board.toml"))).expect("the example's board")
}

fn messages(run: &Run) -> Vec<&str> {
    run.messages().collect()
}

#[test]
fn weather_reads_what_the_board_file_says() {
    let sim = Sim::builder().board(board("weather")).guest(guest("weather"));
    let run = sim.stop_after(Duration::from_millis(2500)).run().unwrap();
    assert_eq!(run.outcome.to_string(), "stopped");
    assert_eq!(messages(&run), ["temperature 21.5 °C, humidity 45.0 %, pressure 1013.2 hPa"; 3]);
    insta::assert_snapshot!("weather", run.trace);
}

#[test]
fn weather_follows_the_board() {
    let board = "[i2c.0]\nchips = [ { model = \"bme280\", address = 0x76, temperature-c = -12.3, \
                 humidity-percent = 80.0, pressure-hpa = 980.0 } ]";
    let sim = Sim::builder().board(Board::parse(board, "board").unwrap()).guest(guest("weather"));
    let run = sim.stop_after(Duration::from_millis(500)).run().unwrap();
    let [first, second] = messages(&run)[..] else { panic!("{:?}", run.log) };
    // The board has no EEPROM; the station goes on without it.
    assert_eq!(first, "readings are not kept: I2C(Error(NoAcknowledgeAddress))");
    assert_eq!(second, "temperature -12.3 °C, humidity 80.0 %, pressure 980.0 hPa");
}

#[test]
fn weather_shows_what_it_has_kept() {
    let board = board("weather");
    let path = root().join("guest-sdk/examples/weather/scenario.toml");
    let scenario = Scenario::load(path, &board).unwrap_or_else(|error| panic!("{error}"));
    let sim = Sim::builder().board(board).guest(guest("weather")).scenario(scenario);
    let run = sim.stop_after(Duration::from_secs(10)).run().unwrap();
    assert!(run.scenario.as_ref().is_some_and(|report| report.succeeded()), "{:?}", run.scenario);
    // One reading a second, each in the EEPROM at 0x50 with the number of them; the last lies beyond the end.
    let written = run.trace.i2c(0).at(0x50).writes().iter().filter(|bytes| bytes.len() == 2 + 8).count();
    assert_eq!(written, messages(&run).iter().filter(|text| text.starts_with("temperature")).count());
}

#[test]
fn weather_without_its_sensor_says_so() {
    let board = Board::parse("[i2c.0]", "board").unwrap();
    let run = Sim::builder().board(board).guest(guest("weather")).run().unwrap();
    assert_eq!(run.outcome.to_string(), "exit 1");
    assert_eq!(messages(&run).len(), 1);
    assert!(messages(&run)[0].contains("NoAcknowledgeAddress"), "{:?}", run.log);
}

#[test]
fn blink_toggles_twice_a_second() {
    let sim = Sim::builder().board(board("blink")).guest(guest("blink"));
    let run = sim.stop_after(Duration::from_millis(1400)).run().unwrap();
    insta::assert_snapshot!("blink", run.trace);
}

#[test]
fn i2c_scan_finds_what_is_there() {
    let run = Sim::builder().board(board("i2c-scan")).guest(guest("i2c-scan")).run().unwrap();
    assert_eq!(run.outcome.to_string(), "exit 0");
    insta::assert_snapshot!("i2c-scan-log", messages(&run).join("\n"));
    assert_eq!(run.trace.calls("i2c.write").count(), 0x77 - 0x08 + 1);
}

#[test]
fn ticker_counts_and_ends() {
    let run = Sim::builder().guest(guest("ticker")).args(["3"]).run().unwrap();
    assert_eq!(run.outcome.to_string(), "exit 0");
    assert_eq!(messages(&run), ["3 ticks to come", "tick 1", "tick 2", "tick 3"]);
    insta::assert_snapshot!("ticker", run.trace);
}

#[test]
fn every_example_fits_an_esp32c3() {
    for name in ["blink", "weather", "i2c-scan", "ticker"] {
        let sim = Sim::builder().guest(guest(name)).profile(&sim_host::Profile::ESP32C3);
        let run = sim.stop_after(Duration::from_secs(1)).run().unwrap();
        assert!(
            !matches!(run.outcome, sim_host::Outcome::Refused(_)),
            "{name}: {} {:?}",
            run.outcome,
            run.prose()
        );
    }
}

#[test]
fn what_the_readme_shows_is_so() {
    let sim = Sim::builder().board(board("weather")).guest(guest("weather"));
    let run = sim.stop_after(Duration::from_secs(10)).run().unwrap();
    assert!(run.trace.i2c(0).at(0x76).writes().contains(&vec![0xe0, 0xb6]));
    assert!(run.messages().all(|message| message.starts_with("temperature 21.5 °C")));
}
