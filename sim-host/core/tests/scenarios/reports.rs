//! What is said of a scenario that failed.

use device_abi::{Outcome, Profile};
use sim_host::{
    Guest, Scenario, Sim, SimError,
    hw_mock::{Expectations, Wire},
};

use crate::{WATCHER, board, report, run, sim, written_ns};

#[test]
fn an_expectation_that_is_not_met_tells_what_came_instead() {
    let ran = run("[[step]]\nat-ms = 50\npress = \"BOOT\"\n\n[[step]]\n\
         expect-log = { contains = \"presed\", level = \"info\", within-ms = 500 }\n[[step]]\nrelease = \"BOOT\"");
    assert_eq!((ran.outcome.clone(), ran.device_time_ns), (Outcome::Stopped, 550_000_001));
    let said = report(&ran);
    let lines: Vec<_> = said.lines().collect();
    assert_eq!(
        lines[0],
        "scenario.toml:5: step 2 (expect-log \"presed\" at level info) was not met within 500 ms from 50 ms on"
    );
    assert_eq!(lines[1], "  seen since: messages: 1, none that fits");
    assert!(lines[2].starts_with("  last: 5") && lines[2].ends_with(" warn  \"pressed\""), "{said}");
    assert_eq!(lines.len(), 3, "{said}");
}

#[test]
fn what_came_too_early_is_told() {
    let ran = run(r#"step = [ { at-ms = 20, expect-log = { contains = "level A" } } ]"#);
    let said = report(&ran);
    let lines: Vec<_> = said.lines().collect();
    assert!(
        lines[0].starts_with(
            "scenario.toml:1: step 1 (expect-log \"level A\") was not met from 20 ms on: the run ended at 10"
        ),
        "{said}"
    );
    assert!(lines[0].ends_with(" ms (exit 0)"), "{said}");
    assert_eq!(lines[1], "  seen since: no messages");
    assert!(lines[2].starts_with("  too early: 0.") && lines[2].ends_with("ms info  \"level A\""), "{said}");
}

#[test]
fn of_many_calls_the_nearest_and_the_last_are_told() {
    let ran = run(r#"
        step = [
            { at-ms = 100, set = { chip = "levels", level = 0x42 } },
            { expect-call = { function = "i2c.write-read", contains = "-> [43]", within-ms = 200 } },
        ]"#);
    let said = report(&ran);
    let lines: Vec<_> = said.lines().collect();
    assert!(lines[1].starts_with("  seen since: calls of i2c.write-read: "), "{said}");
    assert!(lines[2].starts_with("  nearest: ") && lines[3].starts_with("  last: "), "{said}");
    assert!(lines[5].ends_with("i2c.write-read i2c=2 address=0x48 data=[01] into=1 -> [42]"), "{said}");
    assert_eq!(lines.len(), 6, "{said}");
}

#[test]
fn steps_that_were_not_reached_are_named() {
    let ran = run("[[step]]\nat-ms = 5000\npress = \"BOOT\"\n[[step]]\nend = true\n");
    let said = report(&ran);
    let lines: Vec<_> = said.lines().collect();
    assert!(
        lines[0]
            .starts_with("scenario.toml:1: step 1 (press \"BOOT\") was never reached: the run ended at 10"),
        "{said}"
    );
    assert_eq!(lines[1..], ["scenario.toml:4: step 2 (end) was never reached"]);
    let scenario = ran.scenario.unwrap();
    assert!(!scenario.succeeded() && scenario.cut_short());
    assert_eq!((scenario.passed(), scenario.steps()), (0, 2));
    assert_eq!(ran.outcome, Outcome::Exit(0));
}

#[test]
fn of_very_many_steps_that_were_not_reached_some_are_named() {
    let ran = run(&("[[step]]\nat-ms = 5000\npress = \"BOOT\"\n".to_owned()
        + &"[[step]]\nrelease = \"BOOT\"\n".repeat(20)));
    let said = report(&ran);
    assert_eq!(said.lines().count(), 6, "{said}");
    assert!(said.ends_with("\n16 more steps were never reached"), "{said}");
}

#[test]
fn a_time_that_passes_while_an_expectation_waits_is_a_failure() {
    let ran = run("[[step]]\nat-ms = 100\npress = \"BOOT\"\n[[step]]\n\
         expect-log = { contains = \"pressed\" }\n[[step]]\nat-ms = 100.5\nrelease = \"BOOT\"");
    let said = report(&ran);
    let pressed_ns = written_ns(&ran)[1];
    let pressed_ms = pressed_ns as f64 / 1e6;
    assert_eq!(
        said,
        format!(
            "scenario.toml:6: step 3 is at 100.5 ms, before step 2 at {pressed_ms} ms: \
             step 2 (expect-log \"pressed\") was met only at {pressed_ms} ms"
        )
    );
    assert_eq!((ran.outcome, ran.device_time_ns), (Outcome::Stopped, pressed_ns));
}

#[test]
fn faults_are_told_of_a_scenario_that_failed() {
    let ran = run(r#"
        step = [
            { fault = { i2c = 0, address = 0x49, kind = "nack" } },
            { expect-call = { function = "i2c.write-read", contains = "error", within-ms = 15 } },
        ]"#);
    let said = report(&ran);
    assert!(said.contains("\n  i2c.0: faults injected: 0, in 2 transactions\n"), "{said}");
    assert!(said.ends_with("rule 1 disturbed nothing; transactions that it is about: 0"), "{said}");
    assert!(!said.contains("seed"), "{said}");
}

#[test]
fn a_trap_leaves_steps_unreached() {
    let trap = "(module (memory (export \"memory\") 1) (func (export \"run\") (result i32) unreachable))";
    let steps = "step = [ { at-ms = 1, press = 'BOOT' } ]";
    let ran = sim(steps).guest(Guest::from_bytes(trap).unwrap()).run().unwrap();
    assert_eq!(
        report(&ran),
        "scenario.toml:1: step 1 (press \"BOOT\") was never reached: the run ended at 0 ms (trap unreachable)"
    );
}

#[test]
fn a_guest_that_is_refused_has_no_scenario() {
    let refused = Guest::from_bytes("(module)").unwrap();
    let ran = sim("step = [ { press = 'BOOT' } ]").guest(refused).profile(&Profile::DESKTOP).run().unwrap();
    assert!(matches!(ran.outcome, Outcome::Refused(_)) && ran.scenario.is_none());
}

#[test]
fn hardware_of_ones_own_is_none_that_a_scenario_acts_on() {
    let scenario = Scenario::parse("step = [ { press = 'BOOT' } ]", "", &board()).unwrap();
    let sim = Sim::builder().board(board()).guest(Guest::from_bytes(WATCHER).unwrap());
    let error = sim.hardware(board().hardware()).scenario(scenario).run().unwrap_err();
    assert!(matches!(error, SimError::ScenarioWithoutBoard), "{error:?}");
}

#[test]
fn a_message_that_must_not_come_ends_the_run() {
    let ran = run(
        "step = [ { at-ms = 105, press = 'BOOT' }, { expect-no-log = { contains = 'pressed', for-ms = 50 } } ]",
    );
    assert_eq!(ran.outcome, Outcome::Stopped);
    let said = report(&ran);
    assert!(
        said.starts_with("scenario.toml:1: step 2 (expect-no-log \"pressed\" for 50 ms) was not kept"),
        "{said}"
    );
    assert!(said.ends_with(" warn  \"pressed\""), "{said}");
    assert!((105_000_000..155_000_000).contains(&ran.device_time_ns), "{}", ran.device_time_ns);

    let ran = run(
        "step = [ { at-ms = 105, press = 'BOOT' }, { expect-no-log = { contains = 'released', for-ms = 50 } } ]",
    );
    assert_eq!(ran.outcome, Outcome::Exit(0));
    assert!(ran.scenario.unwrap().succeeded());
}

#[test]
fn steps_that_come_to_nothing_beside_expectations_are_an_error() {
    let scenario = Scenario::parse("step = [ { press = 'BOOT' } ]", "scenario.toml", &board()).unwrap();
    let expectations = Expectations::strict().silent(Wire::Pin(9));
    let sim = Sim::builder().board(board()).guest(Guest::from_bytes(WATCHER).unwrap());
    let error = sim.scenario(scenario).expectations(expectations).run().unwrap_err();
    let SimError::ScenarioBesideExpectations(cause) = &error else { panic!("{error:?}") };
    assert_eq!(
        cause.to_string(),
        "scenario.toml:1: step 1 (press \"BOOT\") changes nothing: expectations answer on pin 9"
    );
}
