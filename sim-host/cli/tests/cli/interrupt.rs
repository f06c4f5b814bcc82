//! Ctrl-C, requests to terminate, and readers that go away.

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    os::unix::{fs::PermissionsExt, process::CommandExt},
    process::{Child, Command, Stdio},
};

use crate::{guest, program};

/// Starts the program and waits until its guest has said something.
fn start(arguments: &[&str]) -> (Child, BufReader<std::process::ChildStdout>) {
    started(program(arguments))
}

fn started(mut program: Command) -> (Child, BufReader<std::process::ChildStdout>) {
    // As a terminal does it: each program that is started has a group of its own, with all that it starts.
    program.process_group(0).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = program.spawn().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    stdout.read_line(&mut line).unwrap();
    assert!(line.contains("info"), "{line:?}");
    (child, stdout)
}

/// Sends a signal to the program's group, as a terminal does.
fn signal(child: &Child, name: &str) {
    let group = format!("-{}", child.id());
    let sent = Command::new("kill").args([&format!("-{name}"), "--", &group]).status().unwrap();
    assert!(sent.success());
}

/// Waits for the end; the rest of standard output, standard error, and the exit code.
fn end(mut child: Child, mut stdout: impl Read) -> (String, String, Option<i32>) {
    let (mut rest, mut stderr) = (String::new(), String::new());
    stdout.read_to_string(&mut rest).unwrap();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    (rest, stderr, child.wait().unwrap().code())
}

#[test]
fn ctrl_c_ends_a_sleeping_guest_and_the_trace_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("trace.json");
    let trace = path.display().to_string();
    let tick = guest("tick.wat");
    for name in ["INT", "TERM"] {
        let (child, stdout) =
            start(&["run", &tick, "--for", "60s", "--trace", &trace, "--trace-format", "json"]);
        signal(&child, name);
        let (rest, stderr, code) = end(child, stdout);
        assert_eq!(code, Some(206), "{stderr}");
        assert!(stderr.contains("outcome: stopped after 0."), "{stderr}");
        let trace = fs::read_to_string(&path).unwrap();
        let calls: Vec<serde_json::Value> =
            trace.lines().skip(1).map(|line| serde_json::from_str(line).unwrap()).collect();
        let messages = calls.iter().filter(|call| call["call"] == "log.write").count();
        assert_eq!(messages, 1 + rest.lines().count(), "every printed message is in the trace");
        assert!(stderr.contains(&format!("trace: {} call", calls.len())), "{stderr}");
    }
}

#[test]
fn ctrl_c_ends_a_guest_that_computes() {
    let (child, stdout) = start(&["run", &guest("spin.wat"), "--limit", "60s"]);
    signal(&child, "INT");
    let (_, stderr, code) = end(child, stdout);
    assert_eq!(code, Some(206), "{stderr}");
    assert!(stderr.contains("outcome: stopped after "), "{stderr}");
}

#[test]
fn ctrl_c_stops_the_run_on_a_board_and_does_not_end_the_board() {
    let folder = tempfile::tempdir().unwrap();
    let board = folder.path().join("board.toml");
    fs::write(&board, "[board]\nname = \"chip\"\nprofile = \"esp32c3\"\n").unwrap();
    let board = board.display().to_string();
    let (child, stdout) = start(&["run", &guest("tick.wat"), "--board", &board, "--target", "host"]);
    signal(&child, "INT");
    let (_, stderr, code) = end(child, stdout);
    assert_eq!(code, Some(206), "{stderr}");
    assert!(stderr.contains("outcome: stopped after "), "{stderr}");
}

#[test]
fn a_hangup_ends_a_run_unless_it_was_to_be_ignored() {
    let tick = guest("tick.wat");
    for target in [&[][..], &["--target", "host", "--native"]] {
        let arguments = [&["run", &tick, "--for", "60s"], target].concat();
        let (child, stdout) = start(&arguments);
        signal(&child, "HUP");
        let (_, stderr, code) = end(child, stdout);
        assert_eq!(code, Some(206), "{stderr}");

        let mut nohup = Command::new("sh");
        let script = "trap '' HUP; exec \"$0\" \"$@\"";
        nohup.args(["-c", script, env!("CARGO_BIN_EXE_twinboard")]).args(arguments);
        let (child, mut stdout) = started(nohup);
        signal(&child, "HUP");
        let mut line = String::new();
        for _ in 0..20 {
            line.clear();
            stdout.read_line(&mut line).unwrap();
        }
        assert!(line.contains("tick"), "{line:?}");
        signal(&child, "TERM");
        let (_, stderr, code) = end(child, stdout);
        assert_eq!(code, Some(206), "{stderr}");
    }
}

#[test]
fn a_reader_that_goes_away_ends_the_run_without_a_panic() {
    let (child, stdout) = start(&["run", &guest("tick.wat"), "--for", "60s"]);
    drop(stdout);
    let (_, stderr, code) = end(child, std::io::empty());
    assert_eq!(code, Some(206), "{stderr}");
    assert!(stderr.contains("outcome: stopped after 0."), "{stderr}");
    assert!(!stderr.contains("panicked") && !stderr.contains("error"), "{stderr}");
}

#[test]
fn a_reader_of_stderr_that_goes_away_is_no_panic() {
    let mut child = program(&["abi", "--no-such-flag"]).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stderr.take());
    assert_eq!(child.wait().unwrap().code(), Some(204));
}

#[test]
fn an_emulated_board_does_not_outlive_a_program_that_is_killed_early() {
    // QEMU's starter is held up until the program is gone, and only then can ask to be ended with it.
    let folder = tempfile::tempdir().unwrap();
    let (setpriv, pid) = (folder.path().join("setpriv"), folder.path().join("pid"));
    let path = std::env::var("PATH").unwrap();
    let script = format!(
        "#!/bin/sh\necho $$ > {0}.new; mv {0}.new {0}\nwhile kill -0 $PPID; do sleep 0.01; done 2> /dev/null\n\
         PATH='{path}' exec setpriv \"$@\"\n",
        pid.display()
    );
    fs::write(&setpriv, script).unwrap();
    fs::set_permissions(&setpriv, fs::Permissions::from_mode(0o755)).unwrap();
    let mut program = program(&["run", &guest("tick.wat"), "--profile", "esp32c3", "--target", "qemu"]);
    program.env("PATH", format!("{}:{path}", folder.path().display()));
    let mut child = program.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    assert!(comes_true(|| pid.is_file()), "nobody starts QEMU");
    let pid = fs::read_to_string(pid).unwrap().trim().to_owned();
    child.kill().unwrap();
    child.wait().unwrap();
    let is_gone = || match fs::read_to_string(format!("/proc/{pid}/stat")) {
        Ok(stat) => stat.rsplit(") ").next().is_some_and(|rest| rest.starts_with('Z')),
        Err(_) => true,
    };
    let ended = comes_true(is_gone);
    if !ended {
        Command::new("kill").args(["-KILL", &pid]).status().unwrap();
    }
    assert!(ended, "process {pid} is left behind");
}

/// Whether something comes true within ten seconds.
#[expect(
    clippy::disallowed_methods,
    reason = "nothing tells when a process has ended that is nobody's child"
)]
fn comes_true(what: impl Fn() -> bool) -> bool {
    (0..500).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(20));
        what()
    })
}
