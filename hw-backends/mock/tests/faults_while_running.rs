//! Faults that come and go while a bus works, chance of one kind, and reads that are cut short.

mod support;

use device_abi::types::ErrorCode;
use hw_mock::{Fault, FaultPlan, Faulty, When};
use support::{Bus, read, run, write};

fn faulty(plan: FaultPlan) -> Faulty<Bus> {
    Faulty::new(0, Bus::default(), plan)
}

#[test]
fn a_rule_counts_from_when_it_was_added_and_only_so_often() {
    let mut bus = faulty(FaultPlan::new());
    let switch = bus.switch();
    let codes = |bus: &mut Faulty<Bus>, address, count: usize| -> Vec<_> {
        (0..count).map(|_| run(bus, 0, address, &[write(&[1])]).result.err()).collect()
    };
    assert_eq!(codes(&mut bus, 0x50, 2), [None, None]);
    let nack = Some(ErrorCode::NoAcknowledgeData);
    assert_eq!(switch.add(When::always().address(0x50).times(2), Fault::Nack { byte: 1 }), 1);
    assert_eq!(codes(&mut bus, 0x51, 1), [None]);
    assert_eq!(codes(&mut bus, 0x50, 4), [nack, nack, None, None]);
    // What cannot be disturbed does not use the rule up.
    assert_eq!(switch.add(When::always().times(1), Fault::Nack { byte: 1 }), 2);
    assert_eq!(run(&mut bus, 0, 0x50, &[read(2)]).result, Ok(vec![1, 2]));
    assert_eq!(codes(&mut bus, 0x50, 2), [nack, None]);
    switch.add(When::always().times(0), Fault::ArbitrationLost);
    assert_eq!(codes(&mut bus, 0x50, 1), [None]);
    assert_eq!(bus.log().count(), 3);
}

#[test]
fn cleared_faults_come_back_only_when_added_anew() {
    let mut bus = faulty(FaultPlan::new().seeded(1, 1_000_000));
    let switch = bus.switch();
    switch.clear(Some(0x50));
    assert!(
        run(&mut bus, 0, 0x50, &[]).result.is_ok() || bus.log().count() > 0,
        "chance is about all addresses"
    );
    switch.clear(None);
    let before = bus.log().count();
    for address in [0x50, 0x51] {
        switch.add(When::always().address(address), Fault::ArbitrationLost);
    }
    switch.clear(Some(0x50));
    assert_eq!(run(&mut bus, 0, 0x50, &[write(&[1])]).result, Ok(vec![]));
    assert_eq!(run(&mut bus, 0, 0x51, &[write(&[1])]).result, Err(ErrorCode::ArbitrationLost));
    switch.clear(None);
    assert_eq!(run(&mut bus, 0, 0x51, &[write(&[1])]).result, Ok(vec![]));
    assert_eq!(bus.log().count(), before + 1);
}

#[test]
fn clearing_everything_lets_a_stuck_bus_go() {
    let mut bus = faulty(FaultPlan::new());
    let switch = bus.switch();
    switch.add(When::always().times(1), Fault::StuckFor { ns: 1_000_000 });
    for at_ns in [0, 999_999] {
        assert_eq!(run(&mut bus, at_ns, 0x50, &[write(&[1])]).result, Err(ErrorCode::Bus));
    }
    switch.clear(None);
    assert_eq!(run(&mut bus, 999_999, 0x50, &[write(&[1])]).result, Ok(vec![]));
}

#[test]
fn a_stuck_bus_goes_with_the_rule_that_holds_it_and_no_other() {
    let mut bus = faulty(FaultPlan::new());
    let switch = bus.switch();
    let code = |bus: &mut Faulty<Bus>, at_ns| run(bus, at_ns, 0x50, &[write(&[1])]).result.err();
    switch.add(When::always().address(0x51), Fault::ArbitrationLost);
    switch.add(When::always().address(0x50).times(1), Fault::StuckFor { ns: 1_000_000 });
    assert_eq!(code(&mut bus, 0), Some(ErrorCode::Bus));
    switch.clear(Some(0x51));
    assert_eq!(code(&mut bus, 1), Some(ErrorCode::Bus));
    switch.clear(Some(0x50));
    assert_eq!(code(&mut bus, 2), None);
    // What is about every address stays.
    switch.add(When::always().times(1), Fault::StuckFor { ns: 1_000_000 });
    assert_eq!(code(&mut bus, 3), Some(ErrorCode::Bus));
    switch.clear(Some(0x50));
    assert_eq!(code(&mut bus, 4), Some(ErrorCode::Bus));
}

#[test]
fn a_short_read_that_nothing_is_short_for_says_so() {
    let mut bus = faulty(FaultPlan::new().rule(When::always(), Fault::ShortRead { bytes: 2 }));
    run(&mut bus, 0, 0x50, &[read(2)]);
    let said = bus.log().to_string();
    assert!(
        said.ends_with("\n  rule 1 could not disturb a transaction that reads no more than that; times: 1"),
        "{said}"
    );
}

#[test]
fn a_short_read_gives_the_idle_line_for_the_rest() {
    for (bytes, first, second) in [
        (0, vec![0xff, 0xff], vec![0xff, 0xff, 0xff]),
        (1, vec![1, 0xff], vec![0xff, 0xff, 0xff]),
        (3, vec![1, 2], vec![3, 0xff, 0xff]),
        (5, vec![1, 2], vec![3, 4, 5]),
    ] {
        let mut bus = faulty(FaultPlan::new().rule(When::always(), Fault::ShortRead { bytes }));
        let outcome = run(&mut bus, 0, 0x50, &[read(2), write(&[7]), read(3)]);
        assert_eq!(outcome.result, Ok([first, second].concat()), "{bytes}");
        assert_eq!(outcome.extra_ns, 7, "the wrapped bus's own");
        assert_eq!(bus.log().count(), u64::from(bytes < 5));
    }
    let mut bus = faulty(FaultPlan::new().rule(When::always(), Fault::ShortRead { bytes: 0 }));
    assert_eq!(run(&mut bus, 0, 0x50, &[write(&[1])]).result, Ok(vec![]), "nothing is read");
    assert_eq!(bus.log().count(), 0);
}

#[test]
fn a_short_read_goes_with_a_slow_chip_and_the_shortest_counts() {
    let plan = FaultPlan::new()
        .rule(When::always(), Fault::ShortRead { bytes: 2 })
        .rule(When::always(), Fault::Slow { extra_ns: 100 })
        .rule(When::always(), Fault::ShortRead { bytes: 1 });
    let outcome = run(&mut faulty(plan), 0, 0x50, &[read(3)]);
    assert_eq!((outcome.result, outcome.extra_ns), (Ok(vec![1, 0xff, 0xff]), 107));
}

#[test]
fn a_rate_is_about_one_kind_and_the_same_for_a_seed() {
    let hits = |seed, per_million, others: u32| -> Vec<bool> {
        let mut bus = faulty(FaultPlan::new());
        let switch = bus.switch();
        switch.add(When::always().rate(seed, per_million), Fault::ArbitrationLost);
        for _ in 0..others {
            // More rules do not change what the first one does.
            switch.add(When::always().rate(seed, 1_000_000).times(0), Fault::ArbitrationLost);
        }
        (0..1000).map(|_| run(&mut bus, 0, 0x50, &[write(&[1])]).result.is_err()).collect()
    };
    let count = |hits: &[bool]| hits.iter().filter(|hit| **hit).count();
    let some = hits(7, 200_000, 0);
    assert!((140..260).contains(&count(&some)), "{}", count(&some));
    assert_eq!(some, hits(7, 200_000, 3));
    assert_ne!(some, hits(8, 200_000, 0));
    assert_eq!((count(&hits(7, 0, 0)), count(&hits(7, 2_000_000, 0))), (0, 1000));
}

#[test]
fn two_rules_of_one_seed_draw_apart() {
    let mut bus = faulty(FaultPlan::new());
    for address in [0x50, 0x51] {
        bus.switch().add(When::always().address(address).rate(7, 500_000), Fault::ArbitrationLost);
    }
    let mut hits = |address| -> Vec<bool> {
        (0..64).map(|_| run(&mut bus, 0, address, &[write(&[1])]).result.is_err()).collect()
    };
    assert_ne!(hits(0x50), hits(0x51));
}

#[test]
fn two_buses_of_one_seed_draw_apart() {
    let plans = [
        FaultPlan::new().seeded(7, 500_000),
        FaultPlan::new().rule(When::always().rate(7, 500_000), Fault::ArbitrationLost),
    ];
    for plan in plans {
        let disturbed = |bus| -> Vec<_> {
            let mut bus = Faulty::new(bus, Bus::default(), plan.clone());
            for index in 0..64 {
                run(&mut bus, index * 2_000_000, 0x50, &[write(&[1])]);
            }
            bus.log().last().iter().map(|fault| (fault.transaction, fault.fault)).collect()
        };
        assert_eq!(disturbed(1), disturbed(1), "{plan}");
        assert_ne!(disturbed(0), disturbed(1), "{plan}");
        assert_ne!(disturbed(1), disturbed(2), "{plan}");
    }
    // A rule that a switch adds later.
    let hits = |number| -> Vec<_> {
        let mut bus = Faulty::new(number, Bus::default(), FaultPlan::new());
        bus.switch().add(When::always().rate(7, 500_000), Fault::ArbitrationLost);
        (0..64).map(|_| run(&mut bus, 0, 0x50, &[write(&[1])]).result.is_err()).collect()
    };
    assert_ne!(hits(0), hits(1));
}

#[test]
fn the_log_tells_of_rate_and_times() {
    let plan = FaultPlan::new()
        .rule(When::always().address(0x50).times(3), Fault::ShortRead { bytes: 2 })
        .rule(When::always().rate(42, 10_000), Fault::ArbitrationLost);
    assert_eq!(
        plan.to_string(),
        "rule 1: every transaction to 0x50, 3 times: short read of 2 bytes\n\
         rule 2: every transaction, seed 42: 10000 of 1000000: arbitration lost"
    );
}
