//! Exports: the memory, `run`, and `on-event`.

use crate::case::{ACCEPTED, Case, PROFILE, guest, guest_with};

/// The signature of `on-event`.
const ON_EVENT: &str = "(param i32 i32 i64 i64)";

pub(crate) fn cases() -> Vec<Case> {
    let memory = r#"(memory (export "memory") 1)"#;
    let run_as = |run: &str| format!("(module {memory} {run})");
    let clock = r#"(import "device:abi/clock@1" "now" (func $now (result i64)))"#;
    vec![
        Case::new("nothing exported", "(module)", "missing-export memory"),
        Case::new("no memory", guest_with(""), "missing-export memory"),
        Case::new("a memory that is not exported", guest_with("(memory 1)"), "missing-export memory"),
        Case::new(
            "a memory of another name",
            guest_with(r#"(memory (export "mem") 1)"#),
            "missing-export memory",
        ),
        Case::new(
            "memory is a function",
            guest_with(r#"(memory 1) (func (export "memory"))"#),
            "export-signature memory",
        ),
        Case::new(
            "memory is a global",
            guest_with(r#"(memory 1) (global (export "memory") i32 (i32.const 0))"#),
            "export-signature memory",
        ),
        Case::new("no run", run_as(""), "missing-export run"),
        Case::new("a run of another name", run_as(r#"(func (export "_start"))"#), "missing-export run"),
        Case::new("run without result", run_as(r#"(func (export "run"))"#), "export-signature run"),
        Case::new(
            "run with a parameter",
            run_as(r#"(func (export "run") (param i32) (result i32) i32.const 0)"#),
            "export-signature run",
        ),
        Case::new(
            "run with another result",
            run_as(r#"(func (export "run") (result i64) i64.const 0)"#),
            "export-signature run",
        ),
        Case::new(
            "run with two results",
            run_as(r#"(func (export "run") (result i32 i32) i32.const 0 i32.const 0)"#),
            "export-signature run",
        ),
        Case::new("run is a memory", run_as(r#"(export "run" (memory 0))"#), "export-signature run"),
        Case::new("run is an import", run_as_import(), "export-signature run"),
        Case::new("memory comes before run", "(module (memory 1))", "missing-export memory"),
        Case::new("on-event", guest("", &format!(r#"(func (export "on-event") {ON_EVENT})"#)), ACCEPTED),
        Case::new(
            "on-event without parameters",
            guest("", r#"(func (export "on-event"))"#),
            "export-signature on-event",
        ),
        Case::new(
            "on-event with a result",
            guest("", &format!(r#"(func (export "on-event") {ON_EVENT} (result i32) i32.const 0)"#)),
            "export-signature on-event",
        ),
        Case::new(
            "on-event is a global",
            guest("", r#"(global (export "on-event") i32 (i32.const 0))"#),
            "export-signature on-event",
        ),
        Case::new(
            "on-event is an import",
            guest(clock, r#"(export "on-event" (func $now))"#),
            "export-signature on-event",
        ),
        Case::new(
            "an import exported under a name of its own",
            guest(clock, r#"(export "mine" (func $now))"#),
            ACCEPTED,
        ),
        Case::new(
            "exports that the ABI does not know",
            guest(
                "",
                r#"(func (export "cabi_realloc")) (global (export "__heap_base") i32 (i32.const 1024))"#,
            ),
            ACCEPTED,
        ),
        Case::new("a NUL in an export's name", guest("", r#"(func (export "a\00b"))"#), "name-nul a\\0b"),
        Case::new(
            "a NUL comes before a missing export",
            r#"(module (func (export "a\00b")))"#,
            "name-nul a\\0b",
        ),
        Case::new(
            "exports come before sizes",
            "(module (memory (export \"memory\") 60000))",
            "missing-export run",
        ),
    ]
}

/// The signature of an import that `run` could be: the ABI has functions () -> i32.
fn run_as_import() -> String {
    let (module, name) = device_abi::FUNCTIONS
        .iter()
        .find(|known| known.flat_params.is_empty() && known.flat_result == Some(device_abi::Flat::I32))
        .map(|known| (known.module, known.name))
        .expect("a function () -> i32");
    format!(
        "(module (import \"{module}\" \"{name}\" (func $f (result i32))) (memory (export \"memory\") 1) (export \"run\" (func $f)))"
    )
}

#[test]
fn a_guest_says_whether_it_takes_events_and_has_a_start_function() {
    let guest_of =
        |tail: &str| guest_check::check(&wat::parse_str(guest("", tail)).unwrap(), &PROFILE).unwrap();
    assert!(!guest_of("").has_on_event && !guest_of("").has_start);
    assert!(guest_of(&format!(r#"(func (export "on-event") {ON_EVENT})"#)).has_on_event);
    assert!(guest_of("(func $s) (start $s)").has_start);
}

#[test]
fn a_missing_export_lists_what_is_there() {
    let many: String = (0..10).map(|i| format!("(func (export \"f{i}\"))")).collect();
    let detail =
        |text: &str| guest_check::check(&wat::parse_str(text).unwrap(), &PROFILE).unwrap_err().detail;
    assert_eq!(detail("(module)"), "no memory is exported as \"memory\"; the module exports nothing");
    assert_eq!(
        detail(&format!("(module {many})")),
        "no memory is exported as \"memory\"; the module exports \"f0\", \"f1\", \"f2\", \"f3\", \"f4\", \"f5\", \"f6\", \"f7\", …"
    );
}
