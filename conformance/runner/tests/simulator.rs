//! What the simulator does beyond what targets are compared by, shown by the suite's cases: runs repeat themselves,
//! with and without a trace; what is streamed is what is kept; outcomes are explained.

use std::{
    env, fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use conformance::{Case, Conformance, SimTarget, Suite, report};
use device_abi::{Limit, Outcome, RefusalWord, Trap, trace::Value};
use sim_host::{Guest, LogLine, Profile, Run, Sim, SimBuilder};

fn suite() -> Suite {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../cases");
    Suite::load(folder).unwrap_or_else(|error| panic!("{error}"))
}

/// A run of the case's first guest.
fn sim(case: &Case, profile: &'static Profile) -> SimBuilder {
    let module = case.guests[0].module.as_ref().unwrap();
    let mut sim = Sim::builder()
        .board(case.board.clone())
        .profile(profile)
        .guest(Guest::from_bytes(module).unwrap())
        .seed(case.seed)
        .args(case.args.clone())
        .limit_compute(case.limits.compute);
    if let Some(time) = case.limits.time {
        sim = sim.limit_time(time);
    }
    if let Some(time) = case.limits.stop_after {
        sim = sim.stop_after(time);
    }
    if let Some(bytes) = case.limits.trace_bytes {
        sim = sim.limit_trace(bytes);
    }
    sim
}

#[test]
fn it_conforms() {
    let suite = suite();
    let known = suite.known("sim").unwrap();
    let matrix = Conformance::new(suite).target_with(Arc::new(SimTarget::new()), known).run();
    assert!(matrix.is_good(), "{}", report::text(&matrix));
}

#[test]
fn runs_repeat_themselves_with_and_without_a_trace() {
    for case in suite().cases() {
        // About the host: where a watchdog strikes is chance, and without a trace its limit is none.
        if ["limit compute", "limit trace"].contains(&case.outcome.as_str()) {
            continue;
        }
        for profile in &case.profiles {
            let first = sim(case, profile).run().unwrap();
            let (again, streamed) = streamed(case, profile);
            assert_eq!(again, first, "{}", case.id);
            assert_eq!(streamed, (shown(&first.log), first.trace.to_string()), "{}", case.id);
            let untraced = sim(case, profile).record_trace(false).run().unwrap();
            assert_eq!(untraced.trace.bytes(), b"", "{}", case.id);
            assert_eq!(
                (&untraced.outcome, untraced.prose(), &untraced.log, untraced.device_time_ns),
                (&first.outcome, first.prose(), &first.log, first.device_time_ns),
                "{}",
                case.id
            );
        }
    }
}

/// A run, and what was shown of it while it went on: the messages and the calls.
fn streamed(case: &Case, profile: &'static Profile) -> (Run, (String, String)) {
    let (messages, calls) = <(Arc<Mutex<String>>, Arc<Mutex<String>>)>::default();
    let (log, trace) = (Arc::clone(&messages), Arc::clone(&calls));
    let sim = sim(case, profile).on_log(move |line| *log.lock().unwrap() += &format!("{line}\n"));
    let run = sim.on_trace(move |record| *trace.lock().unwrap() += &format!("{record}\n")).run().unwrap();
    let shown = (messages.lock().unwrap().clone(), calls.lock().unwrap().clone());
    (run, shown)
}

fn shown(log: &[LogLine]) -> String {
    log.iter().map(|line| format!("{line}\n")).collect()
}

#[test]
fn the_log_has_what_the_trace_has() {
    let mut messages = 0;
    for case in suite().cases() {
        let run = sim(case, case.profiles[0]).run().unwrap();
        let written = run.trace.calls("log.write").filter(|call| !call.args.is_empty());
        let written: Vec<_> =
            written.map(|call| (call.start_ns / 1000, format!("{:?}", call.args))).collect();
        let logged: Vec<_> = run
            .log
            .iter()
            .map(|line| {
                let args = [Value::Case(line.level.name()), Value::Text(&line.text, line.cut)];
                (line.time_us, format!("{args:?}"))
            })
            .collect();
        assert_eq!(logged, written, "{}", case.id);
        messages += logged.len();
    }
    assert!(messages > 20, "only {messages} messages in all cases");
}

#[test]
fn outcomes_are_explained() {
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/prose.txt");
    let found: String = suite()
        .cases()
        .iter()
        .filter_map(|case| {
            let explained = |profile| prose(&sim(case, profile).run().unwrap()).map(str::to_owned);
            let prose = explained(case.profiles[0]);
            let differs = case.profiles.iter().any(|profile| explained(profile) != prose);
            assert!(!differs, "{}: profiles differ", case.id);
            Some(format!("{}: {}\n", case.id, prose?))
        })
        .collect();
    if env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&path, &found).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap();
    let missing = expected.lines().filter(|line| !found.lines().any(|found| found == *line));
    let added = found.lines().filter(|line| !expected.lines().any(|expected| expected == *line));
    let wrong: Vec<String> =
        missing.map(|line| format!("-{line}")).chain(added.map(|line| format!("+{line}"))).collect();
    assert!(wrong.is_empty(), "{}\nUPDATE_EXPECT=1 rewrites tests/prose.txt", wrong.join("\n"));
}

/// What the simulator says of the outcome, as far as it is the same on every machine.
fn prose(run: &Run) -> Option<&str> {
    // What a module that is not valid is told comes from the validator, and varies with its version and features.
    if matches!(&run.outcome, Outcome::Refused(refusal) if refusal.word == RefusalWord::Invalid) {
        return None;
    }
    // Where exactly such a guest was caught is chance.
    let anywhere =
        matches!(run.outcome, Outcome::Limit(Limit::Compute) | Outcome::Trap(Trap::StackExhausted));
    run.prose().map(|prose| if anywhere { prose.split(", in ").next().unwrap_or(prose) } else { prose })
}
