//! `twinboard board check`

use std::fs;

use crate::{guest, twinboard};

#[test]
fn a_good_file_is_summed_up() {
    let path = guest("board.toml");
    let ran = twinboard(&["board", "check", &path]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{ran:?}");
    assert_eq!(
        ran.stdout,
        format!(
            "{path}: \"bench\" on profile esp32c3\n  \
             pin 1 LED\n  \
             i2c 0 at 400000 Hz, sda on pin 5, scl on pin 6\n    \
             0x76 bme280: temperature-c=21.5 humidity-percent=50 pressure-hpa=1013.25\n"
        )
    );
}

#[test]
fn parts_labels_and_registers_are_summed_up() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("board.toml").display().to_string();
    let text = r#"
        [gpio]
        parts = [
            { model = "button", pin = 9, label = "BOOT", bounce-us = 1.5 },
            { model = "led", pin = 2 },
        ]
        pins.4.label = "relay"
        [i2c.0]
        chips = [
            { model = "stuck", address = 0x10, label = "broken", for-ms = 2 },
            { model = "registers", address = 0x48, registers = [ { address = 0, count = 3 } ] },
        ]
    "#;
    fs::write(&path, text).unwrap();
    let ran = twinboard(&["board", "check", &path]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{ran:?}");
    assert_eq!(
        ran.stdout,
        format!(
            "{path}: board on profile desktop\n  \
             pin 2: led, active high\n  \
             pin 4 relay\n  \
             pin 9 BOOT: button, active low, bounces for 1.5 us\n  \
             i2c 0 at 100000 Hz\n    \
             0x10 stuck broken: after-transfers=0 for-ms=2 held=1\n    \
             0x48 registers: 3 registers\n"
        )
    );
}

#[test]
fn all_problems_of_all_files_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let bad = folder.path().join("bad.toml").display().to_string();
    let worse = folder.path().join("worse.toml").display().to_string();
    fs::write(&bad, "[gpio.pins]\n64 = {}\n").unwrap();
    fs::write(&worse, "[board]\nprofile = \"esp32c3\"\n[i2c.1]\nfrequency-hz = 0\n").unwrap();
    let good = guest("board.toml");
    let ran = twinboard(&["board", "check", &bad, &good, &worse]);
    assert_eq!(ran.code, Some(207), "{ran:?}");
    assert_eq!(
        ran.stderr,
        format!(
            "error: {bad}:2: pin 64 of [gpio.pins] is not on profile \"desktop\", whose pins are 0 to 63\n\
             error: {worse}:3: i2c bus 1 is not on profile \"esp32c3\", whose buses are 0 to 0\n\
             error: {worse}:4: \"frequency-hz\" in [i2c.1] is 0, must be 1 to 1000000 (fast-mode plus)\n"
        )
    );
    assert!(ran.stdout.starts_with(&good), "{ran:?}");
}

#[test]
fn an_unreadable_file_weighs_more_than_a_bad_one() {
    let folder = tempfile::tempdir().unwrap();
    let bad = folder.path().join("bad.toml").display().to_string();
    fs::write(&bad, "[").unwrap();
    for files in [[&bad, "no/such.toml"], ["no/such.toml", &bad]] {
        let ran = twinboard(&["board", "check", files[0], files[1]]);
        assert_eq!(ran.code, Some(205), "{ran:?}");
        assert!(
            ran.stderr.contains("error: no/such.toml: cannot be read\ncaused by: No such file"),
            "{ran:?}"
        );
    }
}
