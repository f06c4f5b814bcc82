//! Devices that restart in the middle of something.

use std::time::Duration;

use remote_board::{Line, LineError, RemoteError, Session};
use sim_host::Guest;

use crate::{
    raw::Raw,
    requests::end_session,
    support::{NOTHING, line, reader, said},
};

/// What comes up.
#[derive(Debug)]
enum Next {
    /// A device that starts at that moment.
    Fresh,
    /// This one.
    Other(Box<dyn Line>),
}

/// A line whose device is replaced by one that has just started, after so many frames from the host.
#[derive(Debug)]
pub(crate) struct Rebooting {
    line: Box<dyn Line>,
    next: Option<Next>,
    frames: usize,
}

impl Rebooting {
    /// A device that restarts with the `frames`th frame, hello included.
    pub(crate) fn fresh_after(frames: usize) -> Self {
        Self { line: line(), next: Some(Next::Fresh), frames }
    }
}

impl Line for Rebooting {
    fn read(&mut self, bytes: &mut [u8], timeout: Duration) -> Result<usize, LineError> {
        self.line.read(bytes, timeout)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), LineError> {
        self.frames = self.frames.saturating_sub(1);
        if self.frames == 0
            && let Some(next) = self.next.take()
        {
            self.line = match next {
                Next::Fresh => line(),
                Next::Other(line) => line,
            };
        }
        self.line.write(bytes)
    }
}

/// A session with a device that restarts with the `frames`th frame, hello included.
fn rebooting(frames: usize) -> Session {
    Session::open(Box::new(Rebooting::fresh_after(frames)), "the line").unwrap()
}

#[expect(clippy::disallowed_methods, reason = "a device that has run for a while")]
pub(crate) fn let_it_run() {
    std::thread::sleep(Duration::from_millis(1_600));
}

fn wasm() -> Vec<u8> {
    Guest::from_bytes(reader(3, 0)).unwrap().wasm().to_vec()
}

#[test]
fn a_restart_in_each_step_of_an_install_is_one_clear_message() {
    // Hello, question, begin, piece, commit.
    for frame in 3..=5 {
        let mut session = rebooting(frame);
        let error = session.install(&wasm(), "esp32c3", |_| ()).unwrap_err();
        assert!(matches!(error, RemoteError::Restarted { .. }), "frame {frame}: {error:?}");
        let text = said(&error);
        let wanted = "the line: the device restarted during the install: no app is there now, try again";
        assert_eq!(text, wanted, "frame {frame}");
        // There is a session again.
        session.install(&wasm(), "esp32c3", |_| ()).unwrap();
    }
}

#[test]
fn the_former_app_is_told_of() {
    // The device that comes up has an app.
    let mut raw = Raw::greeted(line());
    raw.install(Guest::from_bytes(NOTHING).unwrap().wasm());
    end_session(&mut raw);
    let rebooting = Rebooting { line: line(), next: Some(Next::Other(raw.line)), frames: 3 };
    let mut session = Session::open(Box::new(rebooting), "the line").unwrap();
    let text = said(&session.install(&wasm(), "esp32c3", |_| ()).unwrap_err());
    assert!(text.ends_with("during the install: the former app is still there, try again"), "{text}");
}

#[test]
fn a_question_to_a_device_that_restarted_says_so() {
    let mut session = rebooting(3);
    session.info().unwrap();
    let_it_run();
    let error = session.info().unwrap_err();
    let RemoteError::Restarted { ran_ms: Some(ran_ms), .. } = error else { panic!("{error:?}") };
    assert!((1_000..60_000).contains(&ran_ms), "{ran_ms}");
    let text = said(&error);
    assert!(text.starts_with("the line: the device restarted during the question (it had run "), "{text}");
    assert!(text.ends_with(" s): try again"), "{text}");
    session.info().unwrap();
}

#[test]
fn a_reset_that_takes_the_line_with_it_is_done() {
    let session = Session::open(line(), "the line").unwrap();
    session.reset().unwrap();
}
