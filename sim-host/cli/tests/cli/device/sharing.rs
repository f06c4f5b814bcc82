//! Two programs at one board, and boards that make no sense.

use std::{
    io::{Read, Write},
    process::{Child, Stdio},
    thread,
    time::Duration,
};

use serialport::{SerialPort, TTYPort};

use crate::{guest, listening::Listening, program, twinboard};

use super::{device, done, json};

/// A `logs --follow` that has the board.
struct Follower(Child);

impl Follower {
    fn at(board: &Listening) -> Self {
        let mut program = program(&["device", "--port", &board.place, "logs", "--follow"]);
        let mut child = program.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        // It has the board when it has said something.
        let mut byte = [0];
        child.stdout.as_mut().unwrap().read_exact(&mut byte).unwrap();
        Self(child)
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_second_program_is_told_that_the_board_is_taken() {
    for (place, said) in [
        ("pty", "another program has the port open"),
        ("tcp:127.0.0.1:0", "the device refuses the hello: the device is serving another host"),
    ] {
        let board = Listening::on(place);
        done(&board, &["install", &guest("tick.wat")]);
        done(&board, &["start"]);
        let follower = Follower::at(&board);
        for verb in ["status", "stop", "logs"] {
            let ran = device(&board, &[verb]);
            assert_eq!((ran.code, ran.stdout.as_str()), (Some(205), ""), "{ran:?}");
            assert!(ran.stderr.contains(said), "{ran:?}");
            assert_eq!(ran.stderr.matches("error: ").count(), 1, "{ran:?}");
            assert!(json(&board, &[verb])["error"].as_str().unwrap().contains(said));
        }
        drop(follower);
        assert!(done(&board, &["status"]).starts_with("app       running"), "the first has ended the run");
    }
}

/// A port at whose other end something else than a board is.
fn noise(bytes: &'static [u8]) -> String {
    let (mut there, here) = TTYPort::pair().unwrap();
    let name = here.name().unwrap();
    // What nobody takes is lost, as on a wire; the thread is left behind with it.
    thread::spawn(move || {
        loop {
            let _ = there.write(bytes);
            pause();
        }
    });
    name
}

#[expect(clippy::disallowed_methods, reason = "a line has a speed")]
fn pause() {
    thread::sleep(Duration::from_millis(20));
}

#[test]
fn noise_and_another_bit_rate_are_told_with_what_to_do() {
    for bytes in [&b"\xf8\x80\x00\x78\xe0"[..], b"ESP-ROM:esp32c3-api1-20210207\r\n"] {
        let port = noise(bytes);
        let ran = twinboard(&["device", "--port", &port, "status"]);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(205), ""), "{ran:?}");
        assert!(ran.stderr.contains("bytes came, but no reply to a hello"), "{ran:?}");
        assert!(
            ran.stderr.contains("another bit rate than 115200 (serial:PORT@BAUD asks at another)"),
            "{ran:?}"
        );
        assert_eq!(ran.stderr.lines().count(), 1, "{ran:?}");
    }
}
