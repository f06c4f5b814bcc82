//! What the program says as JSON is what `DEVICE.md` says that it says.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use serde_json::Value;

use crate::{guest, listening::Listening, program, twinboard};

use super::{device, done, json, relay::Relay, watching::Going};

/// The names of all values in an object: `app.bytes`; elements of lists have the list's name and `[]`.
fn keys(value: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    collect("", value, &mut found);
    found
}

fn collect(name: &str, value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                let name = if name.is_empty() { key.clone() } else { format!("{name}.{key}") };
                collect(&name, value, found);
            }
        }
        Value::Array(elements) => {
            found.insert(name.to_owned());
            elements.iter().for_each(|element| collect(&format!("{name}[]"), element, found));
        }
        _ => _ = found.insert(name.to_owned()),
    }
}

/// The objects of the page, by verb or event; those of verbs that failed as `failed`.
fn documented() -> BTreeMap<String, BTreeSet<String>> {
    let page = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/DEVICE.md")).unwrap();
    let mut objects = BTreeMap::new();
    for line in page.lines().filter(|line| line.starts_with('{')) {
        let object: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        let name = match (&object["event"], &object["ok"]) {
            (Value::String(event), _) => {
                let numbered = if object["number"].is_null() { "" } else { " of the kept log" };
                format!("event {event}{numbered}")
            }
            (_, Value::Bool(false)) => "failed".to_owned(),
            _ if object["outcome"].is_string() => "followed start".to_owned(),
            _ => object["verb"].as_str().unwrap().to_owned(),
        };
        assert!(objects.insert(name.clone(), keys(&object)).is_none(), "{name} is there twice");
    }
    objects
}

#[track_caller]
fn same(name: &str, said: &Value) {
    let documented = documented();
    assert_eq!(keys(said), documented[name], "{name}: {said}");
}

#[test]
fn verbs_say_what_the_page_says() {
    let board = Listening::on("tcp:127.0.0.1:0");
    same("failed", &json(&board, &["start"]));
    same("info", &json(&board, &["info"]));
    let tick = guest("tick.wat");
    same("install", &json(&board, &["install", &tick]));
    let followed = device(&board, &["--json", "start", "--follow", "--for", "100ms"]);
    let lines: Vec<Value> = followed.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    same("event log", &lines[0]);
    same("followed start", lines.last().unwrap());
    // Both say no more than that it is done.
    same("stop", &json(&board, &["start"]));
    same("status", &json(&board, &["status"]));
    same("stop", &json(&board, &["stop"]));
    same("logs", &json(&board, &["logs"]));
    same("event log of the kept log", &json(&board, &["logs"])["lines"][0]);
    same("stop", &json(&board, &["uninstall"]));
}

#[test]
fn what_happens_is_told_as_the_page_says() {
    let board = Listening::on("tcp:127.0.0.1:0");
    done(&board, &["install", &guest("tick.wat")]);
    // More lines than the device keeps.
    done(&board, &["--json", "start", "--follow", "--for", "2s"]);
    done(&board, &["start", "--for", "500ms"]);
    let mut going = Going::start(&board, &["--json", "logs", "--follow"]);
    let mut all = going.until("\"ended\"");
    let place = board.place.clone();
    drop(board);
    all += &going.until("\"gone\"");
    let _board = Listening::on(&place);
    all += &going.until("\"back\"");
    assert_eq!(going.interrupt().2, Some(0));
    let events: Vec<Value> = all.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for name in ["lost", "ended", "gone", "back"] {
        let event = events.iter().find(|event| event["event"] == name);
        same(&format!("event {name}"), event.unwrap_or_else(|| panic!("no {name}: {all}")));
    }
    assert_eq!(events.last().unwrap()["restarted"], true);
}

#[test]
fn a_restart_is_told_as_the_page_says() {
    let (first, second) = (Listening::on("tcp:127.0.0.1:0"), Listening::on("tcp:127.0.0.1:0"));
    done(&first, &["install", &guest("tick.wat")]);
    done(&first, &["start"]);
    let relay = Relay::to(&first);
    let mut going = Going::start_at(&relay.place, &["--json", "logs", "--follow"]);
    going.until("\"number\":20,");
    relay.exchange(&second);
    let all = going.until("\"restarted\"");
    same("event restarted", &serde_json::from_str(all.lines().last().unwrap()).unwrap());
    assert_eq!(going.interrupt().2, Some(0));
}

#[test]
fn ports_are_listed_as_the_page_says() {
    let board = Listening::on("pty");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ports").display().to_string();
    fs::write(&file, format!("{} 303a:1001 unit\n", board.path())).unwrap();
    let ran = twinboard(&["device", "list", "--json", "--ports", &file]);
    same("list", &serde_json::from_str(&ran.stdout).unwrap());
}

#[test]
fn what_cannot_be_said_as_json_is_said_in_words() {
    let board = Listening::on("tcp:127.0.0.1:0");
    for (verb, said) in [("info", "standard output cannot be written"), ("start", "no app is installed")] {
        let full = fs::File::options().write(true).open("/dev/full").unwrap();
        let mut program = program(&["device", "--port", &board.place, "--json", verb]);
        let ran = program.stdout(full).output().unwrap();
        let stderr = String::from_utf8(ran.stderr).unwrap();
        assert_eq!(ran.status.code(), Some(205), "{stderr}");
        assert!(stderr.contains(said), "{stderr}");
    }
}
