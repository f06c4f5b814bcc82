//! The golden frames and the numbers in `LINK.md` are those of the code.
//!
//! `LINK_GOLDEN=write cargo test -p device-link golden` writes them anew.

use std::{fmt::Write, fs, path::PathBuf};

use device_abi::{FUNCTIONS, Limit, RefusalWord, gpio, log, system, types};
use device_link::{Kind, ToDevice, ToHost, decode};

use crate::{
    samples::{self, Sample},
    support::payload,
};

/// Every function and every word, with the number that stands for it.
fn numbers() -> String {
    let mut text = String::new();
    let mut line = |what: &str, names: &mut dyn Iterator<Item = String>| {
        let all: Vec<_> = names.enumerate().map(|(number, name)| format!("{number} {name}")).collect();
        writeln!(text, "- *{what}*: {}", all.join(", ")).expect("text takes text");
    };
    let names = |names: &'static [&str]| names.iter().map(ToString::to_string);
    line("function", &mut FUNCTIONS.iter().map(|info| info.full_name.to_owned()));
    line("error code", &mut names(types::ErrorCode::NAMES));
    line("pin mode", &mut names(gpio::Mode::NAMES));
    line("level", &mut names(gpio::Level::NAMES));
    line("log level", &mut names(log::Level::NAMES));
    line("reset reason", &mut names(system::ResetReason::NAMES));
    line("refusal", &mut RefusalWord::ALL.iter().map(ToString::to_string));
    line("limit", &mut Limit::ALL.iter().map(ToString::to_string));
    text
}

fn frames() -> String {
    let mut text = String::from("```text\n");
    for (name, frame) in samples::frames() {
        writeln!(text, "{name}").expect("text takes text");
        for line in frame.chunks(32) {
            let bytes: Vec<_> = line.iter().map(|byte| format!("{byte:02x}")).collect();
            writeln!(text, "  {}", bytes.join(" ")).expect("text takes text");
        }
    }
    text + "```\n"
}

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("LINK.md")
}

/// The part of `LINK.md` between the two comments that name it.
fn part<'t>(text: &'t str, name: &str) -> &'t str {
    let (begin, end) = (format!("<!-- {name} -->\n"), format!("<!-- end of {name} -->"));
    let inside = text.split_once(&begin).and_then(|(_, rest)| rest.split_once(&end));
    inside.unwrap_or_else(|| panic!("LINK.md has no part \"{name}\"")).0
}

#[test]
fn golden_parts_are_up_to_date() {
    let mut text = fs::read_to_string(path()).expect("LINK.md is there");
    for (name, expected) in [("numbers", numbers()), ("golden frames", frames())] {
        let found = part(&text, name);
        if found != expected && std::env::var_os("LINK_GOLDEN").is_some_and(|value| value == "write") {
            let begin = format!("<!-- {name} -->\n");
            text = text.replace(&format!("{begin}{found}"), &format!("{begin}{expected}"));
            fs::write(path(), &text).expect("LINK.md can be written");
        } else {
            assert!(found == expected, "{name}: changed; see VERSION, and the top of golden.rs");
        }
    }
}

#[test]
fn golden_frames_decode_to_their_messages() {
    let text = fs::read_to_string(path()).expect("LINK.md is there");
    let mut found: Vec<(String, Vec<u8>)> = Vec::new();
    for line in part(&text, "golden frames").lines().filter(|line| !line.starts_with("```")) {
        match (line.strip_prefix("  "), found.last_mut()) {
            (Some(bytes), Some((_, frame))) => {
                frame.extend(bytes.split(' ').map(|byte| u8::from_str_radix(byte, 16).expect("hexadecimal")));
            }
            _ => found.push((line.to_owned(), Vec::new())),
        }
    }
    let samples = samples::all();
    assert_eq!(found.len(), samples.len());
    for ((name, frame), (expected_name, expected)) in found.iter().zip(samples) {
        assert_eq!(name, expected_name);
        let payload = payload(frame);
        let decoded = match expected {
            Sample::Device(_) => decode::<ToDevice<'_>>(&payload).map(|message| message == device(&expected)),
            Sample::Host(_) => decode::<ToHost<'_>>(&payload).map(|message| message == host(&expected)),
        };
        assert_eq!(decoded, Ok(true), "{name}");
    }
}

fn device(sample: &Sample) -> device_link::Message<ToDevice<'static>> {
    match sample {
        Sample::Device(message) => *message,
        Sample::Host(_) => unreachable!("asked for by direction"),
    }
}

fn host(sample: &Sample) -> device_link::Message<ToHost<'static>> {
    match sample {
        Sample::Host(message) => *message,
        Sample::Device(_) => unreachable!("asked for by direction"),
    }
}

/// Every kind of message has a golden frame.
#[test]
fn golden_frames_cover_all_kinds() {
    let frames = samples::frames();
    for kind in Kind::ALL {
        assert!(frames.iter().any(|(_, frame)| payload(frame)[0] == kind as u8), "{kind:?} has no sample");
    }
}
