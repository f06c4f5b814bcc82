//! What generated programs are like.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::Arc,
};

use device_abi::{FUNCTIONS, Function, Profile, trace::Records};

use super::{
    Options, Program, Report,
    nasty::Nasty,
    program::{Calls, Guest, Step},
    run,
};
use crate::{Capabilities, Conformance, Job, Seen, SimTarget, Suite, Target, TargetError};

fn profiles() -> Vec<&'static Profile> {
    Profile::ALL.iter().collect()
}

fn program(number: u64) -> Program {
    Program::generate(7, number, &profiles())
}

#[test]
fn a_seed_and_a_number_are_one_program() {
    for number in 0..50 {
        assert_eq!(program(number), program(number), "program {number}");
        assert_eq!(program(number).module(), program(number).module(), "module {number}");
        assert_ne!(program(number), program(number + 1), "program {number}");
        assert_ne!(program(number), Program::generate(8, number, &profiles()), "program {number}");
    }
}

#[test]
fn every_world_can_be_built() {
    for number in 0..500 {
        let job = program(number).world.job(Vec::new());
        assert!(job.is_ok(), "program {number}: {}", job.unwrap_err());
    }
}

/// The functions that steps call, also inside others.
fn called(steps: &[Step], all: &mut BTreeSet<Function>) {
    for step in steps {
        match step {
            Step::Call { function, .. } => _ = all.insert(*function),
            Step::Repeat { steps, .. } | Step::IfFailed { steps, .. } => called(steps, all),
            _ => {}
        }
    }
}

#[test]
fn every_function_and_every_way_to_be_nasty_is_there() {
    let (mut functions, mut nasty) = (BTreeSet::new(), BTreeSet::new());
    for number in 0..2000 {
        let program = program(number);
        if let Guest::Calls(Calls { run, .. }) = &program.guest {
            called(run, &mut functions);
        }
        nasty.extend(program.nasty);
    }
    assert_eq!(functions.len(), FUNCTIONS.len(), "{functions:?}");
    let missing: Vec<_> = Nasty::ALL.iter().filter(|way| !nasty.contains(way)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn programs_get_far_and_end_in_many_ways() {
    let (mut outcomes, mut functions) = (BTreeMap::new(), BTreeMap::<_, u32>::new());
    for number in 0..300 {
        let program = program(number);
        let seen = SimTarget::new().run(&program.world.job(program.module()).unwrap()).unwrap();
        for record in Records::new(&seen.trace) {
            *functions.entry(record.function.full_name).or_default() += 1;
        }
        let word = seen.outcome.split(' ').next().unwrap_or_default().to_owned();
        *outcomes.entry(word).or_insert(0) += 1;
    }
    for word in ["exit", "trap", "refused", "limit", "stopped"] {
        assert!(outcomes.contains_key(word), "no program ends with {word}: {outcomes:?}");
    }
    assert_eq!(functions.len(), FUNCTIONS.len(), "{functions:?}");
    assert!(functions.values().sum::<u32>() > 3000, "the programs do too little: {functions:?}");
}

/// The simulator, with a fault of its own: it says that toggling worked twice.
#[derive(Debug)]
struct Broken;

impl Target for Broken {
    fn name(&self) -> &str {
        "broken"
    }

    fn capabilities(&self) -> Capabilities {
        SimTarget::new().capabilities()
    }

    fn run(&self, job: &Job) -> Result<Seen, TargetError> {
        let mut seen = SimTarget::new().run(job)?;
        if Records::new(&seen.trace).any(|record| record.function.function == Function::GpioToggle) {
            seen.device_time_ns += 1;
        }
        Ok(seen)
    }
}

fn compare(options: &Options, target: impl Target + 'static) -> Report {
    run(options, &[Arc::new(SimTarget::new()), Arc::new(target)], |_| ())
}

#[test]
fn the_simulator_agrees_with_itself() {
    let report = compare(&Options::new(1, 100), SimTarget::new());
    assert!(report.is_good(), "{report}");
    assert_eq!((report.programs, report.unspecified), (100, 0));
    assert!(report.trace_bytes > 10_000, "{report}");
}

#[test]
fn nothing_run_is_not_good() {
    assert!(!compare(&Options::new(1, 0), SimTarget::new()).is_good());
}

#[test]
fn a_planted_fault_is_found_and_made_small() {
    let folder = tempfile::tempdir().unwrap();
    let cases = Some(folder.path().to_owned());
    let report = compare(&Options { differences: 1, jobs: 1, cases, ..Options::new(3, 200) }, Broken);
    assert!(!report.is_good());
    let difference = &report.differences[0];
    assert_eq!(difference.target, "broken");
    assert!(difference.what.contains("0.001 us later"), "{}", difference.what);

    let suite = Suite::load(folder.path()).unwrap();
    let [case] = suite.cases() else { panic!("{:?}", suite.cases().len()) };
    assert_eq!(case.id, format!("generated/seed-3-program-{}", difference.number));
    let trace = case.expected.as_deref().unwrap_or_default();
    assert_eq!(
        trace,
        "         0.000 us  gpio.toggle     pin=0 -> error invalid-handle\n         1.000 us  end\n"
    );
    let texts = ["guest.wat", "board.toml"].map(|file| read(&folder.path().join(&case.id).join(file)));
    assert!(!texts[0].contains("global.set") && !texts[1].contains("model"), "{texts:#?}");

    let matrix = Conformance::new(suite).target(Arc::new(SimTarget::new())).run();
    assert!(matrix.is_good(), "{}", crate::report::text(&matrix));

    let again = compare(&Options { first: difference.number, ..Options::new(3, 1) }, Broken);
    assert_eq!(again.differences[0].what, difference.what, "one program alone is the same one");
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A target that is gone when it is asked for an I2C transaction.
#[derive(Debug)]
struct Gone;

impl Target for Gone {
    fn name(&self) -> &str {
        "gone"
    }

    fn capabilities(&self) -> Capabilities {
        SimTarget::new().capabilities()
    }

    fn run(&self, job: &Job) -> Result<Seen, TargetError> {
        let seen = SimTarget::new().run(job)?;
        let gone =
            Records::new(&seen.trace).any(|record| record.function.function == Function::I2cTransaction);
        if gone { Err(TargetError::Failed("the line is closed".to_owned())) } else { Ok(seen) }
    }
}

#[test]
fn a_target_that_fails_is_a_difference() {
    let report = compare(&Options { differences: 1, ..Options::new(3, 300) }, Gone);
    assert_eq!(report.differences[0].what, "gone: the line is closed");
}
