//! `twinboard trace diff --native`

use std::fs;

use crate::{
    guest,
    trace_command::{Folder, JSON, trace},
};

/// A trace of these calls, each at its time in microseconds.
fn calls(calls: &[(u64, &str)]) -> String {
    calls.iter().map(|(us, call)| format!("{us:>10} us  {call}\n")).collect()
}

#[test]
fn what_is_no_trace_is_205_here_too() {
    let whole = trace(300, &[]);
    let folder = Folder::new()
        .with("a", trace(1, &[]))
        .with("whole", &whole)
        .with("cut", &whole[..whole.len() - 20])
        .with("later", "        10 us  gpio.wobble     pin=1\n")
        .with("json", JSON)
        .with("module", b"\0asm\x01\0\0\0\n");
    for (a, b, code, said) in [
        ("whole", "cut", 205, "error: cut:300: unknown function \"gp\" (a trace of another version?)\n"),
        ("cut", "whole", 205, "error: cut:300: unknown function \"gp\" (a trace of another version?)\n"),
        (
            "a",
            "later",
            205,
            "error: later:1: unknown function \"gpio.wobble\" (a trace of another version?)\n",
        ),
        (
            "module",
            "a",
            205,
            "error: module:1: expected a time and a call, like \"0 us  gpio.open\", found \"\\0asm\\u{1}\\0\\0\\0\"\n",
        ),
        (
            "a",
            "json",
            204,
            "error: a is text and json is JSON lines: write both with the same --trace-format\n",
        ),
    ] {
        let ran = folder.trace(&["diff", "--native", a, b]);
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(code), said), "{a} {b}");
    }
    let ran = folder.trace(&["diff", "--native", "none", "a"]);
    assert_eq!(ran.code, Some(205));
}

#[test]
fn a_trace_that_is_empty_or_short_differs() {
    let folder = Folder::new().with("a", trace(2, &[])).with("short", trace(1, &[])).with("empty", "");
    for (a, b, last) in [
        ("a", "empty", "0 calls equal, 2 only in a (by order, values and least times)\n"),
        ("a", "short", "1 call equal, 1 only in a (by order, values and least times)\n"),
        ("empty", "a", "0 calls equal, 2 only in a (by order, values and least times)\n"),
    ] {
        let ran = folder.trace(&["diff", "--native", a, b]);
        assert_eq!((ran.code, ran.stdout.ends_with(last)), (Some(208), true), "{}", ran.stdout);
    }
    let ran = folder.trace(&["diff", "--native", "empty", "empty"]);
    let said = "traces are alike, 0 calls (by order, values and least times)\n";
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), said));
}

#[test]
fn a_trace_with_holes_is_never_the_same() {
    let holes = trace(2, &[]) + "dropped 210 bytes of trace\n" + &calls(&[(90, "gpio.toggle     pin=1")]);
    let json = format!("{JSON}\n{{\"dropped-bytes\":7}}\n");
    let folder =
        Folder::new().with("a", trace(3, &[])).with("holes", &holes).with("json", &json).with("b.json", JSON);
    let said = "holes is incomplete: its device dropped 210 bytes of trace\n";
    for arguments in [&["diff", "a", "holes", "--native"][..], &["diff", "holes", "holes", "--no-times"]] {
        let ran = folder.trace(arguments);
        assert_eq!((ran.code, ran.stdout.starts_with(said)), (Some(208), true), "{}", ran.stdout);
    }
    let ran = folder.trace(&["diff", "holes", "holes"]);
    assert!(ran.stdout.ends_with("\nof what is there: traces are identical, 3 calls\n"), "{}", ran.stdout);
    let ran = folder.trace(&["diff", "b.json", "json", "--native"]);
    assert!(ran.code == Some(208) && ran.stdout.contains("dropped 7 bytes"), "{ran:?}");
    // A hole is shown where it is.
    assert_eq!(folder.trace(&["show", "holes"]).stdout, holes);
    assert!(folder.trace(&["show", "json"]).stdout.ends_with("dropped 7 bytes of trace\n"));
}

#[test]
fn a_chip_may_take_longer_but_not_less() {
    let a = [
        (0, "clock.now       -> 0"),
        (1, "clock.sleep     duration-us=10000"),
        (10_002, "clock.now       -> 10002"),
        (10_003, "system.device-id into=16 -> 4 [6465736b]"),
    ];
    let mut b = [
        (7, "clock.now       -> 7"),
        (31, "clock.sleep     duration-us=10000"),
        (10_050, "clock.now       -> 10050"),
        (10_081, "system.device-id into=16 -> 6 [a0764e00c3d1]"),
    ];
    let folder = Folder::new().with("sim", calls(&a)).with("chip", calls(&b));
    let ran = folder.trace(&["diff", "--native", "sim", "chip"]);
    let said = "traces are alike, 4 calls (by order, values and least times)\n";
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), said));
    assert_eq!(folder.trace(&["diff", "sim", "chip"]).code, Some(208));

    b[2] = (9_831, "clock.now       -> 9831");
    let folder = folder.with("chip", calls(&b));
    let ran = folder.trace(&["diff", "--native", "sim", "chip", "--context", "1"]);
    let said = "\
chip breaks clock.sleep#sleeps-at-least at call 2: slept 9.8 ms, at least 10 ms were asked for
       2      2          31 us  clock.sleep     duration-us=10000
~ slept 9.8 ms, at least 10 ms were asked for (clock.sleep#sleeps-at-least)
       3      3        9831 us  clock.now       -> 9831
4 calls equal, 1 rule of time broken (by order, values and least times)
";
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(208), said));
    let ran = folder.trace(&["diff", "--native", "--no-times", "sim", "chip"]);
    assert_eq!(
        (ran.code, ran.stdout.as_str()),
        (Some(0), "traces are alike, 4 calls (by order and values)\n")
    );

    b[3] = (10_081, "system.device-id into=16 -> error too-large");
    let folder = folder.with("chip", calls(&b));
    let ran = folder.trace(&["diff", "--native", "--no-times", "sim", "chip"]);
    assert_eq!(ran.code, Some(208), "{}", ran.stdout);
}

#[test]
fn runs_on_the_walls_clock_are_alike_in_both_forms() {
    let folder = Folder::new();
    for form in ["text", "json"] {
        for (time, name) in [("virtual", "sim"), ("real", "wall")] {
            let (hello, file) = (guest("hello.wat"), format!("{name}.{form}"));
            let options = ["--time", time, "--trace", &file, "--trace-format", form];
            folder.output(&[&["run", hello.as_str()][..], &options].concat());
        }
        let files = [format!("sim.{form}"), format!("wall.{form}")];
        let ran = folder.trace(&["diff", "--native", &files[0], &files[1]]);
        assert_eq!(ran.code, Some(0), "{ran:?}");
        assert_ne!(fs::read_to_string(folder.path(&files[0])).unwrap(), "");
    }
}
