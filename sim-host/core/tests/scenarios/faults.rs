//! Faults that a scenario lets happen.

use sim_host::hw_board::expectations;

use crate::{board, messages, report, run, sim};

#[test]
fn a_fault_lasts_as_often_as_said() {
    let ran = run(r#"
        step = [
            { at-ms = 95, fault = { i2c = 0, address = 0x48, kind = "nack", byte = 1, times = 3 } },
            { expect-call = { function = "i2c.write-read", contains = "-> error no-acknowledge-data" } },
        ]"#);
    assert_eq!(report(&ran), "all 2 steps done");
    let errors: Vec<_> = messages(&ran).into_iter().filter(|(_, text)| *text == "bus error").collect();
    assert_eq!(errors.len(), 3, "{errors:?}");
    assert!(errors[0].0 >= 95, "{errors:?}");
}

#[test]
fn a_fault_lasts_until_it_is_cleared() {
    let ran = run(r#"
        step = [
            { at-ms = 95, fault = { i2c = 0, kind = "arbitration-lost" } },
            { after-ms = 100, clear-faults = { i2c = 0 } },
        ]"#);
    let errors = messages(&ran).into_iter().filter(|(_, text)| *text == "bus error");
    assert!(errors.clone().all(|(at, _)| (95..=195).contains(&at)));
    assert!((9..=10).contains(&errors.count()));
}

#[test]
fn a_stuck_bus_a_slow_chip_and_a_short_read_are_what_they_are() {
    let ran = run("step = [ { at-ms = 95, fault = { i2c = 0, kind = 'stuck', for-ms = 55, times = 1 } } ]");
    let errors: Vec<_> = messages(&ran).into_iter().filter(|(_, text)| *text == "bus error").collect();
    assert!((5..=6).contains(&errors.len()), "{errors:?}");

    let plain = run("step = [ { press = 'BOOT' } ]").device_time_ns;
    let slow = run(
        "step = [ { press = 'BOOT' }, { fault = { i2c = 0, kind = 'slow', extra-us = 250, times = 4 } } ]",
    );
    assert_eq!(slow.device_time_ns - plain, 4 * 250_000);

    let short =
        run("step = [ { at-ms = 95, fault = { i2c = 0, kind = 'short-read', bytes = 0, times = 1 } } ]");
    // The byte 0xff is no text: the guest's message is broken, and so is the guest.
    assert!(
        short.outcome.to_string().starts_with("trap abi-violation log.write message"),
        "{}",
        short.outcome
    );
}

#[test]
fn chance_comes_from_the_seed_which_a_failure_names() {
    let steps = |seed: &str| {
        format!(
            "{seed}\nstep = [ {{ fault = {{ i2c = 0, kind = 'arbitration-lost', rate = 0.5 }} }}, \
             {{ expect-log = {{ contains = 'never' }} }} ]"
        )
    };
    let errors = |text: &str, seed: u64| {
        let ran = sim(text).seed(seed).run().unwrap();
        let said = report(&ran);
        let errors = ran.messages().filter(|text| *text == "bus error").count();
        (errors, ran.trace, said)
    };
    let own = errors(&steps("seed = 5"), 1);
    assert!((30..70).contains(&own.0), "{}", own.0);
    assert_eq!(own.1, errors(&steps("seed = 5"), 2).1);
    assert!(own.2.contains("\n  faults by chance came from seed 5"), "{}", own.2);
    let (first, second) = (errors(&steps(""), 1), errors(&steps(""), 2));
    assert_ne!(first.1, second.1);
    assert!(second.2.contains("\n  faults by chance came from seed 2"), "{}", second.2);
}

#[test]
fn a_fault_happens_before_what_is_expected_of_the_bus_hears_of_it() {
    let list = "[[expect]]\ni2c = 0\naddress = 0x48\nwrite = '01'\nread = '5a'\n".repeat(99);
    let list = expectations::parse(&list, "expectations.toml", &board()).unwrap();
    let steps = "step = [ { fault = { i2c = 0, kind = 'nack', times = 1 } }, { expect-log = { contains = 'level Z' } } ]";
    let ran = sim(steps).expectations(list).run().unwrap();
    assert_eq!((report(&ran).as_str(), ran.mismatch), ("all 2 steps done", None));
    let texts: Vec<_> = ran.log.iter().map(|line| line.text.as_str()).collect();
    assert_eq!(texts, ["bus error", "level Z"], "one of 100 transactions failed, 99 were as expected");
}
