//! `twinboard run --trace`

use std::fs;

use crate::{guest, program, twinboard};

#[test]
fn a_trace_is_a_line_per_call() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("trace.txt").display().to_string();
    let ran = twinboard(&["run", &guest("hello.wat"), "--time", "virtual", "--trace", &path]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let trace = fs::read_to_string(&path).unwrap();
    let lines: Vec<_> = trace.lines().collect();
    assert_eq!(lines.len(), 3, "{trace}");
    assert_eq!(lines[0], "         0 us  log.write       level=info \"hello\\u001b[2J\"");
    assert!(lines[1].ends_with(" us  clock.sleep     duration-us=1000000"), "{trace}");
    assert!(ran.stderr.contains(&format!("trace: 3 calls in {path}\n")), "{ran:?}");
}

#[test]
fn json_is_an_object_per_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("trace.json").display().to_string();
    let arguments = [
        "run",
        &guest("chip-id.wat"),
        "--trace",
        &path,
        "--trace-format",
        "json",
        "--board",
        &guest("board.toml"),
    ];
    assert_eq!(twinboard(&arguments).code, Some(0x60));
    let trace = fs::read_to_string(&path).unwrap();
    let (head, calls) = trace.split_once('\n').unwrap();
    assert_eq!(head, format!("{{\"trace\":\"{}\",\"format\":1}}", device_abi::ABI_PACKAGE));
    let calls: Vec<serde_json::Value> =
        calls.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(calls.len(), 2);
    assert_eq!(calls[1]["call"], "i2c.write-read");
    assert_eq!(calls[1]["outputs"][0], "60");
}

#[test]
fn a_dash_is_standard_error_because_the_log_has_standard_output() {
    let ran = twinboard(&["run", &guest("hello.wat"), "--time", "virtual", "--trace", "-"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(ran.stdout.lines().count(), 2, "{ran:?}");
    let lines: Vec<_> = ran.stderr.lines().collect();
    assert_eq!(lines.len(), 4, "{ran:?}");
    assert!(lines[0].contains("log.write") && lines[3].starts_with("outcome: "), "{ran:?}");
}

#[test]
fn a_trap_is_the_last_line_of_a_whole_trace() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("trace.txt").display().to_string();
    let ran = twinboard(&["run", &guest("violation.wat"), "--trace", &path]);
    assert_eq!(ran.code, Some(201), "{ran:?}");
    let trace = fs::read_to_string(&path).unwrap();
    assert_eq!(trace, "         0 us  log.write       -> trap abi-violation message\n");
}

#[test]
fn a_limit_keeps_the_trace() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("trace.txt").display().to_string();
    let ran = twinboard(&["run", &guest("spin.wat"), "--limit", "50ms", "--trace", &path]);
    assert_eq!(ran.code, Some(203), "{ran:?}");
    assert_eq!(fs::read_to_string(&path).unwrap().lines().count(), 1);
}

#[test]
fn an_unwritable_trace_is_205_before_anything_runs() {
    let ran = twinboard(&["run", &guest("hello.wat"), "--trace", "no/such/trace.txt"]);
    assert_eq!(ran.code, Some(205), "{ran:?}");
    assert_eq!(ran.stdout, "");
    let expected = "error: trace no/such/trace.txt cannot be written\ncaused by: No such file or directory (os error 2)\n";
    assert_eq!(ran.stderr, expected);
}

#[test]
fn a_full_disk_under_the_trace_is_205_and_ends_the_run() {
    let ran =
        twinboard(&["run", &guest("tick.wat"), "--trace", "/dev/full", "--for", "24h", "--time", "virtual"]);
    assert_eq!(ran.code, Some(205), "{ran:?}");
    assert!(ran.stderr.contains("outcome: stopped after "), "{ran:?}");
    assert!(
        ran.stderr.contains("error: trace /dev/full cannot be written\ncaused by: No space left"),
        "{ran:?}"
    );
}

#[test]
fn a_trace_does_not_overwrite_what_the_run_reads() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("guest.wat");
    fs::copy(guest("hello.wat"), &path).unwrap();
    let before = fs::read(&path).unwrap();
    let name = path.display().to_string();
    let ran = twinboard(&["run", &name, "--trace", &name]);
    assert_eq!(ran.code, Some(204), "{ran:?}");
    assert!(ran.stderr.contains("would overwrite what the run reads"), "{ran:?}");
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn a_module_that_is_refused_leaves_an_empty_trace() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("trace.txt");
    fs::write(&path, "of an earlier run").unwrap();
    let mut command = program(&["run", &guest("unknown-import.wat"), "--trace"]);
    assert_eq!(command.arg(&path).output().unwrap().status.code(), Some(202));
    assert_eq!(fs::read_to_string(&path).unwrap(), "");
}
