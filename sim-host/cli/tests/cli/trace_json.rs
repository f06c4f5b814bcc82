//! What `twinboard trace` reads of JSON lines: all of it, or it says what it does not know.

use crate::trace_command::{Folder, JSON};

/// A line with these keys behind its time.
fn call(rest: &str) -> String {
    format!("{{\"time-ns\":0,\"app\":0,{rest}}}\n")
}

/// What `trace show` and `trace diff`, with itself, say of a file.
fn refused(content: &str, said: &str) {
    let folder = Folder::new().with("f", content);
    for arguments in [&["show", "f"][..], &["diff", "f", "f"]] {
        let ran = folder.trace(arguments);
        assert_eq!((ran.code, ran.stderr), (Some(205), format!("error: {said}\n")), "{content}");
    }
}

#[test]
fn what_a_function_does_not_have_is_refused() {
    let toggle = r#""call":"gpio.toggle","args":{"pin":1}"#;
    let random = r#""call":"system.random","args":{"into":2}"#;
    let sleep = r#""call":"clock.sleep","args":{"duration-us":2}"#;
    let trap = r#""call":"gpio.write","args":{},"trap":"abi-violation""#;
    for (rest, said) in [
        (format!(r#"{toggle},"core":1"#), r#"unknown key "core" (a trace of another version?)"#),
        (format!(r#"{toggle},"eror":"bus""#), r#"unknown key "eror" (did you mean "error"?)"#),
        (format!(r#"{random},"outputs":"ffff""#), r#""outputs": expected a list, found "ffff""#),
        (format!(r#"{random},"outputs":null"#), r#""outputs": expected a list, found null"#),
        (format!(r#"{random},"outputs":[7]"#), r#""outputs": expected bytes in hexadecimal"#),
        (format!(r#"{toggle},"outputs":["ff"]"#), r#""outputs": gpio.toggle has none"#),
        (
            format!(r#"{random},"error":"too-large","outputs":["ff"]"#),
            r#""outputs": a call that failed has none"#,
        ),
        (format!(r#"{toggle},"value":7"#), r#""value": gpio.toggle has none"#),
        (format!(r#"{toggle},"value":7,"error":"bus""#), r#""value": a call that failed has none"#),
        (format!(r#"{toggle},"argument":"pin""#), r#""argument": only a call that trapped has one"#),
        (format!(r#"{toggle},"error":7"#), r#""error": expected a string, found 7"#),
        (format!(r#"{toggle},"error":"buss""#), r#"unknown error code "buss" (did you mean "busy"?)"#),
        (format!(r#"{sleep},"error":"bus""#), r#""error": clock.sleep has none"#),
        (format!(r#"{trap},"argument":"pni""#), r#"gpio.write has no argument "pni" (did you mean "pin"?)"#),
        (
            format!(r#"{trap},"argument":"bank""#),
            r#"gpio.write has no argument "bank" (a trace of another version?)"#,
        ),
        (format!(r#"{trap},"argument":1"#), r#""argument": expected a string, found 1"#),
        (trap.to_owned(), r#"a call lacks "argument""#),
        (format!(r#"{trap},"argument":"pin","value":7"#), r#""value": a call that trapped has none"#),
        (format!(r#"{trap},"argument":"pin","outputs":[]"#), r#""outputs": a call that trapped has none"#),
        (
            trap.replace("abi-", "") + r#","argument":"pin""#,
            r#""trap": expected "abi-violation", found "violation""#,
        ),
        (
            trap.replace("{}", r#"{"pin":1}"#) + r#","argument":"pin""#,
            r#"gpio.write has no argument "pin" (a trace of another version?)"#,
        ),
        (toggle.replace("pin", "pni"), r#"gpio.toggle has no argument "pni" (did you mean "pin"?)"#),
        (
            r#""call":"log.write","args":{"level":"info","message":{"text":"a","cut":1,"full":2}}"#
                .to_owned(),
            r#""message": unknown key "full" (a trace of another version?)"#,
        ),
        (
            r#""call":"i2c.transaction","args":{"i2c":1,"address":1,"operations":[{"write":"00","read":1}]}"#
                .to_owned(),
            r#""operations": expected a case"#,
        ),
        (
            r#""call":"i2c.transaction","args":{"i2c":1,"address":1,"operations":{"elements":65,"first":1}}"#
                .to_owned(),
            r#""operations": unknown key "first" (a trace of another version?)"#,
        ),
    ] {
        refused(&call(&rest), &format!("f:1: {said}"));
    }
}

#[test]
fn every_end_that_a_call_has_is_read() {
    let lines = [
        r#"{"time-ns":0,"app":0,"call":"gpio.write","args":{},"trap":"abi-violation","argument":"level"}"#,
        r#"{"time-ns":1,"app":0,"call":"system.random","args":{},"trap":"abi-violation","argument":"result"}"#,
        r#"{"time-ns":2,"app":0,"call":"system.random","args":{"into":2},"outputs":["ffff"]}"#,
        r#"{"time-ns":3,"app":0,"call":"system.random","args":{"into":200},"error":"too-large"}"#,
        r#"{"time-ns":4,"app":0,"call":"clock.now","args":{},"value":4}"#,
    ];
    for (at, line) in lines.iter().enumerate() {
        let folder =
            Folder::new().with("a", lines.join("\n")).with("b", lines.join("\n").replace(line, JSON));
        assert_eq!(folder.trace(&["diff", "a", "a"]).code, Some(0), "{line}");
        let ran = folder.trace(&["diff", "a", "b", "--no-times", "--context", "0"]);
        assert!(ran.stdout.contains(&format!("-      {}         {{{}", at + 1, &line[13..])), "{ran:?}");
    }
}

#[test]
fn a_trace_of_another_version_is_told_apart() {
    for (head, said) in [
        (
            r#"{"trace":"device:abi@2.0.0","format":1}"#,
            r#"f:1: a trace of "device:abi@2.0.0", and this program reads those of device:abi@1"#,
        ),
        // Whatever else such a line says.
        (
            r#"{"trace":"device:abi@2.0.0","clock":"real"}"#,
            r#"f:1: a trace of "device:abi@2.0.0", and this program reads those of device:abi@1"#,
        ),
        (
            r#"{"trace":"other:abi@1.0.0","format":1}"#,
            r#"f:1: a trace of "other:abi@1.0.0", and this program reads those of device:abi@1"#,
        ),
        (
            r#"{"trace":"device:abi","format":1}"#,
            r#"f:1: a trace of "device:abi", and this program reads those of device:abi@1"#,
        ),
        (
            r#"{"trace":"device:abi@1.0.0","format":2}"#,
            "f:1: a trace in format 2, and this program reads format 1",
        ),
        (r#"{"trace":"device:abi@1.0.0"}"#, r#"f:1: a head lacks "format""#),
        (r#"{"trace":1,"format":1}"#, r#"f:1: "trace": expected a string, found 1"#),
        (
            r#"{"trace":"device:abi@1.0.0","format":1,"core":1}"#,
            r#"f:1: unknown key "core" (a trace of another version?)"#,
        ),
    ] {
        refused(&format!("{head}\n{JSON}\n"), said);
    }
    let head = r#"{"trace":"device:abi@1.0.0","format":1}"#;
    refused(&format!("{JSON}\n{head}\n"), "f:2: the head of another trace: one file holds one trace");
    refused(
        &format!("{head}\n         0 us  gpio.toggle     pin=1\n"),
        "f:2: line of text in a trace that began as JSON lines",
    );
}

#[test]
fn a_head_is_no_call_and_an_older_trace_has_none() {
    let head = r#"{"trace":"device:abi@1.7.3","format":1}"#;
    let folder = Folder::new()
        .with("old", JSON)
        .with("new", format!("{head}\n{JSON}\n"))
        .with("none", head)
        .with("text", "         0 us  gpio.toggle     pin=1\n");
    let ran = folder.trace(&["diff", "old", "new"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), "traces are identical, 1 call\n"));
    let ran = folder.trace(&["show", "new"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), "         1 us  gpio.toggle     pin=1\n"));
    assert_eq!(folder.trace(&["show", "none"]).stdout, "");
    assert_eq!(folder.trace(&["diff", "none", "text"]).code, Some(204));
}
