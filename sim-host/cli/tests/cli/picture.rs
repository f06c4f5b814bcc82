//! `twinboard run --picture`

use std::fs;

use crate::{guest, twinboard};

#[test]
fn a_run_draws_its_wires_beside_the_vcd() {
    let folder = tempfile::tempdir().unwrap();
    let picture = folder.path().join("wires.svg").display().to_string();
    let vcd = folder.path().join("wires.vcd").display().to_string();
    let mut arguments =
        vec!["run".to_owned(), guest("chip-id.wat"), "--board".to_owned(), guest("board.toml")];
    arguments.extend(["--time", "virtual", "--vcd", &vcd, "--picture", &picture].map(str::to_owned));
    let ran = twinboard(&arguments);
    assert_eq!(ran.code, Some(0x60), "{ran:?}");
    let file = fs::read_to_string(&picture).unwrap();
    assert!(
        ran.stderr.contains(&format!("wires: {} bytes of picture in {picture}\n", file.len())),
        "{ran:?}"
    );
    assert!(ran.stderr.contains(&format!(" bytes of VCD in {vcd}\n")), "{ran:?}");
    for text in [">chip-id.wat", ">0x76 W<", ">d0<", ">0x76 R<", ">60<"] {
        assert!(file.contains(text), "{text} in\n{file}");
    }
    assert!(fs::read_to_string(&vcd).unwrap().contains("$scope module i2c0 $end\n"));
    // The same run draws the same picture.
    twinboard(&arguments);
    assert_eq!(fs::read_to_string(&picture).unwrap(), file);
}

#[test]
fn a_trap_is_drawn_up_to_it() {
    let folder = tempfile::tempdir().unwrap();
    let picture = folder.path().join("wires.svg").display().to_string();
    let ran = twinboard(&["run", &guest("trap.wat"), "--picture", &picture]);
    assert_eq!(ran.code, Some(201), "{ran:?}");
    assert!(fs::read_to_string(&picture).unwrap().ends_with("</svg>\n"));
}

#[test]
fn messages_are_in_the_picture_and_those_that_are_not_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let picture = folder.path().join("wires.svg").display().to_string();
    let ran =
        twinboard(&["run", &guest("tick.wat"), "--time", "virtual", "--for", "60s", "--picture", &picture]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let messages = ran.stdout.lines().count();
    assert!(messages > 2_000, "{messages} messages");
    let file = fs::read_to_string(&picture).unwrap();
    assert!(
        file.contains(&format!(">0 transactions, 0 pin changes, {messages} messages; 60 s of")),
        "{file}"
    );
    assert!(file.contains(&format!(" of {messages} messages<")), "{file}");
    assert!(file.matches(">tick<").count() > 100, "{file}");
    assert!(file.len() < 1_000_000, "{} bytes", file.len());
}
