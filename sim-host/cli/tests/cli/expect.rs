//! `twinboard run --expect`: what is answered, what is reported, and the exit code.

use std::fs;

use crate::{Ran, guest, twinboard};

/// Runs `chip-id.wat` on `board.toml`, with `text` as what is expected.
fn run(text: &str, more: &[&str]) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("expect.toml").display().to_string();
    fs::write(&path, text).unwrap();
    run_file(&path, "chip-id.wat", more).without(&path)
}

fn run_file(path: &str, app: &str, more: &[&str]) -> Ran {
    let (app, board) = (guest(app), guest("board.toml"));
    let mut arguments = vec!["run", &app, "--board", &board, "--time", "virtual", "--expect", path];
    arguments.extend(more);
    twinboard(&arguments)
}

impl Ran {
    /// The same, under a name of the file that does not depend on where it lies.
    fn without(mut self, path: &str) -> Self {
        self.stderr = self.stderr.replace(path, "expect.toml");
        self
    }
}

const MET: &str = "[[expect]]\ni2c = 0\naddress = 0x76\nwrite = 'd0'\nread = '58'\n";

#[test]
fn the_file_answers_in_place_of_the_chip() {
    let ran = run_file(&guest("expect.toml"), "chip-id.wat", &[]);
    // The BME280 of the board would say 0x60.
    assert_eq!(ran.code, Some(0x58), "{ran:?}");
    assert!(ran.stderr.starts_with("outcome: exit 88 after 0.000"), "{ran:?}");
    assert!(ran.stderr.ends_with(" s of device time\nexpectations: all met\n"), "{ran:?}");
}

#[test]
fn buses_that_it_does_not_name_are_the_boards() {
    let ran = run("[silent]\npins = ['LED']", &[]);
    assert_eq!(ran.code, Some(0x60), "{ran:?}");
    assert!(ran.stderr.ends_with("expectations: all met\n"), "{ran:?}");
}

#[test]
fn an_error_reaches_the_guest() {
    let ran = run(&MET.replace("read = '58'", "read = 1\nerror = 'arbitration-lost'"), &[]);
    // The guest ends with -(1 + 13), which is not its to use.
    assert_eq!(ran.code, Some(200), "{ran:?}");
    assert!(ran.stderr.starts_with("outcome: exit -14 after "), "{ran:?}");
    assert!(ran.stderr.ends_with("expectations: all met\n"), "{ran:?}");
}

#[test]
fn a_call_that_does_not_fit_is_209_and_told_in_full() {
    let first = "[[expect]]\npin = 1\nopen = 'output'\n";
    let ran = run(&format!("order = 'per-bus'\n{first}{}", MET.replace("'d0'", "'d1'")), &[]);
    assert_eq!(ran.code, Some(209), "{ran:?}");
    // `other` is the 22nd error code.
    let (outcome, report) = ran.stderr.split_once('\n').unwrap();
    assert!(outcome.starts_with("outcome: exit -22 after "), "{ran:?}");
    let (time, report) = {
        let (before, after) = report.split_once("    call 1 at ").unwrap();
        let (time, after) = after.split_once(" ms").unwrap();
        (time.to_owned(), format!("{before}    call 1 at TIME ms{after}"))
    };
    assert!(time.parse::<f64>().unwrap() > 0.0, "{time}");
    assert_eq!(
        report,
        "error: what went over the wires is not what was expected\n\
         call 1 does not fit expectation 2 of 2\n  \
           expected: i2c.0 0x76 write [d1] read 1 byte -> [58] (expect.toml:5)\n  \
           got:      i2c.0 0x76 write [d0] read 1 byte\n  \
           differs:  message 1, byte 0 is 0xd0, not 0xd1\n  \
           before it: no call\n\
         never reached: 2 of 2 expectations\n  \
           expectation 1: pin 1 open output low (expect.toml:2)\n  \
           expectation 2: i2c.0 0x76 write [d1] read 1 byte -> [58] (expect.toml:5)\n\
         seen instead, to the end of the run:\n    \
             call 1 at TIME ms: i2c.0 0x76 write [d0] read 1 byte -> other\n"
    );
}

#[test]
fn what_is_never_reached_is_209_whatever_the_guest_says() {
    let ran = run(&format!("{MET}{}", MET.replace("0x76", "0x77")), &[]);
    assert_eq!(ran.code, Some(209), "{ran:?}");
    assert!(ran.stderr.starts_with("outcome: exit 88 after "), "{ran:?}");
    assert!(ran.stderr.contains("\nnever reached: 1 of 2 expectations\n"), "{ran:?}");
    // The end of a run by --for is an end like any other.
    let path = guest("expect.toml");
    let ran = run_file(&path, "tick.wat", &["--for", "1s"]).without(&path);
    assert_eq!(ran.code, Some(209), "{ran:?}");
    assert!(ran.stderr.ends_with("seen instead, to the end of the run: no call\n"), "{ran:?}");
}

#[test]
fn a_call_where_silence_is_expected_is_209() {
    let ran = run("[silent]\ni2c = [0]", &[]);
    assert_eq!(ran.code, Some(209), "{ran:?}");
    assert!(ran.stderr.contains("call 1 comes when nothing more is expected there\n"), "{ran:?}");
}

#[test]
fn a_refused_guest_is_202_and_nothing_is_said_of_expectations() {
    let ran = run_file(&guest("expect.toml"), "unknown-import.wat", &[]);
    assert_eq!(ran.code, Some(202), "{ran:?}");
    assert!(!ran.stderr.contains("expect"), "{ran:?}");
}

#[test]
fn a_bad_file_is_207_with_all_its_problems_before_anything_runs() {
    let text = "[[expect]]\ni2c = 1\naddress = 0x76\nwrite = 'd'\nerror = 'no-acknowledge-adress'\n";
    let ran = run(text, &[]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(207), ""), "{ran:?}");
    assert_eq!(
        ran.stderr,
        "error: expect.toml:2: the board has no i2c bus 1 (known: 0)\n\
         error: expect.toml:4: \"write\" in expectation 1: \"d\" is half a byte (did you mean \"0d\"?)\n\
         error: expect.toml:5: unknown error \"no-acknowledge-adress\" in expectation 1 \
         (did you mean \"no-acknowledge-address\"?)\n"
    );
}

#[test]
fn without_a_board_there_is_no_bus_to_expect_anything_on() {
    let (app, path) = (guest("chip-id.wat"), guest("expect.toml"));
    let ran = twinboard(&["run", &app, "--expect", &path]).without(&path);
    assert_eq!(ran.code, Some(207), "{ran:?}");
    assert_eq!(ran.stderr, "error: expect.toml:4: the board has no i2c bus 0 (it has none)\n");
}

#[test]
fn an_unreadable_file_is_205() {
    let ran = run_file("no/such.toml", "chip-id.wat", &[]);
    assert_eq!(ran.code, Some(205), "{ran:?}");
    assert!(
        ran.stderr.starts_with("error: no/such.toml: cannot be read\ncaused by: No such file"),
        "{ran:?}"
    );
}

#[test]
fn no_output_goes_over_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("expect.toml").display().to_string();
    for option in ["--trace", "--vcd", "--picture"] {
        fs::write(&path, MET).unwrap();
        let ran = run_file(&path, "chip-id.wat", &[option, &path]);
        assert_eq!(ran.code, Some(204), "{option}: {ran:?}");
        assert_eq!(fs::read_to_string(&path).unwrap(), MET, "{option}");
    }
}
