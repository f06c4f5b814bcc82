//! The runner's self-test: targets that are broken in small ways, each of which must be caught.

use std::{sync::Arc, thread, time::Duration};

use conformance::{
    Capabilities, Conformance, Job, Matrix, Seen, SimTarget, Suite, Target, TargetError, Verdict,
};

/// A case whose last call reads a byte, and that takes time on a bus.
const CASE: &str = "i2c/two-handles";

type Break = fn(&Job, Seen) -> Result<Seen, TargetError>;

/// The simulator, broken.
struct Broken(Break);

impl Target for Broken {
    fn name(&self) -> &str {
        "broken"
    }

    fn capabilities(&self) -> Capabilities {
        SimTarget::new().capabilities()
    }

    fn run(&self, job: &Job) -> Result<Seen, TargetError> {
        (self.0)(job, SimTarget::new().run(job)?)
    }
}

fn suite(patterns: &[&str]) -> Suite {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../cases");
    let suite = Suite::load(folder).unwrap_or_else(|error| panic!("{error}")).matching(patterns);
    assert!(!suite.cases().is_empty(), "{patterns:?}");
    suite
}

fn run(patterns: &[&str], broken: Break) -> Matrix {
    Conformance::new(suite(patterns)).target(Arc::new(Broken(broken))).run()
}

/// What the report says of the only case.
#[track_caller]
fn caught(broken: Break, wanted: &str) {
    let matrix = run(&[CASE], broken);
    assert!(!matrix.is_good());
    let Verdict::Failed(text) = &matrix.rows[0].cells[0].verdict else { panic!("{matrix:?}") };
    assert!(text.contains(wanted), "{text}");
}

/// The records of a trace, each with its bytes.
fn records(trace: &[u8]) -> Vec<Vec<u8>> {
    let (mut records, mut rest) = (Vec::new(), trace);
    while let Some(length) = rest.first_chunk::<4>() {
        let (record, after) = rest.split_at(u32::from_le_bytes(*length) as usize);
        records.push(record.to_vec());
        rest = after;
    }
    records
}

/// Changes the start of record `at` by `ns`.
fn shift(seen: &mut Seen, at: usize, ns: i64) {
    let mut all = records(&seen.trace);
    let start = all[at].get_mut(8..16).unwrap();
    let time = u64::from_le_bytes((&*start).try_into().unwrap()).wrapping_add_signed(ns);
    start.copy_from_slice(&time.to_le_bytes());
    seen.trace = all.concat();
}

#[test]
fn a_target_that_is_not_broken_conforms() {
    let matrix = run(&[CASE], |_, seen| Ok(seen));
    assert!(matrix.is_good(), "{matrix:?}");
}

#[test]
fn another_byte_is_caught() {
    caught(
        |_, mut seen| {
            *seen.trace.last_mut().unwrap() += 1;
            Ok(seen)
        },
        "expected and seen differ at call 4",
    );
}

#[test]
fn swapped_calls_are_caught() {
    caught(
        |_, mut seen| {
            let mut all = records(&seen.trace);
            all.swap(1, 2);
            seen.trace = all.concat();
            Ok(seen)
        },
        "expected and seen differ at call 2",
    );
}

#[test]
fn a_nanosecond_too_late_is_caught() {
    caught(
        |_, mut seen| {
            shift(&mut seen, 3, 1);
            Ok(seen)
        },
        "seen is 0.001 us later",
    );
}

#[test]
fn a_microsecond_too_early_is_caught() {
    caught(
        |_, mut seen| {
            shift(&mut seen, 3, -1000);
            Ok(seen)
        },
        "seen is 1 us earlier",
    );
}

#[test]
fn an_end_that_is_a_nanosecond_late_is_caught() {
    caught(
        |_, mut seen| {
            seen.device_time_ns += 1;
            Ok(seen)
        },
        "seen is 0.001 us later",
    );
}

#[test]
fn a_lost_call_is_caught() {
    caught(
        |_, mut seen| {
            seen.trace = records(&seen.trace)[1..].concat();
            Ok(seen)
        },
        "1 only in expected",
    );
}

#[test]
fn a_repeated_call_is_caught() {
    caught(
        |_, mut seen| {
            let all = records(&seen.trace);
            seen.trace.extend(all.last().unwrap());
            Ok(seen)
        },
        "1 only in seen",
    );
}

#[test]
fn a_silent_target_is_caught() {
    caught(
        |_, mut seen| {
            seen.trace.clear();
            Ok(seen)
        },
        "only in expected",
    );
}

#[test]
fn a_call_of_another_app_is_caught() {
    caught(
        |_, mut seen| {
            seen.trace[6] = 1;
            Ok(seen)
        },
        "(app 1)",
    );
}

#[test]
fn a_trace_that_is_cut_off_is_caught() {
    caught(
        |_, mut seen| {
            seen.trace.pop();
            Ok(seen)
        },
        "record 4 of the trace is broken",
    );
}

#[test]
fn another_outcome_is_caught_with_the_last_calls() {
    caught(
        |_, mut seen| {
            seen.outcome = "exit 1".to_owned();
            Ok(seen)
        },
        "ends with `exit 1`, expected `exit 0`; its last calls:\n",
    );
}

#[test]
fn a_profile_that_behaves_otherwise_is_named() {
    caught(
        |job, mut seen| {
            if job.profile.name == "esp32c3" {
                shift(&mut seen, 3, 1);
            }
            Ok(seen)
        },
        "guest.wat on esp32c3 and guest.wat on desktop have different traces",
    );
}

#[test]
fn a_panic_is_caught() {
    caught(|_, _| panic!("out of cheese"), "it panicked: out of cheese");
}

#[test]
fn a_failure_is_caught() {
    caught(|_, _| Err(TargetError::Failed("nobody at the port".to_owned())), "nobody at the port");
}

#[test]
fn a_target_that_hangs_is_given_up() {
    let hanging = Broken(|_, _| {
        loop {
            thread::park();
        }
    });
    let conformance = Conformance::new(suite(&["i2c/*"])).target(Arc::new(hanging)).jobs(1);
    let matrix = conformance.patience(Duration::from_millis(100)).run();
    assert!(!matrix.is_good());
    let details: Vec<String> = matrix.rows.iter().filter_map(|row| row.cells[0].verdict.detail()).collect();
    assert_eq!(details.len(), matrix.rows.len());
    assert!(details[..3].iter().all(|detail| detail.contains("no answer within 100ms")), "{details:?}");
    // It would take long to wait for each.
    assert!(details[3..].iter().all(|detail| detail.contains("it is given up, for it has hung 3 times")));
}

#[test]
fn a_target_that_runs_nothing_does_not_conform() {
    let matrix = run(&["i2c/*"], |_, _| Err(TargetError::CannotRun("no".to_owned())));
    assert!(matrix.rows.iter().all(|row| matches!(row.cells[0].verdict, Verdict::Skipped(_))));
    assert!(!matrix.is_good());
}

#[test]
fn refusals_are_compared_too() {
    let accepts = |_: &Job, _: Seen| Ok(Seen { outcome: "exit 0".to_owned(), ..Seen::default() });
    assert!(!run(&["refused/wasi"], accepts).is_good());
    let calls = |_: &Job, seen: Seen| Ok(Seen { device_time_ns: 1, ..seen });
    assert!(!run(&["refused/wasi"], calls).is_good());
}

#[test]
fn without_keep_going_nothing_is_begun_after_a_failure() {
    let target = Arc::new(Broken(|_, _| Err(TargetError::Failed("broken".to_owned()))));
    let matrix = Conformance::new(suite(&["i2c/*"])).target(target).jobs(1).keep_going(false).run();
    assert_eq!(matrix.counts(0)["FAIL"], 1);
    assert_eq!(matrix.counts(0)["not run"], matrix.rows.len() - 1);
    assert!(!matrix.is_good());
}
