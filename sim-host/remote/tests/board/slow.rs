//! Slow lines: nothing is lost.

use std::time::Duration;

use remote_board::{Line, LineError};

use crate::support::{assert_same, board_behind, reader, sim};

/// A host that takes one byte each millisecond.
#[derive(Debug)]
struct Slow {
    line: Box<dyn Line>,
    awake: bool,
}

impl Line for Slow {
    #[expect(clippy::disallowed_methods, reason = "a slow host")]
    fn read(&mut self, bytes: &mut [u8], timeout: Duration) -> Result<usize, LineError> {
        if self.awake {
            std::thread::sleep(Duration::from_millis(1));
        }
        self.line.read(&mut bytes[..1], timeout)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), LineError> {
        self.line.write(bytes)
    }
}

#[test]
fn a_host_that_takes_a_byte_a_millisecond_loses_nothing() {
    // 30 calls, 30 messages, and their trace: some 10 KB, more than the device keeps.
    let here = sim(reader(30, 10)).run().unwrap();
    let mut board = board_behind(|line| Box::new(Slow { line, awake: true })).unwrap();
    assert_same(&sim(reader(30, 10)).run_on(&mut board).unwrap(), &here, "a slow host");
}

#[test]
fn bytes_one_at_a_time_are_whole_frames_in_the_end() {
    let here = sim(reader(30, 10)).run().unwrap();
    let mut board = board_behind(|line| Box::new(Slow { line, awake: false })).unwrap();
    assert_same(&sim(reader(30, 10)).run_on(&mut board).unwrap(), &here, "byte by byte");
}
