//! What each verb does, one after the other, as somebody at a desk would.

use crate::{guest, guest_returning, listening::Listening};

use super::{device, done, json};

#[test]
fn an_app_is_installed_started_and_removed() {
    let board = Listening::on("pty");
    assert!(done(&board, &["info"]).contains("\napp       none installed\n"));
    let ran = device(&board, &["logs"]);
    let (code, said) = (ran.code, ran.stderr.as_str());
    assert_eq!((code, &*ran.stdout, said), (Some(0), "", "no log line since the device's start\n"));
    let ran = device(&board, &["start"]);
    assert_eq!(ran.code, Some(205));
    let help = "help: `twinboard device install APP.WASM` installs one\n";
    assert!(ran.stderr.contains("no app is installed\n") && ran.stderr.ends_with(help), "{ran:?}");

    let said = done(&board, &["install", &guest("tick.wat")]);
    assert!(said.starts_with("installed: 184 bytes, crc32 "), "{said}");
    let said = done(&board, &["install", &guest("tick.wat")]);
    assert!(said.starts_with("was installed already: 184 bytes"), "{said}");

    assert_eq!(done(&board, &["start"]), "started\n");
    let said = done(&board, &["status"]);
    assert!(
        said.starts_with("app       running, 184 bytes, crc32 ") && said.contains("\nrun       native for "),
        "{said}"
    );
    for arguments in [&["start"][..], &["install", &guest("hello.wat")], &["uninstall"]] {
        let ran = device(&board, arguments);
        assert_eq!(ran.code, Some(205), "{ran:?}");
        assert!(
            ran.stderr.contains(": an app is running\nhelp: `twinboard device stop` ends the run\n"),
            "{ran:?}"
        );
    }
    assert!(done(&board, &["logs"]).contains("info  tick\n"));
    assert_eq!(done(&board, &["stop"]), "stopped\n");
    let said = done(&board, &["status"]);
    assert!(said.contains("\nrun       none\n") && said.contains("\nlast run  stopped after "), "{said}");
    assert!(device(&board, &["stop"]).stderr.contains("no app is running"));
    assert_eq!(done(&board, &["uninstall"]), "uninstalled\n");
    // To install one would be no help.
    let ran = device(&board, &["uninstall"]);
    assert!(ran.stderr.ends_with("the device refuses the uninstall: no app is installed\n"), "{ran:?}");
}

#[test]
fn the_end_of_a_followed_run_is_the_programs() {
    let board = Listening::on("tcp:127.0.0.1:0");
    let folder = tempfile::tempdir().unwrap();
    for (code, exit) in [(0, 0), (7, 7), (128, 200), (-1, 200)] {
        done(&board, &["install", &guest_returning(&folder, code)]);
        let ran = device(&board, &["start", "--follow"]);
        assert_eq!(ran.code, Some(exit), "{ran:?}");
        assert!(ran.stderr.starts_with(&format!("outcome: exit {code} after ")), "{ran:?}");
    }
    done(&board, &["install", &guest("trap.wat")]);
    assert_eq!(device(&board, &["start", "--follow"]).code, Some(201));
    done(&board, &["install", &guest("spin.wat")]);
    let ran = device(&board, &["start", "--follow", "--limit", "200ms"]);
    assert_eq!(ran.code, Some(203), "{ran:?}");
    done(&board, &["install", &guest("tick.wat")]);
    let ran = device(&board, &["start", "--follow", "--for", "200ms"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!((3..=20).contains(&ran.stdout.matches("info  tick").count()), "{ran:?}");
}

#[test]
fn a_trace_is_written_while_the_app_runs() {
    let board = Listening::on("tcp:127.0.0.1:0");
    let folder = tempfile::tempdir().unwrap();
    done(&board, &["install", &guest("tick.wat")]);
    for (format, first, heads) in
        [("text", " us  log.write       level=info \"tick\"\n", 0), ("json", "{\"time-ns\":0,", 1)]
    {
        let file = folder.path().join("trace").display().to_string();
        let arguments = ["start", "--trace", &file, "--trace-format", format, "--for", "100ms"];
        let ran = device(&board, &arguments);
        assert_eq!(ran.code, Some(0), "{ran:?}");
        let trace = std::fs::read_to_string(&file).unwrap();
        assert!(trace.contains(first), "{trace}");
        let calls = trace.lines().count() - heads;
        assert!(ran.stderr.contains(&format!("trace: {calls} calls in ")), "{ran:?}");
        let shown = crate::twinboard(&["trace", "show", &file]);
        assert_eq!((shown.code, shown.stdout.lines().count()), (Some(0), calls), "{shown:?}");
    }
}

#[test]
fn arguments_and_the_seed_reach_the_guest() {
    let board = Listening::on("tcp:127.0.0.1:0");
    done(&board, &["install", &guest("argument-count.wat")]);
    for count in 0..4_usize {
        let arguments = [&["start", "--follow", "--"][..], &["x"; 4][..count]].concat();
        assert_eq!(device(&board, &arguments).code, Some(count as i32));
    }
    done(&board, &["install", &guest("random.wat")]);
    let logged = |seed| device(&board, &["start", "--follow", "--seed", seed]);
    assert_eq!(logged("1").code, logged("1").code);
}

#[test]
fn a_reset_ends_what_was() {
    // The process ends with it, and its port.
    let board = Listening::on("pty");
    assert_eq!(done(&board, &["reset"]), "restarting\n");
    assert_eq!(device(&board, &["info"]).code, Some(205));
}

#[test]
fn throughput_and_profile_are_told() {
    let board = Listening::on("tcp:127.0.0.1:0");
    let object = json(&board, &["install", &guest("tick.wat"), "--profile", "esp32c3"]);
    assert_eq!((object["bytes"].as_u64(), object["profile"].as_str()), (Some(184), Some("esp32c3")));
    assert_eq!(object["was-there"], false);
    assert_eq!(json(&board, &["install", &guest("tick.wat")])["was-there"], true);
}
