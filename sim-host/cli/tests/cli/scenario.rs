//! `twinboard run --scenario`, `twinboard board check --scenario`

use std::fs;

use tempfile::TempDir;

use crate::{Ran, guest, twinboard};

/// Runs `tick.wat`, which writes `tick` every 10 ms for ever, with a scenario around it.
fn ticking(folder: &TempDir, steps: &str, more: &[&str]) -> Ran {
    let path = scenario(folder, steps);
    let app = guest("tick.wat");
    let mut arguments = vec!["run", &app, "--time", "virtual", "--scenario", &path];
    arguments.extend(more);
    twinboard(&arguments)
}

fn scenario(folder: &TempDir, steps: &str) -> String {
    let path = folder.path().join("scenario.toml").display().to_string();
    fs::write(&path, steps).unwrap();
    path
}

#[test]
fn a_scenario_that_is_done_leaves_the_exit_code_alone() {
    let folder = tempfile::tempdir().unwrap();
    let ran = ticking(
        &folder,
        "step = [ { at-ms = 55, expect-log = { contains = 'tick' } }, { end = true } ]",
        &[],
    );
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let lines: Vec<_> = ran.stderr.lines().collect();
    assert!(lines[0].starts_with("outcome: stopped after 0.06"), "{ran:?}");
    assert_eq!(lines[1..], ["scenario: all 2 steps done"]);
}

#[test]
fn a_scenario_that_fails_is_210_and_says_where() {
    let folder = tempfile::tempdir().unwrap();
    let steps = "[[step]]\nat-ms = 5\nexpect-log = { contains = \"tock\\u001b[2J\", within-ms = 15 }\n";
    let ran = ticking(&folder, steps, &[]);
    assert_eq!(ran.code, Some(210), "{ran:?}");
    let lines: Vec<_> = ran.stderr.lines().collect();
    assert_eq!(lines[0], "outcome: stopped after 0.020000 s of device time");
    assert_eq!(lines[1], "error: the scenario failed");
    let path = folder.path().join("scenario.toml").display().to_string();
    assert_eq!(
        lines[2],
        format!("{path}:1: step 1 (expect-log \"tock\\u{{1b}}[2J\") was not met within 15 ms from 5 ms on")
    );
    assert_eq!(lines[3], "  seen since: messages: 1, none that fits");
    assert!(lines[4].starts_with("  last: 10.0") && lines[4].ends_with("\"tick\""), "{ran:?}");
}

#[test]
fn what_broke_a_run_off_is_what_counts() {
    let folder = tempfile::tempdir().unwrap();
    let late = "step = [ { at-ms = 5000, end = true } ]";
    let ran = ticking(&folder, late, &["--for", "1s"]);
    assert_eq!(ran.code, Some(210), "{ran:?}");
    assert!(
        ran.stderr.ends_with("step 1 (end) was never reached: the run ended at 1000 ms (stopped)\n"),
        "{ran:?}"
    );
    let path = scenario(&folder, late);
    let ran = twinboard(&["run", &guest("trap.wat"), "--time", "virtual", "--scenario", &path]);
    assert_eq!(ran.code, Some(201), "{ran:?}");
    assert!(ran.stderr.contains("error: the scenario failed\n"), "{ran:?}");
}

#[test]
fn a_bad_scenario_is_207_and_an_unreadable_one_205() {
    let folder = tempfile::tempdir().unwrap();
    let ran = ticking(&folder, "[[step]]\npress = \"BOOT\"\n[[step]]\nset = { chip = \"x\" }\n", &[]);
    let path = folder.path().join("scenario.toml").display().to_string();
    assert_eq!(ran.code, Some(207), "{ran:?}");
    assert_eq!(
        ran.stderr,
        format!(
            "error: {path}:2: the board has no part \"BOOT\" (it has no button)\n\
             error: {path}:4: the board has no chip \"x\" (it has none)\n"
        )
    );
    assert_eq!(ran.stdout, "");
    let ran = twinboard(&["run", &guest("tick.wat"), "--scenario", "no/such.toml"]);
    assert_eq!(ran.code, Some(205), "{ran:?}");
}

#[test]
fn a_step_that_expectations_make_idle_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = scenario(&folder, "[[step]]\nset = { chip = 'bme280', temperature-c = 3 }\n");
    let (app, board, expect) = (guest("chip-id.wat"), guest("board.toml"), guest("expect.toml"));
    let ran = twinboard(&["run", &app, "--board", &board, "--expect", &expect, "--scenario", &path]);
    assert_eq!(ran.code, Some(207), "{ran:?}");
    let says = "step 1 (set \"bme280\" temperature-c=3) changes nothing: expectations answer on i2c.0";
    assert_eq!(ran.stderr, format!("error: {path}:1: {says}\n"));
}

#[test]
fn the_scenario_is_not_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let steps = "step = [ { end = true } ]";
    let path = scenario(&folder, steps);
    for option in ["--trace", "--vcd"] {
        let ran = ticking(&folder, steps, &[option, &path]);
        assert_eq!(ran.code, Some(204), "{ran:?}");
    }
    assert_eq!(fs::read_to_string(&path).unwrap(), steps);
}

#[test]
fn a_board_is_checked_with_its_scenario() {
    let folder = tempfile::tempdir().unwrap();
    let path =
        scenario(&folder, "step = [ { set = { chip = 'bme280', temperature-c = 3 } }, { end = true } ]");
    let board = guest("board.toml");
    let ran = twinboard(&["board", "check", &board, "--scenario", &path]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.stdout.ends_with(&format!("{path}: a scenario of 2 steps\n")), "{ran:?}");
    let path = scenario(&folder, "step = [ { set = { chip = 'bme208', temperature-c = 3 } } ]");
    let ran = twinboard(&["board", "check", &board, "--scenario", &path]);
    assert_eq!(ran.code, Some(207), "{ran:?}");
    assert_eq!(
        ran.stderr,
        format!("error: {path}:1: the board has no chip \"bme208\" (did you mean \"bme280\"?)\n")
    );
}
