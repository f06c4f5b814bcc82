//! `twinboard run --vcd`

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    process::{Command, Stdio},
};

use crate::{guest, program, twinboard};

/// The times of a file, after a look at whether it is whole.
fn times(path: &str) -> Vec<u64> {
    let file = fs::read_to_string(path).unwrap();
    assert!(file.contains("$timescale 1 ns $end\n") && file.ends_with('\n'), "{file}");
    let times = file.lines().filter_map(|line| line.strip_prefix('#'));
    times.map(|time| time.parse().unwrap()).collect()
}

#[test]
fn a_file_that_cannot_be_written_is_told_before_the_run() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("missing/wires.vcd").display().to_string();
    let ran = twinboard(&["run", &guest("hello.wat"), "--time", "virtual", "--vcd", &path]);
    assert_eq!(ran.code, Some(205), "{ran:?}");
    assert!(
        ran.stderr.contains(&format!("error: VCD file {path} cannot be written\ncaused by: ")),
        "{ran:?}"
    );
    assert!(ran.stdout.is_empty() && !ran.stderr.contains("outcome"), "the guest has not run: {ran:?}");
}

#[test]
fn what_the_run_reads_or_writes_is_not_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("one.wat").display().to_string();
    fs::copy(guest("hello.wat"), &path).unwrap();
    let trace = folder.path().join("trace.txt").display().to_string();
    for arguments in [
        ["run", &path, "--time", "virtual", "--vcd", &path],
        ["run", &path, "--trace", &trace, "--vcd", &trace],
    ] {
        let ran = twinboard(&arguments);
        assert_eq!(ran.code, Some(204), "{ran:?}");
        assert!(ran.stderr.contains("is also another file of the run"), "{ran:?}");
    }
    assert_eq!(fs::read(&path).unwrap(), fs::read(guest("hello.wat")).unwrap());
}

#[test]
fn a_run_says_where_its_wires_are() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wires.vcd").display().to_string();
    let ran = twinboard(&["run", &guest("chip-id.wat"), "--board", &guest("board.toml"), "--vcd", &path]);
    assert_eq!(ran.code, Some(0x60), "{ran:?}");
    let file = fs::read_to_string(&path).unwrap();
    assert!(ran.stderr.contains(&format!("wires: {} bytes of VCD in {path}\n", file.len())), "{ran:?}");
    assert!(file.contains("$scope module i2c0 $end\n") && file.contains(" LED $end\n"), "{file}");
    // 39 cycles of 2.5 us, and the end of the run.
    assert!(times(&path).len() > 2 * 39, "{file}");
}

#[test]
fn the_file_is_whole_after_a_trap() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wires.vcd").display().to_string();
    let ran = twinboard(&["run", &guest("trap.wat"), "--vcd", &path]);
    assert_eq!(ran.code, Some(201), "{ran:?}");
    assert_eq!(times(&path).first(), Some(&0));
}

#[test]
fn the_file_is_whole_after_ctrl_c() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wires.vcd").display().to_string();
    let mut child = program(&["run", &guest("tick.wat"), "--for", "60s", "--vcd", &path])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    for _ in 0..2 {
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        assert!(line.contains("tick"), "{line:?}");
    }
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    stdout.read_to_string(&mut String::new()).unwrap();
    let ended = child.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(206), "{ended:?}");
    // The second message is 10 ms after the first.
    assert!(times(&path).last() >= Some(&10_000_000), "the file ends with the run");
}
