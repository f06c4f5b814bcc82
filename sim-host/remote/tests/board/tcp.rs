//! The board as a server, over TCP and a pseudo-terminal. Only the Linux process listens there.

use std::{
    io::{BufRead, BufReader},
    os::unix::fs::PermissionsExt,
    process::{Child, Command, Stdio},
};

use device_link::LinkError;
use remote_board::{Firmware, Line, Place, RemoteBoard, RemoteError, Session};

use crate::support::{NOTHING, assert_same, firmware, is_host, reader, said, sim};

/// A board that listens, and where.
pub(crate) struct Listening(Child, Place);

impl Listening {
    pub(crate) fn on(place: &str) -> Option<Self> {
        if !is_host() {
            return None;
        }
        let mut child = Command::new(firmware().host)
            .args(["--listen", place])
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stderr.take().unwrap()).read_line(&mut line).unwrap();
        let place =
            line.trim().strip_prefix("listening on ").unwrap_or_else(|| panic!("{line}")).parse().unwrap();
        Some(Self(child, place))
    }

    pub(crate) fn line(&self) -> Box<dyn Line> {
        self.1.open(&nothing()).unwrap()
    }

    fn open(&self) -> Result<RemoteBoard, RemoteError> {
        RemoteBoard::open(&self.1, &nothing())
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn nothing() -> Firmware {
    Firmware { host: "/nowhere".into(), qemu: "/nowhere".into() }
}

#[test]
fn hosts_come_one_after_the_other() {
    let Some(listening) = Listening::on("tcp:127.0.0.1:0") else { return };
    let here = sim(reader(5, 10)).run().unwrap();
    for turn in 0..5 {
        let mut board = listening.open().unwrap();
        assert_same(&sim(reader(5, 10)).run_on(&mut board).unwrap(), &here, &format!("turn {turn}"));
    }
}

#[test]
fn a_second_host_is_told_that_the_board_is_busy() {
    let Some(listening) = Listening::on("tcp:127.0.0.1:0") else { return };
    let mut first = listening.open().unwrap();
    for _ in 0..5 {
        let error = listening.open().unwrap_err();
        assert!(matches!(error, RemoteError::Refused { error: LinkError::HostBusy, .. }), "{error:?}");
        assert!(said(&error).contains("the device is serving another host"), "{}", said(&error));
    }
    assert_eq!(sim(NOTHING).run_on(&mut first).unwrap().outcome.to_string(), "exit 7");
    drop(first);
    listening.open().unwrap();
}

#[test]
fn a_host_that_vanishes_while_its_guest_runs_makes_room() {
    let Some(listening) = Listening::on("tcp:127.0.0.1:0") else { return };
    let board = listening.open().unwrap();
    let run = std::thread::spawn(move || {
        let mut board = board;
        let stop = sim_host::StopHandle::new();
        let busy = reader(u32::MAX, 0);
        // The thread is left behind with its run; the next host takes the board from it when its line is cut.
        sim(busy).stop_handle(stop).limit_time(std::time::Duration::from_secs(1)).run_on(&mut board).map(drop)
    });
    run.join().unwrap().unwrap();
    let mut next = listening.open().unwrap();
    assert_eq!(sim(NOTHING).run_on(&mut next).unwrap().outcome.to_string(), "exit 7");
}

#[test]
fn a_pseudo_terminal_is_a_serial_port() {
    let Some(listening) = Listening::on("pty") else { return };
    let here = sim(reader(5, 10)).run().unwrap();
    for turn in 0..3 {
        let mut board = listening.open().unwrap();
        assert_same(&sim(reader(5, 10)).run_on(&mut board).unwrap(), &here, &format!("turn {turn}"));
    }
    let _held = listening.open().unwrap();
    let error = said(&listening.open().unwrap_err());
    assert!(error.contains("another program has the port open"), "{error}");
}

#[test]
fn a_port_that_is_not_there_is_named() {
    for (place, wanted) in [
        ("serial:/dev/ttyNOWHERE", ["serial:/dev/ttyNOWHERE: cannot be opened", "No such file or directory"]),
        ("serial:/dev/null", ["serial:/dev/null: this is no serial port", ""]),
        ("tcp:127.0.0.1:1", ["tcp:127.0.0.1:1: cannot be opened", "refused"]),
        ("tcp:no.such.name.invalid:1", ["tcp:no.such.name.invalid:1: cannot be opened", ""]),
        ("host", ["host (/nowhere): cannot be opened", "No such file or directory"]),
    ] {
        let error = said(&place.parse::<Place>().unwrap().open(&nothing()).unwrap_err());
        assert!(wanted.iter().all(|wanted| error.contains(wanted)), "{error}");
        assert!(!error.to_lowercase().contains("panick"), "{error}");
    }
}

#[test]
fn a_firmware_that_ends_at_once_is_told_of() {
    for (program, wanted) in [("/bin/false", "exit status: 1"), ("/bin/echo", "exit status: 0")] {
        let firmware = Firmware { host: program.into(), qemu: "/nowhere".into() };
        let error = said(&RemoteBoard::open(&Place::Host, &firmware).unwrap_err());
        assert!(error.starts_with("host: the firmware has ended (") && error.contains(wanted), "{error}");
    }
}

#[test]
fn a_firmware_that_does_not_reply_is_named_with_how_to_build_it() {
    let image = std::env::temp_dir().join(format!("twinboard-no-firmware-{}", std::process::id()));
    for (script, said_besides) in [
        ("#!/bin/sh\necho no such option >&2\nexec cat > /dev/null\n", "; it said: no such option"),
        ("#!/bin/sh\nexec cat\n", ""),
        ("#!/bin/sh\necho hello\nexec cat > /dev/null\n", ""),
    ] {
        std::fs::write(&image, script).unwrap();
        std::fs::set_permissions(&image, std::fs::Permissions::from_mode(0o755)).unwrap();
        let firmware = Firmware { host: image.clone(), qemu: "/nowhere".into() };
        let line = Place::Host.open(&firmware).unwrap();
        let error = said(&Session::look(line, "host").unwrap_err());
        let wanted = format!(
            "host: {} does not reply to a hello within 1.2 s: rebuild it with `cargo xtask firmware`{said_besides}",
            image.display()
        );
        assert_eq!(error, wanted);
    }
    std::fs::remove_file(image).unwrap();
}

#[test]
fn the_device_says_who_it_is() {
    let Some(listening) = Listening::on("tcp:127.0.0.1:0") else { return };
    let line = listening.1.open(&nothing()).unwrap();
    let session = Session::open(line, "here").unwrap();
    let device = session.device();
    assert_eq!(
        (device.board.as_str(), device.engine.0.as_str(), device.profile.as_str()),
        ("host", "wasm3", "esp32c3")
    );
    assert!(device.modes.bench && device.modes.native && device.heap.free > 200_000, "{device:?}");
}
