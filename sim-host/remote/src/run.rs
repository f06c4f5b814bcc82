//! A run on the device.

use std::time::Duration;

use device_abi::Profile;
use device_link::{
    Arrival, Ended, Event, I2cWires, Inbox, Known, List, Message, Mode, PinUse, Pins, Repeats, Request,
    Start, ToDevice, ToHost,
};
use hw_core::{
    LogLine, Observer,
    backend::{self, Hardware},
};

use crate::{End, Job, RemoteError, Session, serve::Server, session::Answer};

/// How often the host looks whether the run is to end, and at the device's pulse.
const LOOK: Duration = Duration::from_millis(50);

/// After this long without a word the device is asked how it is, milliseconds.
const PULSE_MS: u64 = 1_000;

impl Session {
    /// Runs the installed app in bench mode: device time is virtual, and every call lands on `job`'s hardware.
    ///
    /// # Errors
    /// The device refuses, fails, or does not answer. Whatever the guest does is in the [`End`].
    pub fn run(&mut self, job: Job<'_>) -> Result<End, RemoteError> {
        let pins = pin_uses(job.profile, &job.hardware);
        let i2c: Vec<I2cWires> = job.hardware.i2c.iter().map(wires).collect();
        let arguments: Vec<&str> = job.app.arguments.iter().map(String::as_str).collect();
        let device_id = job.hardware.device_id.clone();
        let reset_reason = job.hardware.reset_reason;
        let server = Server::new(job.hardware);
        let start = Start {
            mode: Mode::Bench,
            profile: job.profile.name,
            seed: job.app.seed,
            arguments: List::from(arguments.as_slice()),
            stop_after_ns: job.limits.stop_after_ns,
            time_ns: job.limits.time_ns,
            compute_ms: job.compute_ms,
            trace_bytes: job.trace_bytes,
            device_id: &device_id,
            reset_reason,
            pins: Pins::new(&pins).unwrap_or_default(),
            i2c: List::from(i2c.as_slice()),
            outlook: server.outlook(),
        };
        let Answer::Done = self.ask("start", &Request::Start(start))? else {
            return Err(self.confused("the device replies to another question than the start"));
        };
        self.follow(
            &mut Run { server, observer: job.observer, records: Vec::new(), end: None },
            job.is_stopped,
        )
    }

    /// Serves the run to its end.
    fn follow(&mut self, run: &mut Run, is_stopped: &dyn Fn() -> bool) -> Result<End, RemoteError> {
        let mut stopping = false;
        let mut heard_ms = self.now_ms();
        let mut asked_ms = heard_ms;
        let limit = self.limit();
        loop {
            // They go on from run to run.
            let mut seen =
                Seen { inbox: self.inbox, calls: self.calls, answer: std::mem::take(&mut self.answer) };
            let step = self.next(LOOK, |message| run.take(&message, &mut seen, limit));
            (self.inbox, self.calls, self.answer) = (seen.inbox, seen.calls, seen.answer);
            let now_ms = self.now_ms();
            match step? {
                None if now_ms - heard_ms >= device_link::GIVE_UP_MS => {
                    return Err(self.silent("question while the app ran"));
                }
                None if now_ms - asked_ms.max(heard_ms) >= PULSE_MS => {
                    asked_ms = now_ms;
                    let number = self.number();
                    self.send(number, ToDevice::Request(Request::Info))?;
                    self.credit(true)?;
                }
                None => {}
                Some(step) => {
                    heard_ms = now_ms;
                    match step {
                        Step::Answer => self.send_answer()?,
                        Step::Event(arrival) => {
                            if let Some((number, credit)) = self.inbox.credit(arrival) {
                                self.send(number, ToDevice::Credit(credit))?;
                            }
                        }
                        Step::Nothing => {}
                    }
                }
            }
            if let Some(end) = run.end.take() {
                self.credit(false)?;
                return Ok(end);
            }
            if !stopping && is_stopped() {
                stopping = true;
                let number = self.number();
                self.send(number, ToDevice::Request(Request::Stop))?;
            }
        }
    }

    /// Says which events have come.
    fn credit(&mut self, again: bool) -> Result<(), RemoteError> {
        let (number, credit) = self.inbox.now(again);
        self.send(number, ToDevice::Credit(credit))
    }
}

/// A run that goes on.
struct Run {
    server: Server,
    observer: Box<dyn Observer>,
    /// The beginning of a record whose end has not come.
    records: Vec<u8>,
    end: Option<End>,
}

/// What has come in the session so far.
struct Seen {
    inbox: Inbox,
    calls: Repeats<()>,
    /// The frame of the answer to the last call.
    answer: Vec<u8>,
}

/// What is to be done about a message.
enum Step {
    /// Send the answer to the last call.
    Answer,
    /// An event has come; see whether credit is due.
    Event(Arrival),
    Nothing,
}

impl Run {
    fn take(&mut self, message: &Message<ToHost<'_>>, seen: &mut Seen, limit: usize) -> Step {
        match &message.body {
            ToHost::Call(call) => match seen.calls.look(message.number) {
                Known::Old => Step::Nothing,
                Known::Answered(()) => Step::Answer,
                Known::New => {
                    self.server.serve(message.number, call, limit, &mut seen.answer);
                    seen.calls.answered(());
                    Step::Answer
                }
            },
            ToHost::Event(event) => {
                let arrival = seen.inbox.look(message.number);
                if arrival == Arrival::Next {
                    self.event(event);
                }
                Step::Event(arrival)
            }
            _ => Step::Nothing,
        }
    }

    fn event(&mut self, event: &Event<'_>) {
        match event {
            Event::Log(line) => {
                let device_link::LogLine { time_ns, app, level, text, cut } = *line;
                self.observer.log(&LogLine { time_ns, app, level, text, cut });
            }
            Event::Trace(bytes) => {
                self.records.extend_from_slice(bytes);
                let whole = whole_records(&self.records);
                if whole > 0 {
                    self.observer.records(&self.records[..whole]);
                    self.records.drain(..whole);
                }
            }
            Event::Error { time_ns, function, code } => match self.server.next_error() {
                Some(error) => self.observer.error(*time_ns, *function, &*error),
                None => self.observer.error(*time_ns, *function, &Reported(*code)),
            },
            Event::Ended(ended) => self.end = Some(end(ended)),
            // Nothing goes on after a panic; whoever received it has seen to that.
            Event::Panic { .. } => {}
        }
    }
}

/// Bytes of the records that are whole: each begins with its own length in 4 bytes ([`device_abi::trace`]).
fn whole_records(bytes: &[u8]) -> usize {
    let mut whole = 0;
    while let Some(length) = bytes.get(whole..).and_then(<[u8]>::first_chunk) {
        let length = u32::from_le_bytes(*length) as usize;
        if length == 0 || length > bytes.len() - whole {
            break;
        }
        whole += length;
    }
    whole
}

fn end(ended: &Ended<'_>) -> End {
    End {
        outcome: ended.outcome.to_outcome(),
        device_time_ns: ended.time_ns,
        counters: ended.counters,
        dropped: ended.dropped,
        heap: ended.heap,
    }
}

/// An error of which only the code is known.
#[derive(Debug)]
struct Reported(device_abi::types::ErrorCode);

impl backend::DeviceError for Reported {
    fn code(&self) -> device_abi::types::ErrorCode {
        self.0
    }
}

impl std::fmt::Display for Reported {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}, by the device's word", self.0.name())
    }
}

impl std::error::Error for Reported {}

/// What each pin is there for, as the device is told.
fn pin_uses(profile: &Profile, hardware: &Hardware) -> Vec<u8> {
    let pin_use = |pin| match hardware.gpio.pin_use(pin) {
        None => PinUse::Absent,
        Some(backend::PinUse::Free) => PinUse::Free,
        Some(backend::PinUse::Bus) => PinUse::Bus,
        Some(backend::PinUse::Reserved) => PinUse::Reserved,
    };
    (0..profile.gpio_pins).map(|pin| pin_use(pin) as u8).collect()
}

fn wires(wires: &backend::I2cWires) -> I2cWires {
    // In bench mode nobody asks which pins the wires are on.
    I2cWires { number: wires.number, frequency_hz: wires.frequency_hz, sda: None, scl: None }
}
