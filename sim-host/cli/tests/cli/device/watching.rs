//! Runs that are followed: Ctrl-C, readers that go away, boards that restart.

use std::{
    io::{BufRead, BufReader, Read},
    process::{Child, ChildStderr, ChildStdout, Command, Stdio},
};

use crate::{guest, listening::Listening, program};

use super::{done, json, relay::Relay};

/// A verb that goes on.
pub(super) struct Going {
    child: Child,
    stdout: BufReader<ChildStdout>,
    stderr: BufReader<ChildStderr>,
}

impl Going {
    pub(super) fn start(board: &Listening, arguments: &[&str]) -> Self {
        Self::start_at(&board.place, arguments)
    }

    pub(super) fn start_at(place: &str, arguments: &[&str]) -> Self {
        let mut program = program(&[&["device", "--port", place], arguments].concat());
        let mut child = program.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let stderr = BufReader::new(child.stderr.take().unwrap());
        Self { child, stdout, stderr }
    }

    /// Reads standard output up to the line that contains `wanted`.
    #[track_caller]
    pub(super) fn until(&mut self, wanted: &str) -> String {
        let mut all = String::new();
        while !all.lines().last().is_some_and(|line| line.contains(wanted)) {
            assert_ne!(self.stdout.read_line(&mut all).unwrap(), 0, "no {wanted:?} came: {all}");
        }
        all
    }

    /// The next line of standard error.
    fn note(&mut self) -> String {
        let mut line = String::new();
        self.stderr.read_line(&mut line).unwrap();
        line
    }

    /// Ctrl-C; the rest of both outputs, and the exit code.
    pub(super) fn interrupt(self) -> (String, String, Option<i32>) {
        let sent = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
        self.end()
    }

    /// The rest of both outputs, and the exit code.
    fn end(mut self) -> (String, String, Option<i32>) {
        let (mut out, mut err) = (String::new(), String::new());
        self.stdout.read_to_string(&mut out).unwrap();
        self.stderr.read_to_string(&mut err).unwrap();
        (out, err, self.child.wait().unwrap().code())
    }
}

/// A test that fails leaves nothing behind.
impl Drop for Going {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn ticking(place: &str) -> Listening {
    let board = Listening::on(place);
    done(&board, &["install", &guest("tick.wat")]);
    board
}

#[test]
fn ctrl_c_leaves_the_app_running() {
    let board = ticking("pty");
    let mut going = Going::start(&board, &["start", "--follow"]);
    going.until("tick");
    let (_, said, code) = going.interrupt();
    assert_eq!(code, Some(206), "{said}");
    assert!(said.starts_with("leaving; the app goes on\n"), "{said}");
    assert!(said.contains("`twinboard device logs --follow` comes back to it"), "{said}");
    assert_eq!(json(&board, &["status"])["app"]["state"], "running");
}

#[test]
fn ctrl_c_stops_the_app_if_that_is_wanted() {
    let board = ticking("tcp:127.0.0.1:0");
    let folder = tempfile::tempdir().unwrap();
    let trace = folder.path().join("trace").display().to_string();
    let mut going = Going::start(&board, &["start", "--trace", &trace, "--stop-on-exit"]);
    going.until("tick");
    let (_, said, code) = going.interrupt();
    assert_eq!(code, Some(206), "{said}");
    assert!(said.contains("outcome: stopped after "), "{said}");
    assert!(said.contains("trace: "), "{said}");
    assert_eq!(json(&board, &["status"])["app"]["state"], "idle");
}

#[test]
fn a_reader_that_goes_away_leaves_the_app_running() {
    let board = ticking("tcp:127.0.0.1:0");
    for arguments in [&["start", "--follow"][..], &["--json", "start", "--follow"]] {
        let mut going = Going::start(&board, arguments);
        going.until("tick");
        // Standard output becomes another file: the pipe is closed.
        let mut nothing = Command::new("true").stdout(Stdio::piped()).spawn().unwrap();
        going.stdout = BufReader::new(nothing.stdout.take().unwrap());
        nothing.wait().unwrap();
        let (_, said, code) = going.end();
        assert_eq!(code, Some(206), "{said}");
        assert!(!said.contains("error") && !said.contains("panicked"), "{said}");
        assert_eq!(json(&board, &["status"])["app"]["state"], "running");
        done(&board, &["stop"]);
    }
}

#[test]
fn kept_lines_are_numbered_and_lost_ones_are_named() {
    let board = ticking("tcp:127.0.0.1:0");
    // More than the device keeps.
    done(&board, &["--json", "start", "--follow", "--for", "3s"]);
    let object = json(&board, &["logs"]);
    let lines = object["lines"].as_array().unwrap();
    let first = lines[0]["number"].as_u64().unwrap();
    assert!(first > 0 && object["lost"] == first, "{first}");
    let numbers: Vec<u64> = lines.iter().map(|line| line["number"].as_u64().unwrap()).collect();
    assert_eq!(numbers, (first..object["next"].as_u64().unwrap()).collect::<Vec<_>>());
    // A hundred a second at most, from the run's first on.
    assert!(lines[0]["time-ns"].as_u64().unwrap() / 10_000_000 >= first, "{}", lines[0]);
    let ran = super::device(&board, &["logs"]);
    let lost = format!("lines 0 to {} are lost: the device keeps the newest ones only\n", first - 1);
    assert_eq!((ran.code, ran.stderr), (Some(0), lost));
    assert_eq!(ran.stdout.lines().count(), lines.len());
}

#[test]
fn a_log_is_followed_over_the_end_of_a_run_and_the_next() {
    let board = ticking("pty");
    done(&board, &["start", "--for", "1s"]);
    let mut going = Going::start(&board, &["--json", "logs", "--follow"]);
    let all = going.until("\"event\":\"ended\"");
    assert!(all.lines().last().unwrap().contains("\"outcome\":\"stopped\""), "{all}");
    let numbers: Vec<u64> = all
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["number"].as_u64())
        .collect();
    let last = *numbers.last().unwrap();
    assert_eq!(numbers, (numbers[0]..=last).collect::<Vec<_>>());
    assert!((20..=99).contains(&last), "{last}");
    let (_, said, code) = going.interrupt();
    assert_eq!(code, Some(0), "{said}");
}

#[test]
fn a_board_that_is_gone_is_waited_for() {
    let board = ticking("tcp:127.0.0.1:0");
    done(&board, &["start"]);
    let mut going = Going::start(&board, &["logs", "--follow"]);
    // So long that its successor is clearly younger.
    going.until("[    1.6");
    let place = board.place.clone();
    drop(board);
    let said = going.note();
    assert!(said.contains("waiting for the device"), "{said}");
    // Another one, which has just started.
    let board = Listening::on(&place);
    let said = going.note();
    assert!(said.starts_with("the device is there again; it restarted "), "{said}");
    let (_, said, code) = going.interrupt();
    assert_eq!(code, Some(0), "{said}");
    done(&board, &["install", &guest("tick.wat")]);
}

#[test]
fn a_restart_that_the_line_outlives_is_told() {
    let (first, second) = (ticking("tcp:127.0.0.1:0"), Listening::on("tcp:127.0.0.1:0"));
    done(&first, &["start"]);
    let relay = Relay::to(&first);
    let mut going = Going::start_at(&relay.place, &["logs", "--follow"]);
    going.until("[    1.");
    relay.exchange(&second);
    assert_eq!(going.note(), "the device has restarted\n");
    let (_, said, code) = going.interrupt();
    assert_eq!(code, Some(0), "{said}");
}

#[test]
fn a_restart_ends_a_run_that_is_followed() {
    let (first, second) = (ticking("tcp:127.0.0.1:0"), Listening::on("tcp:127.0.0.1:0"));
    let relay = Relay::to(&first);
    let mut going = Going::start_at(&relay.place, &["start", "--follow"]);
    going.until("[    0.5");
    relay.exchange(&second);
    let (_, said, code) = going.end();
    assert_eq!(code, Some(205), "{said}");
    assert!(said.contains("the device restarted during the run") && said.contains(": try again\n"), "{said}");
}
