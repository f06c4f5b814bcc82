//! What becomes of guests, good and bad: one folder per condition, `<area>/<condition>/`.
//!
//! | file | what it is |
//! |---|---|
//! | `guest.wat` or `guest.hex` | the guest: WebAssembly text, or the bytes themselves as hexadecimal digits |
//! | `expect` | how the run ends, what is said of it, the guest's messages, its calls |
//! | `board.toml` | the board, optional; one in the area's folder serves all its conditions that have none |
//!
//! A guest begins with comment lines `;; key: value`. `about` is needed, the others have defaults:
//!
//! | key | value | default |
//! |---|---|---|
//! | `about` | the rule, in one sentence | |
//! | `profiles` | names; the expectation must hold on each | all that there are |
//! | `seed` | number | 0 |
//! | `args` | words | none |
//! | `stop-after`, `limit-time` | device time: `10s`, `5ms`, `7us`, `1ns` | none |
//! | `limit-compute` | wall-clock time | 20 s |
//! | `limit-trace` | bytes | 64 MiB |
//! | `trace` | `untimed`, `timed` (with the device time at the end), or `count` (only how many calls there were) | `untimed` |
//!
//! Adding a condition changes no code: make the folder with its guest and let
//! `UPDATE_EXPECT=1 cargo test -p sim-host --test outcomes` write the expectation; it also rewrites those that differ.
//! Then read what it wrote. Expectations of folders whose name contains a text are rewritten with `UPDATE_EXPECT=text`.

mod case;
mod coverage;
mod random_guests;
mod repeatable;
mod settings;
mod stopping;

use std::{env, fs};

use case::Case;

#[test]
fn every_guest_ends_as_expected() {
    let update = env::var("UPDATE_EXPECT").ok();
    let cases = case::all();
    assert!(cases.len() >= 100, "only {} cases found", cases.len());
    let mut wrong = String::new();
    for case in cases {
        match verdict(&case) {
            Ok(found) => {
                let differs = case.expected.as_deref() != Some(&found);
                let wanted = update.as_deref().is_some_and(|text| text == "1" || case.name.contains(text));
                if differs && wanted {
                    fs::write(case.folder.join("expect"), found).unwrap();
                } else if differs {
                    let expected = case.expected.as_deref().unwrap_or("(no file `expect`)\n");
                    wrong += &format!("{}\n--- expected\n{expected}+++ found\n{found}\n", case.name);
                }
            }
            Err(problem) => wrong += &format!("{}: {problem}\n", case.name),
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// What a case gives on its profiles, if it gives the same on all.
fn verdict(case: &Case) -> Result<String, String> {
    let mut verdict: Option<String> = None;
    for profile in &case.settings.profiles {
        let found = case.run(profile)?;
        match &verdict {
            Some(first) if *first != found => {
                let first_name = case.settings.profiles[0].name;
                let name = profile.name;
                return Err(format!("profiles differ\n--- {first_name}\n{first}+++ {name}\n{found}"));
            }
            _ => verdict = Some(found),
        }
    }
    verdict.ok_or_else(|| "no profile to run on".to_owned())
}
