//! Lines that damage, lose and repeat bytes, by a seed: a run gives the same trace, or fails with one clear error.

use std::time::{Duration, Instant};

use remote_board::{Line, LineError, RemoteError};

use crate::support::{assert_same, board_behind, is_host, reader, said, sim};

/// What a line does to what passes: one in so many frames, in each direction.
#[derive(Debug, Clone, Copy)]
struct Plan {
    seed: u64,
    /// A bit of the frame is changed.
    change: u64,
    /// The frame is lost.
    lose: u64,
    /// The frame comes twice.
    repeat: u64,
    /// Garbage is put in front of the frame.
    garbage: u64,
}

const NEVER: u64 = u64::MAX;

#[derive(Debug)]
struct Damaging {
    line: Box<dyn Line>,
    plan: Plan,
    state: u64,
    /// The beginning of a frame whose end has not come.
    begun: Vec<u8>,
    /// What comes out next, read but not yet handed out.
    ahead: Vec<u8>,
}

impl Damaging {
    /// The next number of the seed's row (splitmix64).
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn one_in(&mut self, times: u64) -> bool {
        self.next().is_multiple_of(times)
    }

    fn damaged(&mut self, bytes: &[u8]) -> Vec<u8> {
        let Plan { change, lose, repeat, garbage, .. } = self.plan;
        let mut out = Vec::new();
        if self.one_in(garbage) {
            out.extend((0..self.next() % 40).map(|_| self.next() as u8).collect::<Vec<_>>());
        }
        let mut bytes = bytes.to_vec();
        if self.one_in(change) && !bytes.is_empty() {
            let at = self.next() as usize % bytes.len();
            bytes[at] ^= 1 << (self.next() % 8);
        }
        if !self.one_in(lose) {
            out.extend(&bytes);
        }
        if self.one_in(repeat) {
            out.extend(&bytes);
        }
        out
    }
}

impl Line for Damaging {
    fn read(&mut self, bytes: &mut [u8], timeout: Duration) -> Result<usize, LineError> {
        if self.ahead.is_empty() {
            let len = self.line.read(bytes, timeout)?;
            self.begun.extend(&bytes[..len]);
            // However the bytes come, whole frames meet their fate.
            while let Some(end) = self.begun.iter().skip(1).position(|byte| *byte == 0) {
                let frame: Vec<u8> = self.begun.drain(..end + 2).collect();
                let frame = self.damaged(&frame);
                self.ahead.extend(frame);
            }
        }
        let len = self.ahead.len().min(bytes.len());
        bytes[..len].copy_from_slice(&self.ahead[..len]);
        self.ahead.drain(..len);
        Ok(len)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), LineError> {
        let bytes = self.damaged(bytes);
        self.line.write(&bytes)
    }
}

/// Runs over a line of `plan`, and compares; or returns how it failed.
#[expect(clippy::disallowed_methods, reason = "a test that nothing hangs")]
fn run(plan: Plan, times: u32) -> Result<(), String> {
    let start = Instant::now();
    let result = board_behind(|line| {
        Box::new(Damaging { line, plan, state: plan.seed, begun: Vec::new(), ahead: Vec::new() })
    })
    .map_err(|error| said(&error))
    .and_then(|mut board| sim(reader(times, 10)).run_on(&mut board).map_err(|error| said(&error)));
    assert!(start.elapsed() < Duration::from_secs(120), "{plan:?} took {:?}", start.elapsed());
    let here = sim(reader(times, 10)).run().unwrap();
    result.map(|there| assert_same(&there, &here, &format!("{plan:?}")))
}

fn calls() -> u32 {
    if is_host() { 100 } else { 10 }
}

const GOOD: Plan = Plan { seed: 0, change: NEVER, lose: NEVER, repeat: NEVER, garbage: NEVER };

#[test]
fn repeated_frames_change_nothing() {
    for seed in 1..4 {
        run(Plan { seed, repeat: 2, ..GOOD }, calls()).unwrap();
    }
}

#[test]
fn garbage_between_frames_changes_nothing() {
    for seed in 1..4 {
        run(Plan { seed, garbage: 3, ..GOOD }, calls()).unwrap();
    }
}

#[test]
fn changed_and_lost_frames_are_sent_again() {
    for seed in 1..3 {
        run(Plan { seed, change: 40, lose: 40, repeat: 20, garbage: 20 }, calls() / 2).unwrap();
    }
}

#[test]
fn a_line_that_lets_hardly_anything_through_is_given_up_clearly() {
    for seed in 1..4 {
        let plan = Plan { seed, change: 2, lose: 2, repeat: 3, garbage: 3 };
        let error = run(plan, 400).expect_err("half of all frames are lost, twenty times over");
        assert!(error.contains("the line: "), "{error}");
    }
}

#[test]
fn a_line_that_ends_is_the_end() {
    #[derive(Debug)]
    struct Ending(Box<dyn Line>, usize);
    impl Line for Ending {
        fn read(&mut self, bytes: &mut [u8], timeout: Duration) -> Result<usize, LineError> {
            if self.1 == 0 {
                return Err(LineError::Closed);
            }
            let most = bytes.len().min(self.1);
            let len = self.0.read(&mut bytes[..most], timeout)?;
            self.1 -= len;
            Ok(len)
        }
        fn write(&mut self, bytes: &[u8]) -> Result<(), LineError> {
            self.0.write(bytes)
        }
    }
    let ended = |bytes| {
        let opened = board_behind(|line| Box::new(Ending(line, bytes)));
        opened.map(|mut board| said(&sim(reader(100, 10)).run_on(&mut board).unwrap_err()))
    };
    for bytes in [0, 50] {
        let ended = ended(bytes);
        let Err(RemoteError::Line { error: LineError::Closed, .. }) = ended else {
            panic!("a hello came: {ended:?}")
        };
    }
    for bytes in [300, 500, 1000] {
        let said = ended(bytes).unwrap();
        assert!(said.contains("the device is gone"), "{said}");
    }
}
