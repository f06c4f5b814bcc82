//! `twinboard device list`, with a list of ports instead of the machine's.

use std::{
    fs,
    io::Read,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use serialport::{SerialPort, TTYPort};

use crate::{listening::Listening, twinboard};

/// Lists the ports of this text.
pub(super) fn list(ports: &str, more: &[&str]) -> crate::Ran {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ports").display().to_string();
    fs::write(&file, ports).unwrap();
    twinboard(&[&["device", "list", "--ports", &file], more].concat())
}

/// A port at whose other end nobody says anything, and how many bytes were heard there.
fn silent() -> (String, Arc<AtomicUsize>) {
    let (mut there, here) = TTYPort::pair().unwrap();
    there.set_timeout(Duration::from_millis(10)).unwrap();
    let heard = Arc::new(AtomicUsize::new(0));
    let (name, count) = (here.name().unwrap(), Arc::clone(&heard));
    // While nobody has the port open, reading fails; the thread is left behind.
    thread::spawn(move || {
        loop {
            match there.read(&mut [0; 256]) {
                Ok(bytes) => _ = count.fetch_add(bytes, Ordering::SeqCst),
                Err(_) => pause(),
            }
        }
    });
    (name, heard)
}

#[expect(clippy::disallowed_methods, reason = "a look now and then")]
fn pause() {
    thread::sleep(Duration::from_millis(5));
}

#[test]
fn lists_that_are_none_are_told() {
    let ran = list("/dev/ttyUSB0 10c4:ea60\n/dev/ttyUSB1 bridge\n", &[]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(204), ""), "{ran:?}");
    assert!(
        ran.stderr.contains("ports:2: no port (PATH VENDOR:PRODUCT NAME): \"/dev/ttyUSB1 bridge\""),
        "{ran:?}"
    );
    assert_eq!(list("", &[]).stdout, "no serial ports\n");
}

#[test]
fn boards_are_found_by_identity_and_hello_and_all_others_are_left_alone() {
    let board = Listening::on("pty");
    let (quiet, at_quiet) = silent();
    let (printer, at_printer) = silent();
    let ports = format!(
        "{} 303a:1001 USB JTAG/serial debug unit\n{quiet} 10c4:ea60\n{printer} 04b8:0202 Label printer\n/dev/ttyGONE 1a86:7523\n",
        board.path()
    );
    let ran = list(&ports, &[]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{ran:?}");
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert!(
        lines[0].contains("  board host, firmware ")
            && lines[0].contains("(Espressif USB serial/JTAG, USB 303a:1001)")
    );
    assert!(
        lines[1].contains("  no board: ")
            && lines[1].contains("nothing came back")
            && lines[1].contains("CP210x"),
        "{ran:?}"
    );
    assert!(
        lines[2].contains("  not asked: ")
            && lines[2].contains("--all")
            && lines[2].contains("Label printer"),
        "{ran:?}"
    );
    assert!(lines[3].contains("  no board: cannot be opened") && lines[3].contains("CH340"), "{ran:?}");
    assert_eq!(lines.len(), 4);
    assert!(at_quiet.load(Ordering::SeqCst) > 0);
    assert_eq!(at_printer.load(Ordering::SeqCst), 0, "something was sent to a device that is no board");

    let ran = list(&ports, &["--all", "--json"]);
    let object: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let ports = object["ports"].as_array().unwrap();
    assert!(at_printer.load(Ordering::SeqCst) > 0);
    assert_eq!(ports[0]["device"]["board"], "host");
    assert_eq!((&ports[0]["usb"]["vendor"], &ports[0]["why"]), (&"303a".into(), &serde_json::Value::Null));
    assert_eq!((&ports[2]["asked"], &ports[2]["device"]), (&true.into(), &serde_json::Value::Null));
}

#[test]
fn the_machines_own_ports_can_be_listed() {
    let ran = twinboard(&["device", "list"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{ran:?}");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "ports are asked at the same time")]
fn many_silent_ports_take_no_longer_than_one() {
    let ports: Vec<_> = (0..8).map(|_| silent()).collect();
    let text: String = ports.iter().map(|(path, _)| format!("{path} 0403:6001\n")).collect();
    let start = std::time::Instant::now();
    let ran = list(&text, &[]);
    assert_eq!(ran.stdout.matches("no board: ").count(), 8, "{ran:?}");
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
}
