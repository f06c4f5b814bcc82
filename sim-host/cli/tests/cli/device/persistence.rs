//! Apps that outlive the device's power, and those that it starts by itself.

use crate::{guest, listening::Listening};

use super::{device, done, json, list::list};

#[test]
fn a_device_that_keeps_nothing_starts_nothing() {
    let board = Listening::on("tcp:127.0.0.1:0");
    for arguments in [&["autostart", "on"][..], &["autostart", "off"]] {
        let ran = device(&board, arguments);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(205), ""), "{ran:?}");
        assert!(ran.stderr.contains("the device refuses the autostart: "), "{ran:?}");
    }
    // Nothing is installed in vain either.
    let ran = device(&board, &["install", &guest("tick.wat"), "--autostart"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(205), ""), "{ran:?}");
    assert!(ran.stderr.contains("the device refuses the autostart: "), "{ran:?}");
    assert_eq!(json(&board, &["info"])["app"], serde_json::Value::Null);
    done(&board, &["install", &guest("tick.wat")]);
    let ran = device(&board, &["autostart", "on"]);
    assert_eq!(ran.code, Some(205), "{ran:?}");
    assert!(ran.stderr.contains("the device refuses the autostart: "), "{ran:?}");
    assert!(ran.stderr.contains("\nhelp: apps on this device are lost without power"), "{ran:?}");
    assert_eq!(json(&board, &["info"])["device"]["persistent"], false);
}

#[test]
fn an_app_comes_up_with_the_device() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("flash");
    let board = Listening::with_storage(&file);
    assert!(done(&board, &["info"]).contains("\napps      outlive a loss of power\n"));
    let said = done(&board, &["install", &guest("argument-count.wat"), "--autostart", "--", "a", "b"]);
    assert!(said.ends_with("\nthe device starts it whenever it starts\n"), "{said}");
    assert!(done(&board, &["status"]).contains(", autostart\n"));
    done(&board, &["reset"]);
    drop(board);

    // It has run before the first host asks, with the arguments of the install.
    let board = Listening::with_storage(&file);
    let status = json(&board, &["status"]);
    assert_eq!(status["last-end"]["outcome"], "exit 2", "{status}");
    assert_eq!(done(&board, &["autostart", "off"]), "the app waits for a host\n");
    drop(board);

    let board = Listening::with_storage(&file);
    let status = json(&board, &["status"]);
    assert_eq!((&status["last-end"], &status["app"]["autostart"]), (&serde_json::Value::Null, &false.into()));
    assert_eq!(status["app"]["state"], "idle");
    assert_eq!(device(&board, &["start", "--follow"]).code, Some(0));
    done(&board, &["uninstall"]);
    drop(board);
    assert_eq!(json(&Listening::with_storage(&file), &["status"])["app"], serde_json::Value::Null);
}

#[test]
fn an_app_that_ends_badly_is_held_and_told_of() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("flash");
    let board = Listening::with_storage(&file);
    done(&board, &["install", &guest("trap.wat"), "--autostart"]);
    drop(board);
    let board = Listening::with_storage(&file);
    let said = done(&board, &["status"]);
    assert!(said.starts_with("app       held, "), "{said}");
    let often = ", autostart, ended badly 2 times after the device had started it";
    assert!(said.lines().next().unwrap().ends_with(often), "{said}");
    assert!(
        said.contains("\nlast run  trap ") && said.contains(" until `start` or a new `install`\n"),
        "{said}"
    );
    let ports = format!("{} 303a:1001\n", board.path());
    assert!(list(&ports, &[]).stdout.contains(", app held ("));
    let listed: serde_json::Value = serde_json::from_str(&list(&ports, &["--json"]).stdout).unwrap();
    assert_eq!(listed["ports"][0]["app"]["state"], "held", "{listed}");
    // Somebody wants to see it.
    assert_eq!(device(&board, &["start", "--follow"]).code, Some(201));
    done(&board, &["install", &guest("tick.wat")]);
    let app = &json(&board, &["status"])["app"];
    assert_eq!(
        (&app["state"], &app["autostart"], &app["failed-starts"]),
        (&"idle".into(), &false.into(), &0.into())
    );
}

#[test]
fn more_than_the_device_keeps_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let board = Listening::with_storage(&folder.path().join("flash"));
    done(&board, &["install", &guest("tick.wat")]);
    let long = "x".repeat(200);
    let arguments = [&["autostart", "on", "--"][..], &[long.as_str(); 7]].concat();
    let ran = device(&board, &arguments);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(205), ""), "{ran:?}");
    assert!(ran.stderr.contains("what the app is to be started with has "), "{ran:?}");
    assert_eq!(json(&board, &["status"])["app"]["autostart"], false);
}
