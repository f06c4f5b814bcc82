//! Scenarios of random steps: the same run each time, whatever they say, and never a panic.

use proptest::prelude::*;
use sim_host::{Guest, Scenario, Sim};

use crate::{WATCHER, board};

/// A step that the board can do, but for when.
fn action() -> impl Strategy<Value = String> {
    let count = 0..4_u32;
    prop_oneof![
        Just("press = 'BOOT'".to_owned()),
        Just("release = 'BOOT'".to_owned()),
        prop::sample::select(&["low", "high", "released"][..])
            .prop_map(|level| format!("drive = {{ pin = 4, level = '{level}' }}")),
        (0x41..0x5b_u8).prop_map(|level| format!("set = {{ chip = 'levels', level = {level} }}")),
        (count.clone(), 1..3_u32).prop_map(|(byte, times)| format!(
            "fault = {{ i2c = 0, kind = 'nack', byte = {byte}, times = {times} }}"
        )),
        (0..100_u32).prop_map(|percent| format!(
            "fault = {{ i2c = 0, kind = 'arbitration-lost', rate = 0.{percent:02} }}"
        )),
        (0..50_u32).prop_map(|ms| format!("fault = {{ i2c = 0, kind = 'stuck', for-ms = {ms}, times = 1 }}")),
        (count, 0..300_u32).prop_map(|(times, us)| format!(
            "fault = {{ i2c = 0, kind = 'slow', extra-us = {us}, times = {} }}",
            times + 1
        )),
        Just("clear-faults = true".to_owned()),
        Just("clear-faults = { i2c = 0, address = 0x48 }".to_owned()),
        (prop::sample::select(&["pressed", "released", "level", "bus error", ""][..]), 0..200_u32)
            .prop_map(|(text, ms)| format!("expect-log = {{ contains = '{text}', within-ms = {ms} }}")),
        prop::sample::select(&["", "-> [41]", "error"][..])
            .prop_map(|text| format!("expect-call = {{ function = 'i2c.write-read', contains = '{text}' }}")),
    ]
}

/// A file of steps, each a while after the one before it, or together with it.
fn steps() -> impl Strategy<Value = String> {
    let step = (prop_oneof![Just(0), 0..80_000_u32], action())
        .prop_map(|(us, action)| format!("{{ after-ms = {}, {action} }}", f64::from(us) / 1e3));
    (prop::collection::vec(step, 1..12), any::<bool>()).prop_map(|(mut steps, end)| {
        if end {
            steps.push("{ end = true }".to_owned());
        }
        format!("step = [ {} ]", steps.join(", "))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_scenario_gives_the_same_run_twice(steps in steps(), seed in 0..3_u64) {
        let scenario = Scenario::parse(&steps, "scenario.toml", &board());
        let scenario = scenario.unwrap_or_else(|error| panic!("{error}\n{steps}"));
        let run = || {
            let sim = Sim::builder().board(board()).guest(Guest::from_bytes(WATCHER).unwrap()).seed(seed);
            sim.scenario(scenario.clone()).wires(true).run().unwrap()
        };
        let first = run();
        prop_assert_eq!(&first, &run());
        let report = first.scenario.unwrap();
        prop_assert_eq!(report.succeeded(), report.passed() == report.steps(), "{}\n{}", report, steps);
    }
}
