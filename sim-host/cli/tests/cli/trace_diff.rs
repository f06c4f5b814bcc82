//! `twinboard trace diff`

use crate::trace_command::{Folder, JSON, trace};

#[test]
fn mixed_forms_are_204() {
    let folder = Folder::new().with("a.txt", trace(1, &[])).with("b.json", format!("{JSON}\n"));
    let ran = folder.trace(&["diff", "a.txt", "b.json"]);
    let said = "error: a.txt is text and b.json is JSON lines: write both with the same --trace-format\n";
    assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (Some(204), "", said));
}

#[test]
fn identical_traces_are_told_with_their_length() {
    let folder = Folder::new()
        .with("a", trace(5, &[]))
        .with("b", trace(5, &[]))
        .with("one.json", JSON)
        .with("crlf.json", format!("{JSON}\r\n"))
        .with("empty", "");
    for (arguments, said) in [
        (["diff", "a", "b"], "traces are identical, 5 calls\n"),
        (["diff", "one.json", "crlf.json"], "traces are identical, 1 call\n"),
        (["diff", "empty", "empty"], "traces are identical, 0 calls\n"),
    ] {
        let ran = folder.trace(&arguments);
        assert_eq!(
            (ran.code, ran.stdout.as_str(), ran.stderr.as_str()),
            (Some(0), said, ""),
            "{arguments:?}"
        );
    }
}

#[test]
fn the_first_difference_is_shown_with_what_is_around_it() {
    let folder = Folder::new().with("a", trace(20, &[])).with(
        "b",
        trace(
            20,
            &[(6, "        60 us  gpio.toggle     pin=2"), (15, "       150 us  gpio.toggle     pin=7")],
        ),
    );
    let first = "\
a and b differ at call 6
       3      3          30 us  gpio.toggle     pin=1
       4      4          40 us  gpio.toggle     pin=1
       5      5          50 us  gpio.toggle     pin=1
-      6                 60 us  gpio.toggle     pin=1
+             6          60 us  gpio.toggle     pin=2
       7      7          70 us  gpio.toggle     pin=1
       8      8          80 us  gpio.toggle     pin=1
       9      9          90 us  gpio.toggle     pin=1
";
    let summary = "18 calls equal, 2 changed\n";
    let ran = folder.trace(&["diff", "a", "b"]);
    assert_eq!((ran.code, ran.stdout, ran.stderr.as_str()), (Some(208), format!("{first}{summary}"), ""));
    let second = "\
a and b differ at call 15
      12     12         120 us  gpio.toggle     pin=1
      13     13         130 us  gpio.toggle     pin=1
      14     14         140 us  gpio.toggle     pin=1
-     15                150 us  gpio.toggle     pin=1
+            15         150 us  gpio.toggle     pin=7
      16     16         160 us  gpio.toggle     pin=1
      17     17         170 us  gpio.toggle     pin=1
      18     18         180 us  gpio.toggle     pin=1
";
    let ran = folder.trace(&["diff", "--all", "a", "b"]);
    assert_eq!((ran.code, ran.stdout), (Some(208), format!("{first}{second}{summary}")));
    let ran = folder.trace(&["diff", "--all", "--context", "0", "a", "b"]);
    let shown: Vec<&str> = (first.lines().chain(second.lines()).chain(summary.lines()))
        .filter(|line| !line.starts_with(' '))
        .collect();
    assert_eq!((ran.code, ran.stdout.lines().collect()), (Some(208), shown));
}

#[test]
fn calls_behind_one_that_is_missing_are_compared_with_their_counterparts() {
    let write = "        55 us  i2c.write       i2c=1 address=0x76 data=[f4]\n";
    let shifted = |line: &str| {
        let time: u64 = line[..10].trim().parse().unwrap();
        format!("{:>10}{}\n", if time > 50 { time + 310 } else { time }, &line[10..])
    };
    let a = trace(200, &[]);
    let lines: Vec<String> = a.lines().map(shifted).collect();
    let b = lines[..5].concat() + write + &lines[5..].concat();
    let folder = Folder::new().with("a", a).with("b", b);
    let said = "\
a and b differ at call 6
       4      4          40 us  gpio.toggle     pin=1
       5      5          50 us  gpio.toggle     pin=1
+             6          55 us  i2c.write       i2c=1 address=0x76 data=[f4]
~ from here on, b is 310 us later
       6      7          60 us  gpio.toggle     pin=1
       7      8          70 us  gpio.toggle     pin=1
200 calls equal, 1 only in b; from call 6 of a, 7 of b on, b is 310 us later
";
    let ran = folder.trace(&["diff", "a", "b", "--context", "2"]);
    assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (Some(208), said, ""));
    let said = "\
b and a differ at call 6
       5      5  gpio.toggle     pin=1
-      6         i2c.write       i2c=1 address=0x76 data=[f4]
       7      6  gpio.toggle     pin=1
200 calls equal, 1 only in b (times not compared)
";
    let ran = folder.trace(&["diff", "b", "a", "--context", "1", "--ignore-times"]);
    assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (Some(208), said, ""));
}

#[test]
fn a_shift_in_time_is_one_difference() {
    let shifted: String =
        (1..=20).map(|n| format!("{:>10} us  gpio.toggle     pin=1\n", n * 10 + n / 15 * 7)).collect();
    let folder = Folder::new().with("a", trace(20, &[])).with("b", shifted);
    let said = "\
from call 15 on, b is 7 us later
      14     14         140 us  gpio.toggle     pin=1
~ from here on, b is 7 us later
      15     15         150 us  gpio.toggle     pin=1
only times differ: 20 calls equal; from call 15 on, b is 7 us later
";
    let ran = folder.trace(&["diff", "a", "b", "--context", "1", "--all"]);
    assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (Some(208), said, ""));
    let early = trace(2, &[(2, "        20 us  gpio.close      pin=1")]);
    let late = trace(2, &[(2, "        19 us  gpio.close      pin=1")]);
    let folder = Folder::new().with("a", early).with("b", late);
    let ran = folder.trace(&["diff", "a", "b", "--context", "0"]);
    assert_eq!(ran.stdout.lines().next(), Some("from call 2 on, b is 1 us earlier"));
    // JSON has nanoseconds.
    let folder = Folder::new().with("a", JSON).with("b", JSON.replace("1500", "1742"));
    let ran = folder.trace(&["diff", "a", "b", "--context", "0"]);
    assert_eq!(ran.stdout.lines().next(), Some("from call 1 on, b is 0.242 us later"));
}

#[test]
fn a_trace_that_ends_early_is_named() {
    let folder = Folder::new().with("long", trace(2, &[])).with("short", trace(1, &[])).with("empty", "");
    let first = "       1      1          10 us  gpio.toggle     pin=1\n";
    let missing = "-      2                 20 us  gpio.toggle     pin=1\n";
    let added = "+             2          20 us  gpio.toggle     pin=1\n";
    let from_empty = "+             1          10 us  gpio.toggle     pin=1\n";
    let goes_on = |short: &str, calls: &str, long: &str, rest: &str, equal: u64| {
        format!(
            "{short} ends after {calls}, {long} goes on\n{rest}{equal} call{} equal, 1 only in {long}\n",
            if equal == 1 { "" } else { "s" }
        )
    };
    for (arguments, said) in [
        (
            ["diff", "long", "short"],
            goes_on("short", "1 call", "long", &format!("{first}~ short ends here\n{missing}"), 1),
        ),
        (
            ["diff", "short", "long"],
            goes_on("short", "1 call", "long", &format!("{first}~ short ends here\n{added}"), 1),
        ),
        (
            ["diff", "empty", "short"],
            goes_on("empty", "0 calls", "short", &format!("~ empty ends here\n{from_empty}"), 0),
        ),
    ] {
        let ran = folder.trace(&arguments);
        assert_eq!((ran.code, ran.stdout, ran.stderr.as_str()), (Some(208), said, ""), "{arguments:?}");
    }
}

#[test]
fn a_long_difference_is_shown_by_its_beginning_unless_all_is_asked_for() {
    let folder = Folder::new().with("a", trace(500, &[])).with("empty", "");
    let ran = folder.trace(&["diff", "a", "empty"]);
    assert_eq!((ran.code, ran.stdout.lines().count()), (Some(208), 21), "{}", ran.stdout);
    assert!(ran.stdout.ends_with("~ … (--all shows all)\n0 calls equal, 500 only in a\n"), "{}", ran.stdout);
    let ran = folder.trace(&["diff", "a", "empty", "--all"]);
    assert_eq!((ran.code, ran.stdout.lines().count()), (Some(208), 503), "{}", ran.stdout);
}

#[test]
fn half_a_line_after_the_difference_does_not_hide_it() {
    let half = "        10 us  gpio.toggle     pin=2\n        20 us  gpio.tog";
    let folder = Folder::new().with("a", trace(2, &[])).with("b", half);
    let ran = folder.trace(&["diff", "a", "b"]);
    let said = "a and b differ at call 1\n\
                -      1                 10 us  gpio.toggle     pin=1\n\
                +             1          10 us  gpio.toggle     pin=2\n";
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(205), said));
    assert_eq!(ran.stderr, "error: b:2: unknown function \"gpio.tog\" (a trace of another version?)\n");
}

#[test]
fn a_trace_cut_off_is_205_although_nothing_differs_before() {
    let whole = trace(300, &[]);
    let folder = Folder::new().with("whole", &whole).with("cut", &whole[..whole.len() - 20]);
    for arguments in [["diff", "whole", "cut"], ["diff", "cut", "whole"]] {
        let ran = folder.trace(&arguments);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(205), ""), "{arguments:?}");
        assert_eq!(ran.stderr, "error: cut:300: unknown function \"gp\" (a trace of another version?)\n");
    }
}

#[test]
fn what_is_no_trace_is_205_on_either_side() {
    let folder =
        Folder::new().with("a", trace(1, &[])).with("binary", b"\0asm\x01\0\0\0\xff\xfe").with("empty", "");
    let hello = "expected a time and a call, like \"0 us  gpio.open\", found \"\\0asm\\u{1}\\0\\0\\0\"";
    let folder = folder.with("module", b"\0asm\x01\0\0\0\n");
    for (file, said) in [
        ("binary", "error: binary:1: not UTF-8, so no trace\n".to_owned()),
        ("module", format!("error: module:1: {hello}\n")),
        (".", "error: trace . cannot be read\ncaused by: Is a directory (os error 21)\n".to_owned()),
    ] {
        for arguments in [["diff", "a", file], ["diff", file, "a"], ["diff", "empty", file]] {
            let ran = folder.trace(&arguments);
            assert_eq!((ran.code, ran.stdout.as_str()), (Some(205), ""), "{arguments:?}");
            assert_eq!(ran.stderr, said, "{arguments:?}");
        }
    }
}

#[test]
fn times_can_be_left_out() {
    let folder = Folder::new()
        .with("a", trace(2, &[]))
        .with("b", trace(2, &[(2, "     99999 us  gpio.toggle     pin=1")]))
        .with("a.json", JSON)
        .with("b.json", JSON.replace("1500", "1600"))
        .with("c.json", JSON.replace("1500", "1600").replace("toggle", "close"));
    assert_eq!(folder.trace(&["diff", "a", "b"]).code, Some(208));
    assert_eq!(folder.trace(&["diff", "a.json", "b.json"]).code, Some(208));
    let ran = folder.trace(&["diff", "a", "b", "--no-times"]);
    assert_eq!(
        (ran.code, ran.stdout.as_str()),
        (Some(0), "traces are identical, 2 calls (times not compared)\n")
    );
    assert_eq!(folder.trace(&["diff", "--no-times", "a.json", "b.json"]).code, Some(0));
    let ran = folder.trace(&["diff", "--no-times", "a.json", "c.json"]);
    let said = "a.json and c.json differ at call 1\n\
                -      1         {\"app\":0,\"call\":\"gpio.toggle\",\"args\":{\"pin\":1}}\n\
                +             1  {\"app\":0,\"call\":\"gpio.close\",\"args\":{\"pin\":1}}\n\
                0 calls equal, 1 only in a.json, 1 only in c.json (times not compared)\n";
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(208), said));
    let ran = folder.trace(&["show", "--no-times", "a.json"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), "gpio.toggle     pin=1\n"));
}
