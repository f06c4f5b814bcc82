//! Known failures, SHOULD, several targets, and what reports say of them.

use std::sync::{Arc, Mutex};

use conformance::{
    Capabilities, Conformance, Job, Matrix, Seen, SimTarget, Suite, Target, TargetError, Verdict, report,
};

use crate::small::SmallSuite;

/// The simulator, late by a microsecond at each end.
struct Late;

impl Target for Late {
    fn name(&self) -> &str {
        "late"
    }

    fn capabilities(&self) -> Capabilities {
        let identity = vec![("firmware".to_owned(), "<1|0> & \"later\"\u{1b}[31m".to_owned())];
        Capabilities { identity, runs: 1, ..SimTarget::new().capabilities() }
    }

    fn run(&self, job: &Job) -> Result<Seen, TargetError> {
        let seen = SimTarget::new().run(job)?;
        Ok(Seen { device_time_ns: seen.device_time_ns + 1000, ..seen })
    }
}

fn suite(small: &SmallSuite) -> Suite {
    Suite::load(small.cases()).unwrap_or_else(|error| panic!("{error}"))
}

fn verdict(small: &SmallSuite, target: Arc<dyn Target>) -> (Verdict, bool) {
    let suite = suite(small);
    let known = suite.known(target.name()).unwrap();
    let matrix = Conformance::new(suite).target_with(target, known).run();
    (matrix.rows[0].cells[0].verdict.clone(), matrix.is_good())
}

#[test]
fn a_known_failure_is_no_failure() {
    let small = SmallSuite::new();
    small.write("known/late.toml", "\"clock/now\" = { why = \"a slow crystal\" }");
    let (verdict, is_good) = verdict(&small, Arc::new(Late));
    assert!(
        matches!(&verdict, Verdict::KnownFailure { why, seen } if why == "a slow crystal" && seen.contains("1 us later"))
    );
    assert!(is_good);
}

#[test]
fn an_unexpected_pass_is_one() {
    let small = SmallSuite::new();
    small.write("known/sim.toml", "\"clock/now\" = { why = \"a slow crystal\" }");
    let (verdict, is_good) = verdict(&small, Arc::new(SimTarget::new()));
    assert!(matches!(verdict, Verdict::UnexpectedPass { .. }), "{verdict:?}");
    assert!(!is_good);
}

#[test]
fn what_should_be_may_be_otherwise() {
    let small = SmallSuite::new();
    small.append("cases/clock/now/case.toml", "level = \"should\"\n");
    let (verdict, is_good) = verdict(&small, Arc::new(Late));
    assert!(matches!(verdict, Verdict::Deviated(_)), "{verdict:?}");
    assert!(is_good);
}

#[test]
fn known_failures_of_cases_that_are_not_there_are_refused() {
    let small = SmallSuite::new();
    small.write("known/late.toml", "\"clock/no\" = { why = \"a slow crystal\" }");
    let error = suite(&small).known("late").unwrap_err().to_string();
    assert!(
        error.ends_with("late.toml:1: the suite has no case \"clock/no\" (did you mean \"clock/now\"?)"),
        "{error}"
    );
}

#[test]
fn a_case_for_another_profile_is_skipped() {
    struct Chip;
    impl Target for Chip {
        fn name(&self) -> &str {
            "chip"
        }
        fn capabilities(&self) -> Capabilities {
            Capabilities { profiles: vec![&sim_host::Profile::ESP32C3], ..Capabilities::default() }
        }
        fn run(&self, job: &Job) -> Result<Seen, TargetError> {
            SimTarget::new().run(job)
        }
    }
    let small = SmallSuite::new();
    small.append("cases/clock/now/case.toml", "profiles = [\"desktop\"]\n");
    let (verdict, is_good) = verdict(&small, Arc::new(Chip));
    assert_eq!(verdict, Verdict::Skipped("it is no desktop".to_owned()));
    assert!(!is_good, "no case ran");
}

/// Two cases on two targets; the late one fails both.
fn matrix() -> Matrix {
    let small = SmallSuite::new();
    small.copy_case("clock/now", "log/nothing");
    let rows = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&rows);
    let matrix = Conformance::new(suite(&small))
        .target(Arc::new(SimTarget::new()))
        .target(Arc::new(Late))
        .on_row(move |row| told.lock().unwrap().push(report::line(row)))
        .run();
    let rows = rows.lock().unwrap().clone();
    let wanted = ["clock/now", "log/nothing"].map(|id| format!("{id:<48} pass       FAIL"));
    assert_eq!(rows, wanted);
    matrix
}

#[test]
fn the_summary_says_what_failed_and_how_many() {
    let text = report::text(&matrix());
    assert!(text.contains("FAIL clock/now on late: each call costs the same"), "{text}");
    assert!(text.contains("sim: 2 pass; "), "{text}");
    assert!(text.contains("late: 2 FAIL; "), "{text}");
    assert!(text.contains("does not conform (2 cases, "), "{text}");
    assert!(!text.contains('\u{1b}'), "{text:?}");
}

#[test]
fn junit_is_xml_with_a_failure_for_each() {
    let xml = report::junit(&matrix());
    let mut reader = quick_xml::Reader::from_str(&xml);
    let (mut cases, mut failures) = (0, 0);
    loop {
        match reader.read_event().unwrap_or_else(|error| panic!("{error} in\n{xml}")) {
            quick_xml::events::Event::Start(tag) | quick_xml::events::Event::Empty(tag) => {
                tag.attributes().for_each(|attribute| drop(attribute.unwrap()));
                match tag.name().as_ref() {
                    "testcase" => cases += 1,
                    "failure" => failures += 1,
                    _ => {}
                }
            }
            quick_xml::events::Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!((cases, failures), (4, 2), "{xml}");
    assert!(
        xml.contains("<testsuite name=\"late\" tests=\"2\" failures=\"2\" errors=\"0\" skipped=\"0\""),
        "{xml}"
    );
}

#[test]
fn json_has_configuration_and_verdicts() {
    let json: serde_json::Value = serde_json::from_str(&report::json(&matrix())).unwrap();
    assert_eq!(json["conforms"], false);
    assert_eq!(json["configuration"]["cases"], "2");
    assert_eq!(json["targets"][1]["counts"]["FAIL"], 2);
    assert_eq!(json["cases"][0]["id"], "clock/now");
    assert_eq!(json["cases"][0]["verdicts"][1]["verdict"], "fail");
    assert_eq!(json["cases"][0]["spec"][0], "clock.now#monotonic");
}

#[test]
fn markdown_has_the_matrix() {
    let text = report::markdown(&matrix());
    assert!(text.contains("| case | rule | sim | late |\n|---|---|---|---|\n| clock/now |"), "{text}");
    assert!(text.contains("## clock/now on late: FAIL"), "{text}");
    assert!(text.contains("&lt;1\\|0>"), "{text}");
}

#[test]
fn every_failure_in_which_chance_had_a_part_says_its_seed() {
    const SEED: &str = "faults by chance came from seed 9";
    const FAULT: &str = "[[step]]\nfault = { i2c = 0, kind = \"nack\", rate = 0.5 }\n";
    const UNREACHED: &str = "[[step]]\nat-ms = 50\nend = true\n";
    const SILENT: &str = "[[expect]]\ni2c = 0\naddress = 0x48\nwrite = \"00\"\n";
    let bad_trace = "         0.000 us  end\n";
    for (what, scenario, outcome, trace, expectations) in [
        ("the outcome", FAULT.to_owned(), "exit 1", None, None),
        ("the trace", FAULT.to_owned(), "exit 0", Some(bad_trace), None),
        ("a step", FAULT.to_owned() + UNREACHED, "exit 0", None, None),
        ("a step and the outcome", FAULT.to_owned() + UNREACHED, "exit 1", None, None),
        ("an expectation", FAULT.to_owned(), "exit 0", None, Some(SILENT)),
    ] {
        let small = SmallSuite::new();
        small.append("cases/clock/now/case.toml", &format!("seed = 9\noutcome = \"{outcome}\"\n[i2c.0]\n"));
        small.write("cases/clock/now/scenario.toml", &scenario);
        trace.into_iter().for_each(|trace| small.write("cases/clock/now/expect.trace", trace));
        expectations.into_iter().for_each(|text| small.write("cases/clock/now/expectations.toml", text));
        let matrix = Conformance::new(suite(&small)).target(Arc::new(SimTarget::new())).run();
        assert!(matches!(matrix.rows[0].cells[0].verdict, Verdict::Failed(_)), "{what}: {matrix:?}");
        for report in [report::text, report::junit, report::json, report::markdown] {
            let report = report(&matrix);
            assert_eq!(report.matches(SEED).count(), 1, "{what}: {report}");
        }
    }
}

#[test]
fn a_failure_without_chance_says_no_seed() {
    let small = SmallSuite::new();
    small.append("cases/clock/now/case.toml", "outcome = \"exit 1\"\n[i2c.0]\n");
    small.write("cases/clock/now/scenario.toml", "[[step]]\nfault = { i2c = 0, kind = \"nack\" }\n");
    let matrix = Conformance::new(suite(&small)).target(Arc::new(SimTarget::new())).run();
    let text = report::text(&matrix);
    assert!(text.contains("ends with `exit 0`") && !text.contains("seed"), "{text}");
}

#[test]
fn what_the_scenario_missed_is_told_beside_another_outcome() {
    let small = SmallSuite::new();
    small.write(
        "cases/clock/now/scenario.toml",
        "[[step]]\nexpect-log = { contains = \"a\", within-ms = 0 }\n",
    );
    let matrix = Conformance::new(suite(&small)).target(Arc::new(SimTarget::new())).run();
    let text = report::text(&matrix);
    assert!(text.contains("ends with `stopped`, expected `exit 0`"), "{text}");
    assert!(text.contains("step 1 (expect-log \"a\") was not met within 0 ms"), "{text}");
}
