//! `twinboard run --native`

use crate::{
    guest, guest_returning,
    listening::{Listening, ROOT},
    twinboard,
};

#[test]
fn what_only_simulated_hardware_has_is_refused_with_one_message() {
    let app = guest("tick.wat");
    for (arguments, said) in [
        (&["--native"][..], "error: --native needs a board: say with --target where it is\n"),
        (
            &["--native", "--target", "tcp:127.0.0.1:1", "--time", "virtual"],
            "error: a board's own pins have real time only, not --time virtual\n",
        ),
        (&["--native", "--scenario", "s.toml"], "'--native' cannot be used with '--scenario <FILE>'"),
        (&["--native", "--expect", "e.toml"], "'--native' cannot be used with '--expect <FILE>'"),
        (&["--native", "--vcd", "w.vcd"], "'--native' cannot be used with '--vcd <FILE>'"),
        (&["--native", "--picture", "p.svg"], "'--native' cannot be used with '--picture <FILE.SVG>'"),
    ] {
        let ran = twinboard(&[&["run", &app], arguments].concat());
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(204), ""), "{arguments:?}: {ran:?}");
        assert!(ran.stderr.contains(said), "{arguments:?}: {ran:?}");
        assert_eq!(ran.stderr.matches("error: ").count(), 1, "{ran:?}");
    }
}

#[test]
fn a_bus_without_pins_is_no_board_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let board = folder.path().join("board.toml").display().to_string();
    std::fs::write(&board, "[i2c.0]\n").unwrap();
    let app = guest("tick.wat");
    let ran = twinboard(&["run", &app, "--native", "--target", "tcp:127.0.0.1:1", "--board", &board]);
    assert_eq!(ran.code, Some(207), "{ran:?}");
    assert!(ran.stderr.contains("[i2c.0] names no pins"), "{ran:?}");
}

#[test]
fn a_guest_runs_on_the_boards_own_pins() {
    let board = Listening::on("tcp:127.0.0.1:0");
    let folder = tempfile::tempdir().unwrap();
    let (trace, app) = (folder.path().join("trace").display().to_string(), guest("tick.wat"));
    let native = ["--native", "--target", &board.place, "--profile", "esp32c3"];
    let more = ["--for", "300ms", "--trace", &trace];
    let ran = twinboard(&[&["run", &app], &native[..], &more].concat());
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!((3..=30).contains(&ran.stdout.matches("info  tick\n").count()), "{ran:?}");
    assert!(ran.stderr.contains("outcome: stopped after 0.3"), "{ran:?}");
    let lines = std::fs::read_to_string(&trace).unwrap();
    assert!(lines.starts_with("         0 us  log.write       level=info \"tick\"\n"), "{lines}");

    // An app that was left running makes room.
    let started = twinboard(&["device", "--port", &board.place, "start"]);
    assert_eq!(started.code, Some(0), "{started:?}");
    let ran = twinboard(&[&["run", &guest_returning(&folder, 9)], &native[..]].concat());
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(9), ""), "{ran:?}");
}

#[test]
fn simulated_hardware_leaves_an_app_on_the_boards_own_pins_alone() {
    let board = Listening::on("pty");
    let tick = guest("tick.wat");
    let device = |arguments: &[&str]| twinboard(&[&["device", "--port", &board.place], arguments].concat());
    assert_eq!(device(&["install", &tick]).code, Some(0));
    assert_eq!(device(&["start"]).code, Some(0));
    let cases = format!("{ROOT}/conformance/cases");
    let hello = guest("hello.wat");
    for command in [
        &["run", &hello, "--profile", "esp32c3"][..],
        &["run", &tick, "--profile", "esp32c3"],
        &["conform", "--cases", &cases, "--filter", "log/*"],
    ] {
        let ran = twinboard(&[command, &["--target", &board.place]].concat());
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(205), ""), "{ran:?}");
        let said = ": an app is running\nhelp: `twinboard device stop` ends the run\n";
        assert!(ran.stderr.ends_with(said), "{ran:?}");
    }
    let status = device(&["status"]).stdout;
    assert!(status.starts_with("app       running, 184 bytes, "), "{status}");
}
