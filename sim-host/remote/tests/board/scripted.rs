//! Devices that nobody should build: what the host says of them.

use std::time::Duration;

use device_link::{Event, Kind, LinkError, MAGIC, Message, Reply, ToHost, VERSION, crc32, encode};
use remote_board::{Line, LineError, RemoteError, Session};

use crate::support::said;

/// A device that says the same to everything.
#[derive(Debug)]
struct Says(Vec<u8>, usize);

impl Line for Says {
    #[expect(clippy::disallowed_methods, reason = "a line that waits")]
    fn read(&mut self, bytes: &mut [u8], timeout: Duration) -> Result<usize, LineError> {
        let len = if self.1 > 0 { self.0.len() } else { 0 };
        if len == 0 {
            std::thread::sleep(timeout);
        }
        self.1 = 0;
        bytes[..len].copy_from_slice(&self.0[..len]);
        Ok(len)
    }

    fn write(&mut self, _bytes: &[u8]) -> Result<(), LineError> {
        self.1 += 1;
        Ok(())
    }
}

fn open(says: Vec<u8>) -> RemoteError {
    Session::open(Box::new(Says(says, 0)), "here").unwrap_err()
}

fn frame(body: ToHost<'_>) -> Vec<u8> {
    let mut frame = vec![0; 1200];
    let bytes = encode(&Message { app: 0, number: 0, body }, 1024, &mut frame).unwrap();
    frame.truncate(bytes);
    frame
}

#[test]
fn a_silent_device_is_told_of_with_what_was_sent_and_how_long() {
    let error = open(Vec::new());
    assert!(matches!(error, RemoteError::Silent { asked: "hello", waited_ms: 5000, .. }), "{error:?}");
    assert!(said(&error).contains("hello") && said(&error).contains("5 s"), "{}", said(&error));
}

#[test]
fn noise_is_told_from_silence() {
    for noise in
        [vec![0x55; 100], vec![0; 64], b"ESP-ROM:esp32c3-api1-20210207\r\nBuild:Feb  7 2021\r\n".to_vec()]
    {
        let error = open(noise);
        assert!(matches!(error, RemoteError::Foreign { bytes, .. } if bytes >= 64 * 5 / 2), "{error:?}");
        assert!(said(&error).contains("another bit rate"), "{}", said(&error));
    }
}

/// A line that says what it is told.
#[derive(Debug, Default)]
struct Echoes(Vec<u8>);

impl Line for Echoes {
    #[expect(clippy::disallowed_methods, reason = "a line that waits")]
    fn read(&mut self, bytes: &mut [u8], timeout: Duration) -> Result<usize, LineError> {
        if self.0.is_empty() {
            std::thread::sleep(timeout);
        }
        let len = self.0.len();
        bytes[..len].copy_from_slice(&self.0);
        self.0.clear();
        Ok(len)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), LineError> {
        self.0.extend(bytes);
        Ok(())
    }
}

#[test]
fn a_line_that_echoes_is_not_taken_for_silence() {
    let error = Session::look(Box::new(Echoes::default()), "here").unwrap_err();
    assert!(matches!(error, RemoteError::Echo { .. }), "{error:?}");
    assert!(said(&error).starts_with("here: what was sent came back, "), "{}", said(&error));
    assert!(said(&error).contains("the line echoes"), "{}", said(&error));
}

#[test]
fn a_device_that_speaks_but_does_not_reply_is_not_taken_for_silence() {
    let says = frame(ToHost::Reply(Reply::Done));
    let error = Session::look(Box::new(Says(says, 0)), "here").unwrap_err();
    assert!(matches!(error, RemoteError::Unanswered { .. }), "{error:?}");
    assert_eq!(said(&error), "here: frames came, but no reply to a hello");
}

/// A hello of a device, of this version, with this body.
fn hello(version: u16, body: &[u8]) -> Vec<u8> {
    let mut payload = vec![Kind::DeviceHello as u8, 0, 1, 0];
    payload.extend(MAGIC);
    payload.extend(version.to_le_bytes());
    payload.extend(body);
    let mut content = payload.clone();
    content.extend(crc32(&payload).to_le_bytes());
    let mut stuffed = vec![0];
    for block in content.split(|byte| *byte == 0) {
        stuffed.push(block.len() as u8 + 1);
        stuffed.extend(block);
    }
    stuffed.push(0);
    stuffed
}

/// A device that talks without end, and listens to nobody.
#[derive(Debug)]
struct Talks;

impl Line for Talks {
    #[expect(clippy::disallowed_methods, reason = "a line has a speed")]
    fn read(&mut self, bytes: &mut [u8], _timeout: Duration) -> Result<usize, LineError> {
        std::thread::sleep(Duration::from_micros(500));
        bytes[..8].copy_from_slice(b"$GPGGA,1");
        Ok(8)
    }

    fn write(&mut self, _bytes: &[u8]) -> Result<(), LineError> {
        Ok(())
    }
}

#[test]
fn a_device_that_talks_without_end_is_not_listened_to_for_ever() {
    let (sender, opened) = std::sync::mpsc::channel();
    std::thread::spawn(move || sender.send(Session::open(Box::new(Talks), "here").unwrap_err()));
    let error = opened.recv_timeout(Duration::from_secs(20)).expect("still listening");
    assert!(matches!(error, RemoteError::Foreign { .. }), "{error:?}");
}

#[test]
fn a_hello_that_cannot_be_read_is_not_taken_for_silence() {
    let error = open(hello(VERSION, &[1, 2, 3]));
    assert!(said(&error).contains("hello cannot be read: build it and this program"), "{}", said(&error));
}

#[test]
fn another_version_is_named() {
    let error = open(hello(VERSION + 7, &[]));
    assert!(matches!(error, RemoteError::Version { theirs, .. } if theirs == VERSION + 7), "{error:?}");
    let both = [VERSION + 7, VERSION].map(|version| format!("version {version}"));
    assert!(both.iter().all(|version| said(&error).contains(version)), "{}", said(&error));
}

#[test]
fn a_busy_device_says_so() {
    let error = open(frame(ToHost::Reply(Reply::Failed(LinkError::HostBusy))));
    assert!(said(&error).contains("the device is serving another host"), "{}", said(&error));
}

#[test]
fn a_panic_is_told_with_its_text() {
    let error = open(frame(ToHost::Event(Event::Panic { text: "out of cheese" })));
    assert!(matches!(&error, RemoteError::Panic { text, .. } if text == "out of cheese"), "{error:?}");
}
