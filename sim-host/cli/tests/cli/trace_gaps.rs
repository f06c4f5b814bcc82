//! `twinboard trace diff` of traces with a gap longer than what is held of them.

use std::{
    fs::File,
    io::Write,
    process::{Command, Stdio},
};

use sim_host::trace::diff::{LONGEST_GAP, WINDOW};

use crate::{Ran, program, trace_command::Folder};

/// A guest's loop of eight calls, of which one reads something new; `form` makes a line of each call.
fn rounds(numbers: impl Iterator<Item = u64>, form: fn(u64, u64) -> String) -> String {
    numbers.map(|number| form(number * 10, if number % 8 == 5 { number / 8 } else { number % 8 })).collect()
}

fn text(us: u64, reading: u64) -> String {
    format!("{us:>10} us  i2c.write       i2c=1 address=0x76 data=[{reading:08x}]\n")
}

fn json(us: u64, reading: u64) -> String {
    format!(
        "{{\"time-ns\":{},\"app\":0,\"call\":\"i2c.write\",\
         \"args\":{{\"i2c\":1,\"address\":118,\"data\":\"{reading:08x}\"}}}}\n",
        us * 1000
    )
}

const FOUND: &str = "14400 calls equal, 5600 only in long (times not compared)\n";

fn traces(form: fn(u64, u64) -> String) -> Folder {
    let short = rounds((0..6_000).chain(11_600..20_000), form);
    Folder::new().with("long", rounds(0..20_000, form)).with("short", short)
}

#[test]
fn a_long_gap_is_found_in_both_forms() {
    for form in [text, json] {
        let ran = traces(form).trace(&["diff", "--no-times", "long", "short"]);
        assert_eq!(ran.code, Some(208));
        assert!(ran.stdout.ends_with(FOUND) && !ran.stdout.contains("in order"), "{ran:?}");
    }
    let ran = traces(text).trace(&["diff", "--native", "--no-times", "short", "long"]);
    assert!(ran.stdout.ends_with("14400 calls equal, 5600 only in long (by order and values)\n"), "{ran:?}");
}

#[test]
fn a_pipe_is_read_once_and_it_is_said_where_that_was_not_enough() {
    let folder = traces(text);
    let diff = |command: &mut Command| {
        command.args(["--no-times", "/dev/stdin", "short"]).current_dir(folder.path(""));
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().unwrap()
    };
    let mut child = diff(program(&["trace", "diff"]).stdin(Stdio::piped()));
    let long = std::fs::read(folder.path("long")).unwrap();
    // Nobody reads the rest where the traces part.
    let _ = child.stdin.take().unwrap().write_all(&long);
    let ran = Ran::from(child.wait_with_output().unwrap());
    assert_eq!(ran.code, Some(208));
    assert!(ran.stdout.contains("; paired in order from call 6006 on, perhaps wrongly"), "{ran:?}");
    assert!(ran.stdout.contains("behind a gap of up to 4096 calls: from here on"), "{ran:?}");
    // What only looks like a pipe can be read again.
    let child = diff(program(&["trace", "diff"]).stdin(File::open(folder.path("long")).unwrap()));
    let ran = Ran::from(child.wait_with_output().unwrap());
    assert!(ran.stdout.ends_with(&FOUND.replace("long", "/dev/stdin")), "{ran:?}");
}

#[test]
fn the_help_says_how_long_a_gap_may_be() {
    let help = crate::twinboard(&["trace", "diff", "--help"]).stdout;
    let words: Vec<&str> = help.split_whitespace().collect();
    let said = format!("a gap of up to {LONGEST_GAP} calls, unless a trace comes through a pipe ({WINDOW})");
    assert!(words.join(" ").contains(&said), "{help}");
}
