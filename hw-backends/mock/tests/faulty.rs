//! Injected faults: what the guest sees, what the chip hears, what the log says.

mod support;

use device_abi::types::ErrorCode;
use embedded_hal::i2c::{ErrorKind, NoAcknowledgeSource};
use hw_core::backend::BusError;
use hw_mock::{Cause, Fault, FaultPlan, Faulty, When};
use support::{Bus, OneChip, Step, read, run, write};

fn faulty(plan: FaultPlan) -> (Faulty<Bus>, Bus) {
    let bus = Bus::default();
    (Faulty::new(0, bus.clone(), plan), bus)
}

fn heard(bus: &Bus) -> Vec<Vec<Step>> {
    bus.0.lock().unwrap().iter().map(|(.., steps)| steps.clone()).collect()
}

#[test]
fn rules_that_come_to_nothing_are_named() {
    let plan = FaultPlan::new()
        .rule(When::always().nth(0), Fault::ArbitrationLost)
        .rule(When::always().address(0x51), Fault::ArbitrationLost)
        .rule(When::always().nth(2), Fault::Nack { byte: 9 })
        .rule(When::always().nth(1), Fault::Nack { byte: 3 });
    let (mut bus, _) = faulty(plan);
    for _ in 0..3 {
        // Byte 3 is read from the chip: the controller acknowledges it.
        assert_eq!(run(&mut bus, 0, 0x50, &[write(&[1]), read(2)]).result, Ok(vec![1, 2]));
    }
    assert_eq!(
        bus.log().to_string(),
        "i2c.0: faults injected: 0, in 3 transactions\n  \
           rule 1: transaction 0: arbitration lost\n  \
           rule 2: every transaction to 0x51: arbitration lost\n  \
           rule 3: transaction 2: no acknowledge at byte 9\n  \
           rule 4: transaction 1: no acknowledge at byte 3\n  \
           rule 1 disturbed nothing; transactions that it is about: 3\n  \
           rule 2 disturbed nothing; transactions that it is about: 0\n  \
           rule 3 could not disturb a transaction in which no chip acknowledges that byte; times: 1\n  \
           rule 4 could not disturb a transaction in which no chip acknowledges that byte; times: 1"
    );
}

#[test]
fn bytes_before_a_missing_acknowledge_reach_the_chip() {
    let steps = [write(&[0xa, 0xb]), read(3), write(&[0xc])];
    // W-address 0xa 0xb, R-address 3 bytes, W-address 0xc: bytes 0 1 2, 3 4 5 6, 7 8.
    let table: &[(u32, ErrorCode, &[Step])] = &[
        (0, ErrorCode::NoAcknowledgeAddress, &[]),
        (1, ErrorCode::NoAcknowledgeData, &[write(&[])]),
        (2, ErrorCode::NoAcknowledgeData, &[write(&[0xa])]),
        (3, ErrorCode::NoAcknowledgeAddress, &[write(&[0xa, 0xb])]),
        (7, ErrorCode::NoAcknowledgeAddress, &[write(&[0xa, 0xb]), read(3)]),
        (8, ErrorCode::NoAcknowledgeData, &[write(&[0xa, 0xb]), read(3), write(&[])]),
    ];
    for &(byte, code, chip) in table {
        let (mut bus, inner) = faulty(FaultPlan::new().rule(When::always(), Fault::Nack { byte }));
        let outcome = run(&mut bus, 0, 0x50, &steps);
        assert_eq!((outcome.result, outcome.acknowledged), (Err(code), byte), "byte {byte}");
        assert_eq!(heard(&inner).concat(), chip, "byte {byte}");
        let text =
            format!("i2c.0: transaction 1, to 0x50: no acknowledge at byte {byte}, injected by rule 1");
        assert_eq!(outcome.error, text);
    }
}

#[test]
fn the_chips_own_refusal_comes_first() {
    let plan = FaultPlan::new().rule(When::always(), Fault::Nack { byte: 2 });
    let mut bus = Faulty::new(0, OneChip::default(), plan);
    let outcome = run(&mut bus, 0, 0x51, &[write(&[1, 2])]);
    assert_eq!((outcome.result, outcome.acknowledged), (Err(ErrorCode::NoAcknowledgeAddress), 0));
    let own = BusError(ErrorKind::NoAcknowledge(NoAcknowledgeSource::Address));
    assert_eq!(outcome.error, own.to_string());
}

#[test]
fn a_fault_waits_for_a_transaction_that_comes_so_far() {
    let plan = FaultPlan::new()
        .rule(When::always().times(1), Fault::ShortRead { bytes: 0 })
        .rule(When::always().times(1), Fault::Nack { byte: 2 });
    let mut bus = Faulty::new(0, OneChip::default(), plan);
    let log = bus.log();
    let calls: [(u8, &[Step]); 4] =
        [(0x11, &[write(&[1, 2])]), (0x11, &[read(1)]), (0x50, &[write(&[1, 2])]), (0x50, &[read(1)])];
    let results = calls.map(|(address, steps)| run(&mut bus, 0, address, steps).result);
    let absent = Err(ErrorCode::NoAcknowledgeAddress);
    assert_eq!(results, [absent.clone(), absent, Err(ErrorCode::NoAcknowledgeData), Ok(vec![0xff])]);
    assert_eq!(log.last().iter().map(|fault| fault.transaction).collect::<Vec<_>>(), [3, 4]);
    let text = log.to_string();
    for line in [
        "i2c.0: faults injected: 2, in 4 transactions\n",
        "\n  rule 1 came too late for a transaction that had failed; times: 1\n",
        "\n  rule 2 came too late for a transaction that had failed; times: 1\n",
    ] {
        assert!(text.contains(line), "{text}");
    }
    assert!(!text.contains("disturbed nothing"), "{text}");
}

#[test]
fn chance_that_comes_too_late_is_not_told() {
    let mut bus = Faulty::new(0, OneChip::default(), FaultPlan::new().seeded(4711, 1_000_000));
    for index in 0..200 {
        run(&mut bus, index * 2_000_000, 0x11, &[write(&[1, 2])]);
    }
    let later = |fault: &hw_mock::Disturbed| matches!(fault.fault, Fault::Nack { byte } if byte > 0);
    assert!(!bus.log().last().iter().any(later), "{}", bus.log());
    assert!((100..200).contains(&bus.log().count()), "{}", bus.log());
}

#[test]
fn a_stuck_bus_comes_free_in_time() {
    let plan = FaultPlan::new().rule(When::always().nth(2), Fault::StuckFor { ns: 1_000 });
    let (mut bus, inner) = faulty(plan);
    let results = [0, 5_000, 5_999, 6_000].map(|at| run(&mut bus, at, 0x50, &[write(&[1])]).result);
    assert_eq!(results, [Ok(vec![]), Err(ErrorCode::Bus), Err(ErrorCode::Bus), Ok(vec![])]);
    assert_eq!(heard(&inner).len(), 2, "nobody hears anything on a stuck bus");
    assert_eq!(bus.log().last().iter().map(|fault| fault.transaction).collect::<Vec<_>>(), [2, 3]);
}

#[test]
fn rules_are_about_addresses_numbers_and_times() {
    let plan = FaultPlan::new()
        .rule(When::always().address(0x50).nth(2), Fault::ArbitrationLost)
        .rule(When::always().between(100, 200), Fault::Nack { byte: 0 });
    let (mut bus, _) = faulty(plan);
    let calls =
        [(0, 0x50), (1, 0x51), (2, 0x50), (3, 0x50), (99, 0x51), (100, 0x51), (199, 0x52), (200, 0x52)];
    let failed = calls.map(|(at, address)| run(&mut bus, at, address, &[write(&[1])]).result.err());
    let (lost, nack) = (Some(ErrorCode::ArbitrationLost), Some(ErrorCode::NoAcknowledgeAddress));
    assert_eq!(failed, [None, None, lost, None, None, nack, nack, None]);
    let causes = bus.log().last().iter().map(|fault| fault.cause).collect::<Vec<_>>();
    assert_eq!(causes, [Cause::Rule(1), Cause::Rule(2), Cause::Rule(2)]);
}

#[test]
fn delays_add_up_and_change_nothing_else() {
    let plan = FaultPlan::new()
        .rule(When::always(), Fault::Slow { extra_ns: 100 })
        .rule(When::always().nth(2), Fault::Slow { extra_ns: u64::MAX })
        .rule(When::always().nth(3), Fault::ArbitrationLost);
    let (mut bus, inner) = faulty(plan);
    let outcomes = [(); 3].map(|()| run(&mut bus, 0, 0x50, &[read(2)]));
    // The bus below takes 7 ns itself.
    assert_eq!(outcomes.each_ref().map(|outcome| outcome.extra_ns), [107, u64::MAX, 100]);
    assert_eq!(outcomes[1].result, Ok(vec![1, 2]));
    assert_eq!((heard(&inner).len(), bus.log().count()), (2, 5));
    let times: Vec<_> = inner.0.lock().unwrap().iter().map(|(at_ns, ..)| *at_ns).collect();
    assert_eq!(times, [100, u64::MAX], "the chip hears of it only then");
}

#[test]
fn the_seed_is_part_of_everything_that_is_shown() {
    let (mut bus, _) = faulty(FaultPlan::new().seeded(4711, 1_000_000));
    assert!(format!("{bus:?}").contains("seed: 4711"));
    let outcomes = (0..200).map(|index| run(&mut bus, index * 2_000_000, 0x50, &[write(&[1]), read(1)]));
    let errors = outcomes.map(|outcome| outcome.error).filter(|error| !error.is_empty()).collect::<Vec<_>>();
    assert!(errors.iter().all(|error| error.ends_with("injected by seed 4711")), "{errors:?}");
    for word in ["no acknowledge at byte 0", "byte 1", "byte 2", "arbitration lost", "bus stuck for"] {
        assert!(errors.iter().any(|error| error.contains(word)), "{word}: {errors:?}");
    }
    let log = bus.log();
    assert_eq!((log.count(), log.last().len()), (200, 64));
    let text = log.to_string();
    assert!(
        text.contains("\n  seed 4711: 1000000 of 1000000 transactions\n  the last 64 of them:\n"),
        "{text}"
    );
}

#[test]
fn the_first_rule_that_fails_a_transaction_ends_it() {
    let plan = FaultPlan::new()
        .rule(When::always(), Fault::ArbitrationLost)
        .rule(When::always().nth(1), Fault::Nack { byte: 0 })
        .rule(When::always(), Fault::Slow { extra_ns: 50 });
    let (mut bus, _) = faulty(plan);
    let outcome = run(&mut bus, 0, 0x50, &[write(&[1])]);
    assert_eq!((outcome.result, outcome.extra_ns), (Err(ErrorCode::ArbitrationLost), 0));
    let causes = bus.log().last().iter().map(|fault| fault.cause).collect::<Vec<_>>();
    assert_eq!(causes, [Cause::Rule(1)]);
}

/// Which of ten transactions seed 42 disturbs, and how; `steps` and `rules` are the first one's.
fn of_seed_42(steps: &[Step], rules: FaultPlan) -> Vec<(u64, String)> {
    let (mut bus, _) = faulty(rules.seeded(42, 500_000));
    for index in 0..10 {
        // Far enough apart for every stuck bus to be free again.
        let usual = [write(&[1, 2]), read(2)];
        run(&mut bus, index * 2_000_000, 0x50, if index == 0 { steps } else { &usual });
    }
    bus.log().last().iter().map(|fault| (fault.transaction, fault.fault.to_string())).collect()
}

#[test]
fn a_seed_means_the_same_faults_for_ever() {
    let usual = of_seed_42(&[write(&[1, 2]), read(2)], FaultPlan::new());
    let expected = [
        (1, "bus stuck for 146387 ns"),
        (3, "bus stuck for 737157 ns"),
        (4, "bus stuck for 149959 ns"),
        (5, "arbitration lost"),
    ];
    let expected = expected.map(|(transaction, fault)| (transaction, fault.to_owned()));
    assert_eq!(usual, expected);
    // Neither rules nor the shape of one transaction change what chance does to the later ones.
    let later = |faults: Vec<(u64, String)>| {
        faults.into_iter().filter(|(transaction, _)| *transaction > 1).collect::<Vec<_>>()
    };
    let rule = FaultPlan::new().rule(When::always().nth(1), Fault::ArbitrationLost);
    assert_eq!(later(of_seed_42(&[write(&[1, 2]), read(2)], rule)), later(usual.clone()));
    assert_eq!(later(of_seed_42(&[read(1)], FaultPlan::new())), later(usual));
}
