//! Any transactions: what holds for all lists, all plans, all seeds.

mod support;

use hw_mock::{Expectations, Fault, FaultPlan, Faulty, Transaction, When};
use proptest::{collection::vec, prelude::*};
use support::{Bus, Outcome, Step, run};

/// Bus, address, operations.
type Call = (u32, u8, Vec<Step>);

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let write = vec(any::<u8>(), 0..6).prop_map(Step::Write);
    let read = (1_usize..6).prop_map(Step::Read);
    vec(prop_oneof![write, read], 1..5)
}

fn calls() -> impl Strategy<Value = Vec<Call>> {
    vec((0_u32..3, 0_u8..0x80, steps()), 1..12)
}

/// A list that expects `calls`; reads are answered 1, 2, 3 … over the transaction.
fn expect(empty: Expectations, calls: &[Call]) -> Expectations {
    calls.iter().fold(empty, |expectations, (bus, address, steps)| {
        let mut next = 0;
        let transaction =
            steps.iter().fold(Transaction::new(*bus, *address), |transaction, step| match step {
                Step::Write(bytes) => transaction.write(bytes),
                Step::Read(len) => {
                    let answer = (next + 1..).take(*len).collect::<Vec<u8>>();
                    next += *len as u8;
                    transaction.read(answer)
                }
            });
        expectations.then(transaction)
    })
}

fn play(expectations: &Expectations, calls: &[Call]) -> Vec<Outcome> {
    calls.iter().map(|(bus, address, steps)| run(&mut expectations.bus(*bus), 0, *address, steps)).collect()
}

proptest! {
    #[test]
    fn what_is_expected_fits(calls in calls()) {
        let strict = expect(Expectations::strict(), &calls);
        let outcomes = play(&strict, &calls);
        prop_assert_eq!(strict.report(), Ok(()));
        for (outcome, (_, address, steps)) in outcomes.iter().zip(&calls) {
            let same = run(&mut Bus::default(), 0, *address, steps);
            prop_assert_eq!(&outcome.result, &same.result);
        }
    }

    #[test]
    fn another_address_is_found_where_it_is(calls in calls(), index in any::<prop::sample::Index>()) {
        let mut played = calls.clone();
        let index = index.index(calls.len());
        played[index].1 ^= 1;
        for empty in [Expectations::strict(), Expectations::per_bus()] {
            let expectations = expect(empty, &calls);
            play(&expectations, &played);
            let mismatch = expectations.report().unwrap_err();
            let deviation = mismatch.deviation.as_ref().unwrap();
            prop_assert_eq!(deviation.expected.as_ref().unwrap().0, index + 1);
            prop_assert_eq!(deviation.got.number, index as u64 + 1);
            // A later call that happens to be the one expected may have met it, and is then missing itself.
            prop_assert!(!mismatch.unmet.is_empty());
        }
    }

    #[test]
    fn buses_in_any_order_fit_per_bus(calls in calls()) {
        let mut sorted = calls.clone();
        sorted.sort_by_key(|(bus, ..)| *bus);
        let expectations = expect(Expectations::per_bus(), &calls);
        play(&expectations, &sorted);
        prop_assert_eq!(expectations.report(), Ok(()));
    }

    #[test]
    fn a_call_that_never_comes_is_unmet(calls in calls()) {
        let expectations = expect(Expectations::strict(), &calls);
        play(&expectations, &calls[..calls.len() - 1]);
        let mismatch = expectations.report().unwrap_err();
        prop_assert!(mismatch.deviation.is_none());
        let positions = mismatch.unmet.iter().map(|unmet| unmet.position).collect::<Vec<_>>();
        prop_assert_eq!(positions, vec![calls.len()]);
    }

    #[test]
    fn without_faults_nothing_is_changed(calls in calls(), seed in any::<u64>()) {
        let (plain, inner) = (Bus::default(), Bus::default());
        let mut faulty = Faulty::new(0, inner.clone(), FaultPlan::new().seeded(seed, 0));
        for (at, (_, address, steps)) in (0..).zip(&calls) {
            let outcome = run(&mut faulty, at, *address, steps);
            prop_assert_eq!(outcome, run(&mut plain.clone(), at, *address, steps));
        }
        prop_assert_eq!(&*plain.0.lock().unwrap(), &*inner.0.lock().unwrap());
        prop_assert_eq!((faulty.log().count(), faulty.log().transactions()), (0, calls.len() as u64));
    }

    #[test]
    fn one_seed_gives_the_same_faults(calls in calls(), seed in any::<u64>(), rate in 0_u32..=1_000_000) {
        let play = || {
            let inner = Bus::default();
            let mut bus = Faulty::new(0, inner.clone(), FaultPlan::new().seeded(seed, rate));
            let outcomes = (0..).zip(&calls).map(|(index, (_, address, steps))| {
                run(&mut bus, index * 100_000, *address, steps)
            });
            let outcomes = outcomes.collect::<Vec<_>>();
            let heard = inner.0.lock().unwrap().clone();
            (outcomes, heard, bus.log().last())
        };
        prop_assert_eq!(play(), play());
    }

    #[test]
    fn the_chip_hears_as_many_bytes_as_were_acknowledged(steps in steps(), byte in 0_u32..24) {
        let inner = Bus::default();
        let plan = FaultPlan::new().rule(When::always(), Fault::Nack { byte });
        let outcome = run(&mut Faulty::new(0, inner.clone(), plan), 0, 0x50, &steps);
        let heard = inner.0.lock().unwrap().clone();
        match outcome.result {
            Ok(_) => prop_assert_eq!(heard, vec![(0, 0x50, steps)]),
            Err(_) => {
                prop_assert_eq!(outcome.acknowledged, byte);
                let bytes = heard.iter().map(|(.., steps)| wire_bytes(steps)).sum::<usize>();
                // A repeated start's address that is not acknowledged leaves no trace at the chip.
                prop_assert_eq!(bytes, byte as usize);
            }
        }
    }
}

/// Bytes on the wires, addresses included.
fn wire_bytes(steps: &[Step]) -> usize {
    let mut reading = None;
    let bytes = steps.iter().map(|step| {
        let (reads, len) = match step {
            Step::Write(bytes) => (false, bytes.len()),
            Step::Read(len) => (true, *len),
        };
        let address = usize::from(reading != Some(reads));
        reading = Some(reads);
        address + len
    });
    bytes.sum()
}
