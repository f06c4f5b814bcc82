//! Suites that cannot be used: one clear message for each fault.

use std::{fs, sync::Arc};

use conformance::{Conformance, SimTarget, Suite, Verdict};

use crate::small::SmallSuite;

/// What loading the suite says, without the place where the suite is.
#[track_caller]
fn said(small: &SmallSuite) -> String {
    let error = Suite::load(small.cases()).map(|suite| panic!("{suite:?}")).unwrap_err();
    error.to_string().replace(&format!("{}/", small.root().display()), "")
}

#[test]
fn a_folder_that_is_not_there() {
    let error = Suite::load("no/such/folder").unwrap_err().to_string();
    assert!(error.starts_with("no/such/folder: cannot be read: "), "{error}");
}

#[test]
fn no_case() {
    let folder = tempfile::tempdir().unwrap();
    let error = Suite::load(folder.path()).unwrap_err().to_string();
    assert!(error.ends_with("no case in it; a case is <area>/<condition>/case.toml"), "{error}");
}

#[test]
fn a_condition_without_case_toml() {
    let small = SmallSuite::new();
    small.remove("cases/clock/now/case.toml");
    assert_eq!(said(&small), "cases/clock/now: has no case.toml");
}

#[test]
fn a_name_that_is_no_id() {
    let small = SmallSuite::new();
    small.copy_case("clock/now", "clock/Now Then");
    assert_eq!(said(&small), "cases/clock/Now Then: names are made of a to z, 0 to 9 and hyphens");
}

#[test]
fn no_guest() {
    let small = SmallSuite::new();
    small.remove("cases/clock/now/guest.wat");
    assert_eq!(said(&small), "cases/clock/now: no guest; make one of guest.wat, guest.hex, guest.rs");
}

#[test]
fn a_misspelt_file() {
    let small = SmallSuite::new();
    small.write("cases/clock/now/guest.wast", "(module)");
    assert_eq!(said(&small), "cases/clock/now/guest.wast: no file of a case (did you mean \"guest.wat\"?)");
}

#[test]
fn a_guest_that_is_no_module() {
    let small = SmallSuite::new();
    small.write("cases/clock/now/guest.wat", "(module\n  (fun))");
    assert!(said(&small).contains("cases/clock/now/guest.wat:2:4"), "{}", said(&small));
    small.remove("cases/clock/now/guest.wat");
    small.write("cases/clock/now/guest.hex", "0061736");
    assert_eq!(said(&small), "cases/clock/now/guest.hex: not pairs of hexadecimal digits");
}

#[test]
fn a_missing_trace() {
    let small = SmallSuite::new();
    small.remove("cases/clock/now/expect.trace");
    assert_eq!(
        said(&small),
        "cases/clock/now/expect.trace: is missing; `twinboard conform --bless --filter clock/now` writes it"
    );
}

#[test]
fn case_toml_is_read_strictly() {
    for (line, wanted) in [
        ("outcom = \"exit 0\"", "unknown key \"outcom\" in the file (did you mean \"outcome\"?)"),
        ("outcome = \"exti 0\"", "unknown outcome \"exti 0\" (did you mean \"exit\"?)"),
        ("outcome = 0", "\"outcome\" in the file must be a string, not the integer 0"),
        ("level = \"may\"", "unknown level \"may\" in the file (known: \"must\", \"should\")"),
        ("profiles = [\"esp32\"]", "unknown profile \"esp32\" (did you mean \"esp32c3\"?)"),
        ("profiles = []", "\"profiles\" names none"),
        ("args = \"one\"", "\"args\" in the file must be an array, not the string \"one\""),
        ("args = [1]", "\"args\" holds the integer 1, not a string"),
        ("seed = -1", "\"seed\" must be an integer from 0 to 2^63 - 1, not the integer -1"),
        ("limit-trace = 1.5", "\"limit-trace\" must be an integer from 0 to 2^63 - 1, not the number 1.5"),
        (
            "stop-after = \"10\"",
            "\"stop-after\": \"10\" is no duration; write it like \"10s\", \"5ms\", \"7us\" or \"1ns\"",
        ),
        ("[gpio.pins]\n2 = { labl = \"LED\" }", "unknown key \"labl\""),
        ("[board]\nprofile = \"esp32\"", "unknown profile \"esp32\""),
        ("level = ", "string values must be quoted"),
    ] {
        let small = SmallSuite::new();
        small.append("cases/clock/now/case.toml", &format!("\n{line}\n"));
        let said = said(&small);
        // Keys in a table are a line further down.
        let at = if line.contains('\n') { 5 } else { 4 };
        assert!(said.starts_with(&format!("cases/clock/now/case.toml:{at}: ")), "{line}: {said}");
        assert!(said.contains(wanted), "{line}: {said}");
    }
}

#[test]
fn a_flood_of_problems_is_cut() {
    let small = SmallSuite::new();
    let keys: String = (0..100).map(|number| format!("k{number} = 0\n")).collect();
    small.append("cases/clock/now/case.toml", &keys);
    let said = said(&small);
    assert_eq!(said.lines().count(), 21, "{said}");
    assert!(said.ends_with("\n… and 80 more problems"), "{said}");
}

#[test]
fn about_is_needed() {
    let small = SmallSuite::new();
    small.write("cases/clock/now/case.toml", "spec = [\"clock.now\"]\n");
    assert_eq!(said(&small), "cases/clock/now/case.toml:1: the file needs an \"about\"");
}

#[test]
fn a_citation_of_nothing() {
    let small = SmallSuite::new();
    small.write(
        "cases/clock/now/case.toml",
        "about = \"x\"\nspec = [\n  \"clock.now\",\n  \"clock.now#monotone\",\n]\n",
    );
    assert_eq!(
        said(&small),
        "cases/clock/now/case.toml:4: the spec has nothing that is cited as \"clock.now#monotone\" \
         (did you mean \"clock.now#monotonic\"?)"
    );
}

#[test]
fn a_board_in_two_places() {
    let small = SmallSuite::new();
    small.write("cases/clock/now/board.toml", "[gpio.pins]\n2 = {}\n");
    small.append("cases/clock/now/case.toml", "[gpio.pins]\n2 = {}\n");
    assert_eq!(said(&small), "cases/clock/now/case.toml: the board is in two places: here and in board.toml");
    small.remove("cases/clock/now/board.toml");
    small.write("cases/clock/now/case.toml", "about = \"x\"\nboard = \"b.toml\"\n[gpio.pins]\n2 = {}\n");
    assert_eq!(
        said(&small),
        "cases/clock/now/case.toml:2: the board is in a file and here; it must be in one place"
    );
}

#[test]
fn a_board_file_that_is_not_there_or_bad() {
    let small = SmallSuite::new();
    small.append("cases/clock/now/case.toml", "board = \"../../b.toml\"\n");
    assert!(
        said(&small).ends_with("cannot be read\ncases/clock/now/case.toml:3: named here"),
        "{}",
        said(&small)
    );
    small.write("cases/b.toml", "[gpio.pin]\n");
    assert!(said(&small).contains("b.toml:1: unknown key \"pin\""), "{}", said(&small));
}

#[test]
fn a_board_that_does_not_fit_a_profile() {
    let small = SmallSuite::new();
    small.append("cases/clock/now/case.toml", "[gpio.pins]\n40 = {}\n");
    let said = said(&small);
    assert!(said.ends_with("cases/clock/now/case.toml: does not fit profile \"esp32c3\""), "{said}");
}

#[test]
fn a_scenario_that_does_not_fit_a_profile() {
    let small = SmallSuite::new();
    small.write("cases/clock/now/scenario.toml", "[[step]]\ndrive = { pin = 30, level = \"low\" }\n");
    assert_eq!(
        said(&small),
        "cases/clock/now/scenario.toml:2: the board has no pin 30\n\
         cases/clock/now/scenario.toml: does not fit profile \"esp32c3\""
    );
    // What the board says of its own profile does not count.
    small.append("cases/clock/now/case.toml", "profiles = [\"desktop\"]\n[board]\nprofile = \"esp32c3\"\n");
    let suite = Suite::load(small.cases()).unwrap_or_else(|error| panic!("{error}"));
    let matrix = Conformance::new(suite).target(Arc::new(SimTarget::new())).run();
    assert_eq!(matrix.rows[0].cells[0].verdict, Verdict::Passed);
}

#[test]
fn a_scenario_that_fits_no_profile() {
    let small = SmallSuite::new();
    small.write("cases/clock/now/scenario.toml", "[[step]]\ndrive = { pin = 64, level = \"low\" }\n");
    assert_eq!(said(&small), "cases/clock/now/scenario.toml:2: the board has no pin 64");
}

#[test]
fn expectations_that_do_not_fit_a_profile() {
    let small = SmallSuite::new();
    small.write("cases/clock/now/expectations.toml", "[silent]\npins = [30]\n");
    assert_eq!(
        said(&small),
        "cases/clock/now/expectations.toml:2: the board has no pin 30\n\
         cases/clock/now/expectations.toml: does not fit profile \"esp32c3\""
    );
    small.append("cases/clock/now/case.toml", "profiles = [\"desktop\"]\n[board]\nprofile = \"esp32c3\"\n");
    let suite = Suite::load(small.cases()).unwrap_or_else(|error| panic!("{error}"));
    let matrix = Conformance::new(suite).target(Arc::new(SimTarget::new())).run();
    assert_eq!(matrix.rows[0].cells[0].verdict, Verdict::Passed);
}

#[test]
fn a_step_that_changes_nothing_beside_the_expectations() {
    let small = SmallSuite::new();
    small.append(
        "cases/clock/now/case.toml",
        "[gpio]\nparts = [ { model = \"button\", pin = 10, label = \"BOOT\" } ]\n",
    );
    small.write("cases/clock/now/scenario.toml", "[[step]]\npress = \"BOOT\"\n");
    small.write("cases/clock/now/expectations.toml", "[silent]\npins = [10]\n");
    assert_eq!(
        said(&small),
        "cases/clock/now/scenario.toml:1: step 1 (press \"BOOT\") changes nothing: expectations answer on pin 10"
    );
}

#[test]
fn all_problems_are_told_at_once() {
    let small = SmallSuite::new();
    small.append("cases/clock/now/case.toml", "levl = \"must\"\nsed = 0\n");
    small.copy_case("clock/now", "log/bad");
    small.write("cases/log/bad/guest.wat", "(");
    assert!(said(&small).lines().count() >= 5, "{}", said(&small));
}

#[test]
fn two_guests_that_differ() {
    let small = SmallSuite::new();
    // The same module with one call more.
    let other = fs::read_to_string(small.cases().join("clock/now/guest.wat")).unwrap();
    let other =
        wat::parse_str(other.replace("(i32.const 0)))", "(drop (call $now)) (i32.const 0)))")).unwrap();
    let hex: String = other.iter().map(|byte| format!("{byte:02x}")).collect();
    small.write("cases/clock/now/guest.hex", &hex);
    for bless in [false, true] {
        let suite = Suite::load(small.cases()).unwrap();
        let matrix = Conformance::new(suite).target(Arc::new(SimTarget::new())).bless(bless).run();
        let Verdict::Failed(text) = &matrix.rows[0].cells[0].verdict else { panic!("{matrix:?}") };
        assert!(
            text.starts_with(
                "guest.hex on desktop and guest.wat on desktop have different traces, but all runs"
            ),
            "{text}"
        );
        assert!(!matrix.is_good());
    }
}

#[test]
fn a_guest_that_is_not_built() {
    let small = SmallSuite::new();
    small.write("cases/clock/now/guest.rs", "");
    let suite = Suite::load(small.cases()).unwrap();
    let matrix = Conformance::new(suite).target(Arc::new(SimTarget::new())).run();
    let Verdict::Failed(text) = &matrix.rows[0].cells[0].verdict else { panic!("{matrix:?}") };
    assert_eq!(text, "guest.rs is not built; run `cargo xtask guests`");
}

#[test]
fn blessing_writes_the_trace_and_nothing_else() {
    let small = SmallSuite::new();
    let expected = fs::read_to_string(small.cases().join("clock/now/expect.trace")).unwrap();
    small.write("cases/clock/now/expect.trace", "old\n");
    let bless = || {
        let suite = Suite::load_to_bless(small.cases()).unwrap();
        Conformance::new(suite).target(Arc::new(SimTarget::new())).bless(true).run()
    };
    assert_eq!(bless().rows[0].cells[0].verdict, Verdict::Blessed);
    assert_eq!(fs::read_to_string(small.cases().join("clock/now/expect.trace")).unwrap(), expected);
    assert_eq!(bless().rows[0].cells[0].verdict, Verdict::Passed);

    // An outcome is for people to decide.
    small.append("cases/clock/now/case.toml", "outcome = \"exit 1\"\n");
    assert!(matches!(bless().rows[0].cells[0].verdict, Verdict::Failed(_)));
}
