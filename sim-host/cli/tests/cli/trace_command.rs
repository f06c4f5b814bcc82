//! `twinboard trace`

use std::{fs, path::PathBuf, process::Output};

use tempfile::TempDir;

use crate::{Ran, guest, program, twinboard};

/// A folder in which the program runs, so that messages have short names.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn with(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        fs::write(self.path(name), content).unwrap();
        self
    }

    pub(crate) fn output(&self, arguments: &[&str]) -> Output {
        program(arguments).current_dir(self.0.path()).output().unwrap()
    }

    pub(crate) fn trace(&self, arguments: &[&str]) -> Ran {
        self.output(&[&["trace"], arguments].concat()).into()
    }
}

/// A trace of `count` calls; `changes` are calls that differ, by their number from 1.
pub(crate) fn trace(count: u64, changes: &[(u64, &str)]) -> String {
    let line = |number: u64| {
        let change = changes.iter().find(|(at, _)| *at == number).map(|(_, line)| *line);
        change.map_or(format!("{:>10} us  gpio.toggle     pin=1\n", number * 10), |line| format!("{line}\n"))
    };
    (1..=count).map(line).collect()
}

/// A trace of one call, as JSON lines.
pub(crate) const JSON: &str = r#"{"time-ns":1500,"app":0,"call":"gpio.toggle","args":{"pin":1}}"#;

#[test]
fn a_file_that_cannot_be_read_is_205() {
    let folder = Folder::new().with("a.txt", trace(1, &[]));
    for arguments in
        [&["show", "none.txt"][..], &["diff", "a.txt", "none.txt"], &["diff", "none.txt", "a.txt"]]
    {
        let ran = folder.trace(arguments);
        let said =
            "error: trace none.txt cannot be read\ncaused by: No such file or directory (os error 2)\n"
                .to_owned();
        assert_eq!((ran.code, ran.stdout, ran.stderr), (Some(205), String::new(), said));
    }
    let ran = folder.trace(&["show", "."]);
    assert_eq!(ran.code, Some(205));
    assert_eq!(ran.stderr, "error: trace . cannot be read\ncaused by: Is a directory (os error 21)\n");
}

/// The beginning of data of which not all was kept.
const FIRST: &str = r#""first":"000102030405060708090a0b0c0d0e0f""#;

#[test]
fn a_file_that_is_no_trace_is_205_and_says_where_and_what_was_expected() {
    let good = "         0 us  gpio.toggle     pin=1\n";
    let call = |rest: &str| format!("{{\"time-ns\":0,\"app\":0,{rest}}}\n");
    let write =
        |data: &str| call(&format!(r#""call":"i2c.write","args":{{"i2c":1,"address":1,"data":{{{data}}}}}"#));
    for (content, said) in [
        (
            "hello world\n".to_owned(),
            "f:1: expected a time and a call, like \"0 us  gpio.open\", found \"hello world\"",
        ),
        (format!("{good}\n"), "f:2: expected a time and a call, like \"0 us  gpio.open\", found \"\""),
        (
            "soon us  gpio.open\n".to_owned(),
            "f:1: expected a time and a call, like \"0 us  gpio.open\", found \"soon us  gpio.open\"",
        ),
        (
            format!("{good}1 us  gpio.opne\n"),
            "f:2: unknown function \"gpio.opne\" (a trace of another version?)",
        ),
        (format!("{good}{JSON}\n"), "f:2: line of JSON lines in a trace that began as text"),
        (format!("{JSON}\n{good}"), "f:2: line of text in a trace that began as JSON lines"),
        (
            "{\"time-ns\":1500,".to_owned(),
            "f:1: not JSON from column 16 on; expected a call as `run --trace-format json` writes it",
        ),
        ("{}\n".to_owned(), "f:1: a call lacks \"call\""),
        (call("\"call\":\"spi.open\""), "f:1: unknown function \"spi.open\" (a trace of another version?)"),
        (call("\"call\":\"gpio.toggle\""), "f:1: a call lacks \"args\""),
        (call("\"call\":\"gpio.toggle\",\"args\":{}"), "f:1: a call lacks \"pin\""),
        (
            call("\"call\":\"gpio.toggle\",\"args\":{\"pin\":-1}"),
            "f:1: \"pin\": expected a number from 0 to 4294967295, found -1",
        ),
        (
            call("\"call\":\"gpio.toggle\",\"args\":{\"pin\":1,\"nip\":1}"),
            "f:1: gpio.toggle has no argument \"nip\" (a trace of another version?)",
        ),
        (
            call("\"call\":\"gpio.write\",\"args\":{\"pin\":1,\"level\":\"up\"}"),
            "f:1: \"level\": expected one of low, high, found \"up\"",
        ),
        (
            call("\"call\":\"gpio.toggle\",\"args\":{\"pin\":1},\"error\":\"tired\""),
            "f:1: unknown error code \"tired\" (a trace of another version?)",
        ),
        (
            call("\"call\":\"i2c.write\",\"args\":{\"i2c\":1,\"address\":1,\"data\":\"0g\"}"),
            "f:1: \"data\": expected bytes in hexadecimal",
        ),
        (
            write(r#""first":"00","bytes":70000,"crc32":"00000000""#),
            "f:1: \"data\": \"first\": expected 16 bytes in hexadecimal",
        ),
        (
            write(&format!("{FIRST},\"bytes\":2147483648,\"crc32\":\"00000000\"")),
            "f:1: \"data\": \"bytes\": expected a number from 0 to 2147483647, found 2147483648",
        ),
        (
            write(&format!("{FIRST},\"bytes\":70000,\"crc32\":\"0000000g\"")),
            "f:1: \"data\": \"crc32\": expected 8 hexadecimal digits",
        ),
        (write(&format!("{FIRST},\"bytes\":70000")), "f:1: \"data\": a call lacks \"crc32\""),
        ("{\"dropped-bytes\":-1}\n".to_owned(), "f:1: a call lacks \"call\""),
        (
            "dropped some bytes of trace\n".to_owned(),
            "f:1: expected a time and a call, like \"0 us  gpio.open\", found \"dropped some bytes of trace\"",
        ),
    ] {
        let folder = Folder::new().with("f", &content).with("good", &content);
        let ran = folder.trace(&["show", "f"]);
        assert_eq!((ran.code, ran.stderr), (Some(205), format!("error: {said}\n")), "{content}");
        let ran = folder.trace(&["diff", "f", "good"]);
        assert_eq!((ran.code, ran.stderr), (Some(205), format!("error: {said}\n")), "{content}");
    }
    let long = call(&format!("\"call\":\"gpio.toggle\",\"args\":{{\"pin\":\"{}\"}}", "é".repeat(10_000)));
    let ran = Folder::new().with("f", long).trace(&["show", "f"]);
    assert!(ran.stderr.len() < 400 && ran.stderr.ends_with("éé…\n"), "{ran:?}");
    let ran = Folder::new().with("f", b"\xff\n").trace(&["show", "f"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(205), "error: f:1: not UTF-8, so no trace\n"));
}

#[test]
fn a_line_longer_than_any_call_is_refused_and_not_held() {
    let long = format!(
        "{{\"time-ns\":0,\"app\":0,\"call\":\"log.write\",\"args\":{{\"level\":\"{}\"",
        "a".repeat(1 << 20)
    );
    let text = format!("         0 us  log.write       level=info \"{}\"\n", "a".repeat(1 << 20));
    for content in [long, text] {
        let folder = Folder::new().with("f", content);
        for arguments in [&["show", "f"][..], &["diff", "f", "f"]] {
            let ran = folder.trace(arguments);
            let said = "error: f:1: line of more than 413696 bytes, which no call has\n";
            assert_eq!((ran.code, ran.stderr.as_str()), (Some(205), said));
        }
    }
}

#[test]
fn show_prints_what_comes_before_a_line_that_is_wrong() {
    let good = trace(2, &[]);
    let ran = Folder::new().with("f", good.clone() + "\0\0\0\n").trace(&["show", "f"]);
    assert_eq!((ran.code, ran.stdout), (Some(205), good));
}

/// Every kind of argument and result that a call has, in a run of its own.
const EVERYTHING: &str = r#"(module
    (import "device:abi/gpio@1" "open" (func $pin (param i32 i32 i32) (result i32)))
    (import "device:abi/gpio@1" "read" (func $level (param i32) (result i32)))
    (import "device:abi/i2c@1" "open" (func $open (param i32 i32) (result i32)))
    (import "device:abi/i2c@1" "write" (func $write (param i32 i32 i32 i32) (result i32)))
    (import "device:abi/i2c@1" "transaction" (func $transaction (param i32 i32 i32 i32) (result i32)))
    (import "device:abi/log@1" "write" (func $log (param i32 i32 i32)))
    (import "device:abi/system@1" "random" (func $random (param i32 i32) (result i32)))
    (import "device:abi/system@1" "last-reset" (func $reset (result i32)))
    (import "device:abi/clock@1" "sleep" (func $sleep (param i64)))
    (import "device:abi/clock@1" "now" (func $now (result i64)))
    (import "device:abi/system@1" "exit" (func $exit (param i32)))
    (memory (export "memory") 2)
    (data (i32.const 0) "\d0 \"quoted\" \\ \n\01 \c3\a9")
    (data (i32.const 64) "\01\00\00\00\00\00\00\00\01\00\00\00\00\00\00\00\20\00\00\00\01\00\00\00")
    (func (export "run") (result i32) (local $bus i32)
        (drop (call $level (call $pin (i32.const 2) (i32.const 1) (i32.const 0))))
        (local.set $bus (call $open (i32.const 0) (i32.const 0)))
        (drop (call $transaction (local.get $bus) (i32.const 0x76) (i32.const 64) (i32.const 2)))
        (drop (call $transaction (local.get $bus) (i32.const 0x76) (i32.const 64) (i32.const 65)))
        (drop (call $write (local.get $bus) (i32.const 0x10) (i32.const 0) (i32.const 2)))
        (drop (call $write (local.get $bus) (i32.const 0x76) (i32.const 0) (i32.const 70000)))
        (call $log (i32.const 1) (i32.const 1) (i32.const 17))
        (call $log (i32.const 2) (i32.const 512) (i32.const 300))
        (drop (call $random (i32.const 1024) (i32.const 100)))
        (drop (call $reset))
        (call $sleep (i64.const 12345678901))
        (drop (call $now))
        (call $exit (i32.const -7))
        (i32.const 0)))"#;

#[test]
fn show_makes_text_of_json_as_the_run_would_have() {
    let folder = Folder::new().with("everything.wat", EVERYTHING);
    let board = guest("board.toml");
    let everything = folder.path("everything.wat").display().to_string();
    for guest in [everything, guest("hello.wat"), guest("chip-id.wat"), guest("violation.wat")] {
        for form in ["text", "json"] {
            let options = ["--time", "virtual", "--for", "24h", "--board", &board];
            folder
                .output(&[&["run", &guest, "--trace", form, "--trace-format", form], &options[..]].concat());
        }
        let text = fs::read_to_string(folder.path("text")).unwrap();
        assert_ne!(text, "");
        for form in ["text", "json"] {
            let ran = folder.trace(&["show", form]);
            assert_eq!((ran.code, ran.stdout, ran.stderr), (Some(0), text.clone(), String::new()), "{form}");
        }
        assert_eq!(folder.trace(&["diff", "json", "json"]).code, Some(0));
    }
}

#[test]
fn what_is_in_a_trace_does_not_command_the_terminal() {
    let line = "         0 us  log.write       level=info \"\x1b[2J\u{202e}\"\n";
    let folder = Folder::new().with("a", line).with("empty", "");
    let escaped = "log.write       level=info \"\\u{1b}[2J\\u{202e}\"\n";
    for arguments in [&["show", "a"][..], &["diff", "a", "empty"]] {
        let ran = folder.trace(arguments);
        assert!(ran.stdout.contains(escaped), "{ran:?}");
    }
}

#[test]
fn the_command_line_is_checked() {
    for (arguments, said) in [
        (&["trace"][..], "Usage: twinboard trace"),
        (&["trace", "show"], "<FILE>"),
        (&["trace", "diff", "a"], "<B>"),
        (&["trace", "diff", "a", "b", "--no-time"], "'--no-times'"),
        (&["trace", "diff", "a", "b", "--context", "1001"], "1001 is not in 0..=1000"),
        (&["trace", "diff", "a", "b", "--context", "few"], "'few'"),
    ] {
        let ran = twinboard(arguments);
        assert_eq!(ran.code, Some(204), "{ran:?}");
        assert!(ran.stderr.contains(said), "{arguments:?}: {ran:?}");
    }
    let help = twinboard(&["--help"]).stdout;
    assert!(help.contains("  208    two traces differ\n"), "{help}");
}
