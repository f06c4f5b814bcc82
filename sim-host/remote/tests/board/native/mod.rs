//! Native mode: the board's own pins, its own time. The boards here have no chips: what is set reads back, and nobody
//! acknowledges on a bus.

mod examples;
mod hosts;
mod line_rate;
mod running;
mod stopping;

use std::time::Duration;

use device_abi::trace::Records;
use device_link::{
    Arrival, Dropped, Event, List, LogLine, Mode, PinUse, Pins, Request, Start, ToDevice, ToHost,
};
use sim_host::Guest;

use crate::{
    raw::{Raw, start},
    support::line,
};

/// What a run has told.
#[derive(Debug, Default)]
struct Heard {
    /// Numbers of the events, in order.
    events: Vec<u16>,
    logs: Vec<String>,
    /// Whole bytes of the trace.
    trace: Vec<u8>,
    errors: Vec<String>,
    /// Outcome, device time, what was dropped.
    ended: Option<(String, u64, Dropped)>,
}

impl Heard {
    /// Takes an event; whether it was the last.
    fn take(&mut self, number: u16, event: &Event<'_>) -> bool {
        self.events.push(number);
        match event {
            Event::Log(line) => self.logs.push(line.text.to_owned()),
            Event::Trace(bytes) => self.trace.extend_from_slice(bytes),
            Event::Error { function, code, .. } => {
                self.errors.push(format!("{} {}", function.info().name, code.name()));
            }
            Event::Ended(ended) => {
                self.ended = Some((ended.outcome.to_outcome().to_string(), ended.time_ns, ended.dropped));
            }
            Event::Panic { text } => panic!("{text}"),
        }
        self.ended.is_some()
    }

    fn outcome(&self) -> &str {
        self.ended.as_ref().map_or("goes on", |ended| &ended.0)
    }

    fn dropped(&self) -> Dropped {
        self.ended.as_ref().expect("it has ended").2
    }

    /// The trace as text; every byte of it belongs to a record.
    fn calls(&self) -> Vec<String> {
        let mut rest = self.trace.len();
        let mut at = 0;
        while let Some(length) = self.trace.get(at..).and_then(<[u8]>::first_chunk) {
            at += u32::from_le_bytes(*length) as usize;
            rest = self.trace.len().checked_sub(at).expect("a record is cut");
        }
        assert_eq!(rest, 0, "something is left behind the last record");
        Records::new(&self.trace).map(|record| record.to_string()).collect()
    }
}

impl Raw {
    /// A host of a board where `guest` is installed.
    fn with_guest(guest: &str) -> Self {
        let mut raw = Self::greeted(line());
        raw.install(Guest::from_bytes(guest).unwrap().wasm());
        raw
    }

    /// Starts the guest and hears it to its end, giving credit.
    #[track_caller]
    fn run(&mut self, start: Start<'_>) -> Heard {
        self.ask(Request::Start(start)).unwrap();
        let mut heard = Heard::default();
        self.hear(&mut heard, Duration::from_secs(30));
        assert!(heard.ended.is_some(), "it does not end: {heard:?}");
        heard
    }

    /// Hears what comes for so long, or until the run has ended, giving credit.
    fn hear(&mut self, heard: &mut Heard, time: Duration) {
        let mut inbox = self.inbox;
        let until = crate::support::now() + time;
        loop {
            let left = until.saturating_sub(crate::support::now());
            let came = self.within(left, |message| match &message.body {
                ToHost::Event(event) => {
                    let arrival = inbox.look(message.number);
                    let last = arrival == Arrival::Next && heard.take(message.number, event);
                    Some((inbox.credit(arrival), last))
                }
                _ => None,
            });
            let Some((credit, last)) = came else { break };
            let credit = if last { Some(inbox.now(false)) } else { credit };
            if let Some((number, credit)) = credit {
                self.send(number, ToDevice::Credit(credit));
            }
            if last {
                break;
            }
        }
        self.inbox = inbox;
    }

    /// Hears some log lines and calls.
    #[track_caller]
    fn hear_some(&mut self, heard: &mut Heard) {
        let until = crate::support::now() + Duration::from_secs(20);
        while heard.logs.len() <= 5 || heard.calls().len() <= 20 {
            assert!(crate::support::now() < until, "little is heard: {heard:?}");
            self.hear(heard, Duration::from_millis(100));
        }
    }

    /// Stops the run and hears it to its end.
    #[track_caller]
    fn stop(&mut self) {
        self.ask(Request::Stop).unwrap();
        let mut heard = Heard::default();
        self.hear(&mut heard, Duration::from_secs(5));
        assert_eq!(heard.outcome(), "stopped");
    }
}

/// Ten free pins, then one that a bus has; no limits, no trace.
fn native() -> Start<'static> {
    Start { mode: Mode::Native, ..start() }
}

/// What every pin is, for a board with a bus at pins 5 and 6.
fn with_bus() -> Pins<'static> {
    const BUS: u8 = PinUse::Bus as u8;
    Pins::new(&[1, 1, 3, 1, 1, BUS, BUS, 1, 3, 3, 1]).unwrap()
}

const WIRES: [device_link::I2cWires; 1] =
    [device_link::I2cWires { number: 0, frequency_hz: 400_000, sda: Some(5), scl: Some(6) }];

/// The log lines that the device has kept, from a number on: the number of the first, their texts, and the next number.
#[track_caller]
fn kept(raw: &mut Raw, first: u32) -> (u32, Vec<String>, u32) {
    raw.number = raw.number.wrapping_add(1);
    let number = raw.number;
    raw.send(number, ToDevice::Request(Request::Logs { first }));
    raw.until("logs", |message| match message.body {
        ToHost::Reply(device_link::Reply::Logs { first, next, lines }) if message.number == number => {
            let lines: List<'_, LogLine<'_>> = lines;
            Some((first, lines.iter().map(|line| line.text.to_owned()).collect(), next))
        }
        _ => None,
    })
}

/// Toggles pin 1 `times` times, logs its level each time, and then does `wait`.
fn blinker(times: u32, wait: &str) -> String {
    format!(
        r#"(module
          (import "device:abi/gpio@1" "open" (func $open (param i32 i32 i32) (result i32)))
          (import "device:abi/gpio@1" "toggle" (func $toggle (param i32) (result i32)))
          (import "device:abi/gpio@1" "read" (func $read (param i32) (result i32)))
          (import "device:abi/log@1" "write" (func $log (param i32 i32 i32)))
          (import "device:abi/clock@1" "sleep" (func $sleep (param i64)))
          (import "device:abi/clock@1" "delay-ns" (func $delay (param i32)))
          (memory (export "memory") 1)
          (data (i32.const 0) "low high")
          (func (export "run") (result i32)
            (local $led i32) (local $n i32)
            (local.set $led (call $open (i32.const 1) (i32.const 3) (i32.const 0)))
            (loop $again
              (drop (call $toggle (local.get $led)))
              (if (call $read (local.get $led))
                (then (call $log (i32.const 2) (i32.const 4) (i32.const 4)))
                (else (call $log (i32.const 2) (i32.const 0) (i32.const 3))))
              {wait}
              (local.set $n (i32.add (local.get $n) (i32.const 1)))
              (br_if $again (i32.lt_u (local.get $n) (i32.const {times}))))
            (i32.const 0)))"#
    )
}
