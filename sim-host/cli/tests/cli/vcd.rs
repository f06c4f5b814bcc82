//! `twinboard run --vcd`

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    process::{Command, Stdio},
};

use crate::{Ran, guest, program, twinboard};

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
    let path = folder.path().join("missing/wires").display().to_string();
    for (option, kind) in [("--vcd", "VCD"), ("--picture", "picture")] {
        let ran = twinboard(&["run", &guest("hello.wat"), "--time", "virtual", option, &path]);
        assert_eq!(ran.code, Some(205), "{ran:?}");
        let error = format!("error: {kind} file {path} cannot be written\ncaused by: ");
        assert!(ran.stderr.starts_with(&error), "{ran:?}");
        assert!(ran.stdout.is_empty() && !ran.stderr.contains("outcome"), "the guest has not run: {ran:?}");
    }
    let vcd = folder.path().join("wires.vcd").display().to_string();
    let ran = twinboard(&["run", &guest("hello.wat"), "--vcd", &vcd, "--picture", &path]);
    assert_eq!(ran.code, Some(205), "{ran:?}");
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0, "the other file is not left behind");
}

#[test]
fn what_the_run_reads_or_writes_is_not_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("one.wat").display().to_string();
    fs::copy(guest("hello.wat"), &path).unwrap();
    let trace = folder.path().join("trace.txt").display().to_string();
    let new = folder.path().join("new").display().to_string();
    for arguments in [
        ["run", &path, "--time", "virtual", "--vcd", &path],
        ["run", &path, "--time", "virtual", "--picture", &path],
        ["run", &path, "--trace", &trace, "--vcd", &trace],
        ["run", &path, "--trace", &trace, "--picture", &trace],
        ["run", &path, "--vcd", &new, "--picture", &new],
    ] {
        let ran = twinboard(&arguments);
        assert_eq!(ran.code, Some(204), "{ran:?}");
        assert!(ran.stderr.contains("is also another file of the run"), "{ran:?}");
    }
    assert_eq!(fs::read(&path).unwrap(), fs::read(guest("hello.wat")).unwrap());
}

#[test]
#[cfg(unix)]
fn a_link_that_leads_nowhere_still_does_when_the_run_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (link, target) = (folder.path().join("link"), folder.path().join("target"));
    std::os::unix::fs::symlink("target", &link).unwrap();
    let paths = [&link, &target].map(|path| path.display().to_string());
    for [vcd, picture] in [[&paths[0], &paths[1]], [&paths[1], &paths[0]]] {
        let ran = twinboard(&["run", &guest("hello.wat"), "--vcd", vcd, "--picture", picture]);
        assert_eq!(ran.code, Some(204), "{ran:?}");
        assert!(ran.stderr.contains("is also another file of the run"), "{ran:?}");
        assert!(!target.exists() && link.is_symlink(), "nothing is created, and the link is left");
    }
    let ran = twinboard(&["run", &guest("hello.wat"), "--vcd", &paths[0]]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(link.is_symlink() && times(&paths[1]).first() == Some(&0), "written where it leads");
}

#[test]
fn a_dash_is_refused_with_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    for option in ["--vcd", "--picture"] {
        let arguments = ["run", &guest("hello.wat"), option, "-"];
        let ran: Ran = program(&arguments).current_dir(&folder).output().unwrap().into();
        assert_eq!(ran.code, Some(204), "{ran:?}");
        assert!(ran.stderr.contains("standard output carries the guest's log; give a file"), "{ran:?}");
        assert!(ran.stdout.is_empty(), "{ran:?}");
    }
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
}

#[test]
fn a_refused_guest_leaves_everything_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let before = folder.path().join("before");
    fs::write(&before, "before").unwrap();
    let new = folder.path().join("new");
    let (before, new) = (before.display().to_string(), new.display().to_string());
    for arguments in [["--vcd", &before, "--picture", &new], ["--vcd", &new, "--picture", &before]] {
        let refused = guest("unknown-import.wat");
        let ran = twinboard(&[&["run", &refused], &arguments[..]].concat());
        assert_eq!(ran.code, Some(202), "{ran:?}");
        assert!(!ran.stderr.contains("wires:"), "{ran:?}");
        assert_eq!(fs::read_to_string(&before).unwrap(), "before");
        assert!(!fs::exists(&new).unwrap());
    }
}

#[test]
fn a_file_that_was_there_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wires.vcd").display().to_string();
    fs::write(&path, "x".repeat(1_000_000)).unwrap();
    let ran = twinboard(&["run", &guest("hello.wat"), "--vcd", &path]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(times(&path).first(), Some(&0));
}

#[test]
#[cfg(target_os = "linux")]
fn a_device_that_is_full_is_told() {
    for (option, kind) in [("--vcd", "VCD"), ("--picture", "picture")] {
        let ran = twinboard(&["run", &guest("hello.wat"), option, "/dev/full"]);
        assert_eq!(ran.code, Some(205), "{ran:?}");
        let error = format!("error: {kind} file /dev/full cannot be written\ncaused by: ");
        assert!(ran.stderr.contains(&error), "{ran:?}");
        assert!(ran.stderr.contains("outcome: "), "{ran:?}");
    }
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
