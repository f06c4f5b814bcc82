//! Command lines and files that are wrong, and ports that no board is at.

use std::{net::TcpListener, thread};

use crate::{guest, guest_returning, listening::Listening, program, twinboard};

use super::{device, json};

#[test]
fn without_a_port_nothing_is_done_and_the_way_to_find_one_is_told() {
    for verb in ["info", "status", "start", "stop", "logs", "uninstall", "reset"] {
        let ran = twinboard(&["device", verb]);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(204), ""), "{verb}: {ran:?}");
        assert!(ran.stderr.contains("say with --port, or in TWINBOARD_PORT"), "{ran:?}");
        assert!(ran.stderr.contains("`twinboard device list` finds boards"), "{ran:?}");
    }
}

#[test]
fn what_is_no_command_line_is_204() {
    let hello = guest("hello.wat");
    for (arguments, said) in [
        (
            &["--port", "usb:1", "info"][..],
            "there is no target \"usb:1\"; can be host, qemu, serial:PORT[@BAUD]",
        ),
        (&["--port", "/dev/ttyUSB0@fast", "info"], "\"fast\" is no bit rate"),
        (&["--port", "tcp:127.0.0.1:99999", "info"], "\"99999\" is no TCP port, which are 1 to 65535"),
        (&["--port", "ttyUSB0", "info"], "(did you mean \"serial:/dev/ttyUSB0\"?)"),
        (&["--port", "host", "inof"], "a similar subcommand exists: 'info'"),
        (&["--port", "host", "install"], "<APP.WASM|APP.WAT>"),
        (&["--port", "host", "install", &hello, "--profile", "esp32"], "[possible values: desktop, esp32c3]"),
        (&["--port", "host", "autostart", "maybe"], "[possible values: on, off]"),
        (&["--port", "host", "start", "--trace-format", "json"], "--trace <FILE|->"),
        (&["--port", "host", "start", "--stop-on-exit"], "--stop-on-exit needs --follow or --trace"),
        (&["--port", "host", "start", "--for", "10"], "time unit needed"),
        (&["--port", "/dev/null", "install", &hello, "--seed", "1"], "--seed without --autostart"),
        (
            &["--port", "/dev/null", "install", &hello, "--", "x"],
            "arguments of the guest without --autostart",
        ),
        (&["--port", "/dev/null", "autostart", "off", "--for", "1s"], "--for without `on`"),
        (&["--port", "host", "start", "argument"], "unexpected argument 'argument'"),
    ] {
        let ran = twinboard(&[&["device"], arguments].concat());
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(204), ""), "{arguments:?}: {ran:?}");
        assert!(ran.stderr.contains(said), "{arguments:?}: {ran:?}");
    }
}

#[test]
fn a_port_that_is_none_is_named_with_the_reason() {
    for (port, said) in [
        ("/dev/ttyNOWHERE", "serial:/dev/ttyNOWHERE: cannot be opened"),
        ("/dev/null", "serial:/dev/null: this is no serial port"),
        ("tcp:127.0.0.1:1", "tcp:127.0.0.1:1: cannot be opened"),
    ] {
        let ran = twinboard(&["device", "--port", port, "info"]);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(205), ""), "{ran:?}");
        assert!(ran.stderr.starts_with(&format!("error: {said}")), "{ran:?}");
        let may_be_another = port == "/dev/ttyNOWHERE";
        let help = "help: `twinboard device list` shows which ports there are\n";
        assert_eq!(ran.stderr.ends_with(help), may_be_another, "{ran:?}");
        let ran = twinboard(&["device", "--port", port, "info", "--json"]);
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(205), ""), "{ran:?}");
        assert!(ran.stdout.contains(said) && ran.stdout.contains("\"exit-code\":205"), "{ran:?}");
    }
}

#[test]
fn a_connection_that_is_closed_is_no_matter_of_cables() {
    let there = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = format!("tcp:{}", there.local_addr().unwrap());
    let closing = thread::spawn(move || drop(there.accept().unwrap()));
    let ran = twinboard(&["device", "--port", &port, "info"]);
    closing.join().unwrap();
    let said = format!(
        "error: {port}: the device is gone\n\
         help: what listens at this address has closed the connection, or has ended\n"
    );
    assert_eq!((ran.code, ran.stderr), (Some(205), said));
}

#[test]
fn modules_that_may_not_run_are_refused_before_anything_is_sent() {
    let board = Listening::on("tcp:127.0.0.1:0");
    for (name, said) in [
        ("three-pages.wat", "refused memory-size memory (profile esp32c3)"),
        ("unknown-import.wat", "did you mean \"write\""),
    ] {
        let ran = device(&board, &["install", &guest(name)]);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(202), ""), "{ran:?}");
        assert!(ran.stderr.contains(said), "{ran:?}");
        let object = json(&board, &["install", &guest(name)]);
        assert_eq!(object["exit-code"], 202);
        // With the profile given, nobody is asked.
        let nowhere =
            ["device", "--port", "/dev/ttyNOWHERE", "install", "--profile", "esp32c3", &guest(name)];
        assert_eq!(twinboard(&nowhere).code, Some(202));
    }
    let ran = device(&board, &["install", &guest("hello.wat"), "--profile", "desktop"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(205), ""), "{ran:?}");
    assert!(ran.stderr.contains("\nhelp: `twinboard device info` names the profile"), "{ran:?}");
    assert_eq!(json(&board, &["info"])["app"], serde_json::Value::Null);
}

#[test]
fn files_that_cannot_be_read_are_told() {
    let board = Listening::on("tcp:127.0.0.1:0");
    let ran = device(&board, &["install", "/nowhere/app.wasm"]);
    assert_eq!(ran.code, Some(205), "{ran:?}");
    assert!(ran.stderr.starts_with("error: cannot read guest /nowhere/app.wasm\n"), "{ran:?}");
    let folder = tempfile::tempdir().unwrap();
    let app = guest_returning(&folder, 0);
    assert_eq!(device(&board, &["install", &app]).code, Some(0));
    let ran = device(&board, &["start", "--board", "/nowhere/board.toml"]);
    assert_eq!(ran.code, Some(205), "{ran:?}");
    assert!(ran.stderr.contains("/nowhere/board.toml"), "{ran:?}");
}

#[test]
fn a_bus_without_pins_cannot_be_started_on() {
    let board = Listening::on("tcp:127.0.0.1:0");
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(device(&board, &["install", &guest_returning(&folder, 0)]).code, Some(0));
    for (text, said) in [
        (
            "[i2c.0]\n",
            "board.toml: [i2c.0] names no pins: a run on the board's own pins needs `sda` and `scl`",
        ),
        ("[i2c.0]\nsda = 5\nscl = 18\n", "board.toml"),
        ("[gpio.pins]\n40 = {}\n", "board.toml"),
    ] {
        let file = folder.path().join("board.toml");
        std::fs::write(&file, text).unwrap();
        let file = file.display().to_string();
        for verb in [&["start"][..], &["autostart", "on"]] {
            let ran = device(&board, &[verb, &["--board", &file]].concat());
            assert_eq!((ran.code, ran.stdout.as_str()), (Some(207), ""), "{text}: {ran:?}");
            assert!(ran.stderr.contains(said), "{text}: {ran:?}");
        }
    }
}

#[test]
fn an_empty_variable_is_none() {
    let ran = |arguments: &[&str], name, value: &str| -> crate::Ran {
        program(arguments).env(name, value).output().unwrap().into()
    };
    let none = ran(&["device", "info"], "TWINBOARD_PORT", "");
    assert_eq!(none.code, Some(204), "{none:?}");
    assert!(none.stderr.contains("say with --port, or in TWINBOARD_PORT"), "{none:?}");
    let board = Listening::on("tcp:127.0.0.1:0");
    for arguments in [
        &["device", "--port", &board.place, "info"][..],
        &["run", &guest("argument-count.wat"), "--target", &board.place],
    ] {
        let set = ran(arguments, "TWINBOARD_FIRMWARE", "");
        assert_eq!(set.code, Some(0), "{set:?}");
    }
    // Where it is not empty, it is named if it leads nowhere.
    let set = ran(&["device", "--port", "host", "info"], "TWINBOARD_FIRMWARE", "/nowhere");
    let said =
        "error: there is no firmware /nowhere/host (TWINBOARD_FIRMWARE names its folder): build it with ";
    assert!(set.stderr.starts_with(said), "{set:?}");
    let given = twinboard(&["device", "--port", "host", "--firmware", "/nowhere", "info"]);
    assert!(
        given.stderr.starts_with("error: there is no firmware /nowhere/host: build it with "),
        "{given:?}"
    );
}

#[test]
fn the_port_may_come_from_the_environment() {
    let board = Listening::on("pty");
    let ran: crate::Ran =
        program(&["device", "info"]).env("TWINBOARD_PORT", board.path()).output().unwrap().into();
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{ran:?}");
    assert!(ran.stdout.starts_with("board     host, id "), "{ran:?}");
}
