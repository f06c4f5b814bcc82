//! Hosts that go away in the middle, and come again.

use std::time::{Duration, Instant};

use device_link::{Answer, Answered, Credit, I2cWires, List, Outlook, Request, Start, ToDevice, ToHost};
use remote_board::{Line, LineError};
use sim_host::Guest;

use crate::{
    raw::{Raw, start},
    support::{assert_same, board_behind, line, reader, said, sim},
};

fn with_bus() -> [I2cWires; 1] {
    [I2cWires { number: 0, frequency_hz: 400_000, sda: None, scl: None }]
}

/// Starts a guest that reads over i2c, and waits for its first call.
fn at_a_call(times: u32) -> (Raw, u16) {
    let mut raw = Raw::greeted(line());
    raw.install(Guest::from_bytes(reader(times, 1000)).unwrap().wasm());
    let wires = with_bus();
    raw.ask(Request::Start(Start {
        i2c: List::from(wires.as_slice()),
        trace_bytes: Some(1 << 20),
        ..start()
    }))
    .unwrap();
    let number =
        raw.until("call", |message| matches!(message.body, ToHost::Call(_)).then_some(message.number));
    (raw, number)
}

#[test]
fn a_host_that_says_nothing_is_given_up_and_its_guest_gets_disconnected() {
    let (mut raw, first) = at_a_call(5);
    // The call is repeated under its number, then nobody is told anything any more.
    let mut repeats = 0;
    raw.within(Duration::from_millis(6_500), |message| {
        repeats += u32::from(matches!(message.body, ToHost::Call(_)) && message.number == first);
        (message.number != first && matches!(message.body, ToHost::Call(_)))
            .then(|| panic!("another call came"))
    });
    assert!((5..=12).contains(&repeats), "{repeats} repeats");
    assert_eq!(raw.ask(Request::Info), Err(device_link::LinkError::NoHello));
    // The guest returned 1 because its call failed: there is nothing to stop, and the next hello finds the board idle.
    let mut raw = Raw::greeted(raw.line);
    assert_eq!(raw.info().app.unwrap().state, device_link::AppState::Idle);
    assert_eq!(raw.ask(Request::Stop), Err(device_link::LinkError::NotRunning));
}

#[test]
fn the_next_hello_ends_the_run_at_once() {
    let (raw, _) = at_a_call(1_000_000);
    let mut raw = Raw::greeted(raw.line);
    assert_eq!(raw.info().app.unwrap().state, device_link::AppState::Idle);
    assert_eq!(raw.ask(Request::Stop), Err(device_link::LinkError::NotRunning));
}

#[test]
fn a_host_that_gives_no_credit_is_given_up() {
    let chatty = r#"(module
        (import "device:abi/log@1" "write" (func $log (param i32 i32 i32)))
        (memory (export "memory") 1)
        (func (export "run") (result i32) (loop $l (call $log (i32.const 2) (i32.const 0) (i32.const 200)) (br $l)) (i32.const 0)))"#;
    let mut raw = Raw::greeted(line());
    raw.install(Guest::from_bytes(chatty).unwrap().wasm());
    raw.ask(Request::Start(start())).unwrap();
    raw.within(Duration::from_millis(6_500), |_| None::<()>);
    assert_eq!(raw.ask(Request::Info), Err(device_link::LinkError::NoHello));
    let mut raw = Raw::greeted(raw.line);
    assert_eq!(raw.info().app.unwrap().state, device_link::AppState::Idle);
}

/// A host that sleeps for longer than it is waited for, once, in the middle of a run.
#[derive(Debug)]
struct Sleepy {
    line: Box<dyn Line>,
    /// Bytes until it falls asleep; `None` afterwards.
    left: Option<usize>,
    /// What came while it slept.
    ahead: Vec<u8>,
}

/// More bytes than come before the run: however they are cut, the sleep is in its middle.
const BEFORE_SLEEP: usize = 4_000;

impl Sleepy {
    fn behind(line: Box<dyn Line>) -> Box<dyn Line> {
        Box::new(Self { line, left: Some(BEFORE_SLEEP), ahead: Vec::new() })
    }

    /// Sleeps. The machine takes what comes meanwhile, lest an emulated board stand still as well.
    #[expect(clippy::disallowed_methods, reason = "a host that sleeps")]
    fn sleep(&mut self) -> Result<(), LineError> {
        let start = Instant::now();
        let mut bytes = [0; 256];
        while start.elapsed() < Duration::from_millis(9_000) {
            let len = self.line.read(&mut bytes, Duration::from_millis(100))?;
            self.ahead.extend(&bytes[..len]);
        }
        Ok(())
    }
}

impl Line for Sleepy {
    fn read(&mut self, bytes: &mut [u8], timeout: Duration) -> Result<usize, LineError> {
        if !self.ahead.is_empty() {
            let len = self.ahead.len().min(bytes.len());
            bytes[..len].copy_from_slice(&self.ahead[..len]);
            self.ahead.drain(..len);
            return Ok(len);
        }
        let len = self.line.read(bytes, timeout)?;
        self.left = match self.left {
            Some(left) if left <= len => {
                self.sleep()?;
                None
            }
            left => left.map(|left| left - len),
        };
        Ok(len)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), LineError> {
        self.line.write(bytes)
    }
}

#[test]
fn a_host_that_slept_is_told_that_the_run_is_lost_and_the_next_one_works() {
    let mut board = board_behind(Sleepy::behind).unwrap();
    let error = said(&sim(reader(20_000, 1000)).run_on(&mut board).unwrap_err());
    assert!(error.contains("the device knows nothing of the run any more"), "{error}");
    let here = sim(reader(5, 1000)).run().unwrap();
    assert_same(&sim(reader(5, 1000)).run_on(&mut board).unwrap(), &here, "the next run");
}

#[test]
fn a_host_that_only_gives_credit_is_waited_for() {
    // Slow hosts take their time for the events before a call: each sign of life counts.
    let (mut raw, number) = at_a_call(1);
    for _ in 0..7 {
        raw.within(Duration::from_millis(1_000), |_| None::<()>);
        raw.send(0, ToDevice::Credit(Credit { window: 8, again: false }));
    }
    let answer = Answer { result: Answered::Data(&[0x60]), extra_ns: 0, outlook: Outlook::default() };
    raw.send(number, ToDevice::Answer(answer));
    assert_eq!(raw.outcome(), "exit 0");
}
