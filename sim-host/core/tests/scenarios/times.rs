//! When steps happen.

use device_abi::log::Level;
use sim_host::{Outcome, Time};

use crate::{messages, report, run, sim, written_ns};

#[test]
fn a_button_is_pressed_and_let_go_and_a_chip_changes() {
    let ran = run(r#"
        step = [
            { at-ms = 105, press = "BOOT" },
            { after-ms = 100, release = "BOOT" },
            { at-ms = 300, set = { chip = "levels", level = 0x42 } },
        ]"#);
    assert_eq!((report(&ran).as_str(), ran.outcome), ("all 3 steps done", Outcome::Exit(0)));
    // The guest looks every 10 ms and a bit, which the calls and the bus take.
    let (pressed, released, level) = (&ran.log[1], &ran.log[2], &ran.log[3]);
    assert_eq!([pressed, released, level].map(|line| line.text.as_str()), ["pressed", "released", "level B"]);
    assert!((105_000..115_200).contains(&pressed.time_us), "{pressed:?}");
    assert!((205_000..215_200).contains(&released.time_us), "{released:?}");
    assert!((300_000..310_200).contains(&level.time_us), "{level:?}");
}

#[test]
fn steps_of_one_time_happen_in_the_order_of_the_file() {
    for (steps, expected) in [
        (
            "{ set = { chip = 'levels', level = 0x43 } }, { set = { chip = 'levels', level = 0x44 } }",
            "level D",
        ),
        (
            "{ set = { chip = 'levels', level = 0x44 } }, { at-ms = 0, set = { chip = 'levels', level = 0x43 } }",
            "level C",
        ),
    ] {
        let ran = run(&format!("step = [ {steps} ]"));
        assert_eq!(messages(&ran), [(0, expected)], "before the guest's first look");
    }
}

#[test]
fn the_end_is_exactly_where_the_file_says() {
    let ran = run("step = [ { at-ms = 123.456789, end = true } ]");
    assert_eq!((ran.outcome, ran.device_time_ns), (Outcome::Stopped, 123_456_789));
    assert!(ran.scenario.unwrap().succeeded());
    let ran = run("step = [ { end = true } ]");
    assert_eq!((ran.outcome, ran.device_time_ns, ran.log.len()), (Outcome::Stopped, 0, 0));
}

#[test]
fn steps_after_an_expectation_count_from_when_it_was_met() {
    let ran = run(r#"
        step = [
            { at-ms = 50, press = "BOOT" },
            { expect-log = { contains = "pres", level = "warn", within-ms = 20 } },
            { after-ms = 25, end = true },
        ]"#);
    let pressed_ns = written_ns(&ran)[1];
    assert_eq!(ran.log[1].level, Level::Warn);
    assert_eq!((ran.outcome, ran.device_time_ns), (Outcome::Stopped, pressed_ns + 25_000_000));
}

#[test]
fn a_call_is_seen_when_it_ends() {
    let ran = run(r#"
        step = [
            { at-ms = 50, expect-call = { function = "i2c.write-read", contains = "-> [41]" } },
            { expect-call = { function = "i2c.write-read" } },
            { end = true },
        ]"#);
    assert!(ran.scenario.unwrap().succeeded());
    let calls: Vec<_> = ran.trace.calls("i2c.write-read").filter(|call| call.start_ns > 50_000_000).collect();
    assert_eq!(calls.len(), 2, "nothing meets two steps");
    // 39 bits at 400 kHz (address, register, address, byte, start, repeated start, stop), and the call's own cost.
    assert_eq!(ran.device_time_ns, calls[1].start_ns + 39 * 2_500 + 1_000);
}

#[test]
fn the_message_itself_ends_the_run() {
    let ran = run(r#"step = [ { expect-log = { contains = "level A" } }, { end = true } ]"#);
    assert_eq!((ran.log.len(), ran.device_time_ns), (1, written_ns(&ran)[0]));
    assert_eq!(ran.trace.calls("log.write").count(), 1, "the call is kept whole");
}

#[test]
fn the_last_moment_of_an_expectation_counts() {
    let within = |ns: u64| {
        let ms = ns as f64 / 1e6;
        run(&format!("step = [ {{ expect-log = {{ contains = 'level A', within-ms = {ms} }} }} ]"))
    };
    let exact = written_ns(&run("step = [ { expect-log = { contains = 'level A' } } ]"))[0];
    let met = within(exact);
    assert!(met.scenario.as_ref().unwrap().succeeded(), "{}", report(&met));
    let missed = within(exact - 1);
    assert!(!missed.scenario.as_ref().unwrap().succeeded());
    assert_eq!((missed.outcome, missed.device_time_ns), (Outcome::Stopped, exact));
}

#[test]
fn a_scenario_and_its_board_do_not_change_a_guest_that_they_leave_alone() {
    let alone = sim_host::Sim::builder()
        .board(crate::board())
        .guest(sim_host::Guest::from_bytes(crate::WATCHER).unwrap())
        .run()
        .unwrap();
    let watched = run(r#"step = [ { expect-call = { function = "system.exit" } } ]"#);
    assert_eq!((&alone.trace, &alone.log), (&watched.trace, &watched.log));
    assert_eq!(alone.device_time_ns, watched.device_time_ns);
}

#[test]
fn nobody_needs_to_keep_the_trace_for_an_expectation() {
    let steps = r#"step = [ { expect-call = { function = "i2c.open" } }, { end = true } ]"#;
    let ran = sim(steps).record_trace(false).keep_log(false).run().unwrap();
    assert!(ran.scenario.unwrap().succeeded());
    assert_eq!((ran.trace.records().count(), ran.outcome), (0, Outcome::Stopped));
}

#[test]
fn edges_from_outside_are_on_the_wires() {
    let ran = sim("step = [ { at-ms = 33, press = 'BOOT' }, { at-ms = 66, release = 'BOOT' } ]").wires(true);
    let ran = ran.run().unwrap();
    let wires = ran.wires.to_string();
    for (ns, level) in [(33_000_000, "low"), (66_000_000, "high")] {
        let line = wires.lines().find(|line| line.contains(&ns.to_string()));
        assert!(line.is_some_and(|line| line.contains(level) && line.contains("outside")), "{wires}");
    }
}

#[test]
fn an_edge_during_a_transaction_has_its_own_time() {
    let ran = sim(r#"
        step = [
            { at-ms = 15, fault = { i2c = 0, kind = "slow", extra-us = 8000, times = 1 } },
            { at-ms = 24, press = "BOOT" },
        ]"#);
    let ran = ran.wires(true).run().unwrap();
    let slow = ran.trace.calls("i2c.write-read").find(|call| call.start_ns > 15_000_000).unwrap();
    assert!((16_000_000..24_000_000).contains(&slow.start_ns), "{slow:?}");
    assert!(ran.wires.to_string().lines().any(|line| line.contains("24000000") && line.contains("outside")));
    let file = ran.wires.vcd();
    let times =
        file.lines().filter_map(|line| line.strip_prefix('#')).map(|time| time.parse::<u64>().unwrap());
    assert!(times.clone().is_sorted() && times.clone().any(|time| time == 24_000_000), "{file}");
}

#[test]
fn real_time_keeps_the_times_of_the_file() {
    let steps = "step = [ { at-ms = 15, press = 'BOOT' }, { expect-log = { contains = 'pressed' } }, { after-ms = 5, end = true } ]";
    let (real, virtual_) = (sim(steps).time(Time::Real).run().unwrap(), run(steps));
    assert_eq!((&real.trace, real.device_time_ns), (&virtual_.trace, virtual_.device_time_ns));
    assert!(real.scenario.unwrap().succeeded());
}
