//! `twinboard conform`

use std::fs;

use crate::{Ran, twinboard};

const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../conformance/cases");

/// Runs `twinboard conform` on a suite.
fn conform(cases: &str, arguments: &[&str]) -> Ran {
    let mut all = vec!["conform", "--cases", cases];
    all.extend(arguments);
    twinboard(&all)
}

/// A suite of one case, which expects `outcome`.
fn suite(outcome: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let case = folder.path().join("cases/exit/zero");
    fs::create_dir_all(&case).unwrap();
    fs::write(case.join("case.toml"), format!("about = \"it ends\"\noutcome = {outcome:?}\n")).unwrap();
    let guest = "(module (memory (export \"memory\") 1) (func (export \"run\") (result i32) (i32.const 0)))";
    fs::write(case.join("guest.wat"), guest).unwrap();
    fs::write(case.join("expect.trace"), "         0.000 us  end\n").unwrap();
    let cases = folder.path().join("cases").display().to_string();
    (folder, cases)
}

#[test]
fn a_folder_that_is_no_suite_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let ran = conform(&folder.path().display().to_string(), &[]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(212), ""), "{ran:?}");
    assert!(ran.stderr.ends_with("no case in it; a case is <area>/<condition>/case.toml\n"), "{ran:?}");

    let (_folder, cases) = suite("exti 0");
    let ran = conform(&cases, &["--list"]);
    assert_eq!(ran.code, Some(212));
    assert!(
        ran.stderr.contains("case.toml:2: unknown outcome \"exti 0\" (did you mean \"exit\"?)"),
        "{ran:?}"
    );
}

#[test]
fn without_a_suite_it_says_how_to_give_one() {
    let folder = tempfile::tempdir().unwrap();
    let output = crate::program(&["conform"]).current_dir(folder.path()).output().unwrap();
    let ran = Ran::from(output);
    assert_eq!(ran.code, Some(204));
    assert!(ran.stderr.contains("say with --cases where they are"), "{ran:?}");
}

#[test]
fn wrong_arguments_are_told() {
    for (arguments, wanted) in [
        (["--target", "simm"], "can be sim, host, qemu"),
        (["--jobs", "0"], "'--jobs <N>'"),
        (["--patience", "0s"], "must be above 0"),
        (["--bless", "--target=host"], "only --target sim"),
        (["--list", "--bless"], "cannot be used with"),
        (["--ledger", "page.md"], "--date <DATE>"),
        (["--ledger=page.md", "--date=yesterday"], "is no date of the form 2026-01-31"),
    ] {
        let ran = conform(CASES, &arguments);
        assert_eq!(ran.code, Some(204), "{arguments:?}: {ran:?}");
        assert!(ran.stderr.contains(wanted), "{arguments:?}: {ran:?}");
    }
}

#[test]
fn cases_are_listed_with_their_rules() {
    let ran = conform(CASES, &["--list", "--filter", "exit/zero"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), "exit/zero: `run` returns 0\n"), "{ran:?}");
}

#[test]
fn a_part_of_the_suite_conforms() {
    let ran = conform(CASES, &["--filter", "exit/*", "--filter", "traps/u*", "--jobs", "2"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{ran:?}");
    let mut lines = ran.stdout.lines();
    assert_eq!(lines.next(), Some(format!("{:<48} sim", "case").as_str()));
    assert!(ran.stdout.contains(&format!("{:<48} pass\n", "traps/unreachable")), "{ran:?}");
    assert!(ran.stdout.contains("\nconforms ("), "{ran:?}");
}

#[test]
fn nothing_that_matches_is_not_conforming() {
    let ran = conform(CASES, &["--filter", "spy/*"]);
    assert_eq!(ran.code, Some(211), "{ran:?}");
    assert!(ran.stdout.contains("does not conform: no case ran"), "{ran:?}");
}

#[test]
fn a_failure_is_shown_and_reported() {
    let (folder, cases) = suite("exit 1");
    let file = |name: &str| folder.path().join(name).display().to_string();
    let [junit, json, markdown] = ["j.xml", "j.json", "j.md"].map(file);
    let ran = conform(&cases, &["--junit", &junit, "--json", &json, "--markdown", &markdown]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(211), ""), "{ran:?}");
    assert!(ran.stdout.contains("FAIL exit/zero on sim: it ends\n"), "{ran:?}");
    assert!(ran.stdout.contains("ends with `exit 0`, expected `exit 1`"), "{ran:?}");
    assert!(fs::read_to_string(junit).unwrap().contains("failures=\"1\""));
    let json: serde_json::Value = serde_json::from_str(&fs::read_to_string(json).unwrap()).unwrap();
    assert_eq!(json["cases"][0]["verdicts"][0]["verdict"], "fail");
    assert!(fs::read_to_string(markdown).unwrap().contains("| exit/zero | it ends | FAIL |"));
}

#[test]
fn a_report_that_cannot_be_written_is_a_fault() {
    let (folder, cases) = suite("exit 0");
    let nowhere = folder.path().join("no/such/folder/j.xml").display().to_string();
    let ran = conform(&cases, &["--junit", &nowhere]);
    assert_eq!(ran.code, Some(205), "{ran:?}");
    assert!(ran.stderr.contains("cannot be written"), "{ran:?}");
}

#[test]
fn a_ledger_is_looked_at_before_the_suite_is_run() {
    let (folder, cases) = suite("exit 0");
    let page = folder.path().join("ledger.md");
    let ledger = page.display().to_string();
    let wanted = ["--ledger", ledger.as_str(), "--date", "2026-01-31"];
    let ran = conform(&cases, &wanted);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(205), ""), "{ran:?}");
    assert!(ran.stderr.contains("cannot be read"), "{ran:?}");
    fs::write(&page, "# A page\n").unwrap();
    let ran = conform(&cases, &wanted);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(205), ""), "{ran:?}");
    assert!(ran.stderr.contains("is missing"), "{ran:?}");
    // A part of a suite is no run of it.
    let ran = conform(&cases, &[&wanted[..], &["--filter", "*"]].concat());
    assert_eq!(ran.code, Some(204), "{ran:?}");
}

#[test]
fn a_run_is_written_down_in_a_ledger() {
    let (folder, cases) = suite("exit 0");
    let page = folder.path().join("ledger.md");
    let begin = "<!-- runs: `twinboard conform --ledger` rewrites what is below -->";
    fs::write(&page, format!("# A page\n\n{begin}\n<!-- end of runs -->\n")).unwrap();
    let ran = conform(&cases, &["--ledger", &page.display().to_string(), "--date", "2026-01-31"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let page = fs::read_to_string(&page).unwrap();
    assert!(page.starts_with(&format!("# A page\n\n{begin}\n\n| target | board | last run |")), "{page}");
    assert!(page.contains("\n| sim |  | 2026-01-31 | simulator "), "{page}");
    assert!(page.contains(" | 1 of 1 | 1 pass |\n"), "{page}");
}

#[test]
fn a_missing_trace_is_blessed() {
    let (folder, cases) = suite("exit 0");
    let trace = folder.path().join("cases/exit/zero/expect.trace");
    fs::remove_file(&trace).unwrap();
    let ran = conform(&cases, &[]);
    assert_eq!(ran.code, Some(212), "{ran:?}");
    assert!(
        ran.stderr.contains("is missing; `twinboard conform --bless --filter exit/zero` writes it"),
        "{ran:?}"
    );
    let ran = conform(&cases, &["--bless"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(fs::read_to_string(&trace).unwrap(), "         0.000 us  end\n");
    assert_eq!(conform(&cases, &[]).code, Some(0));
}
