//! A run on the device.

use std::time::Duration;

use device_abi::Profile;
use device_link::{Asking, I2cWires, List, Mode, Next, Pins, Request, Start, ToDevice};
use hw_core::backend::{self, Hardware};

use crate::{
    End, Job, RemoteError, Session, Wish,
    answer::Answer,
    native::pin_use,
    progress::{Run, Seen, Step},
    rate::ALIVE_MS,
    serve::Server,
};

/// How often the host looks whether the run is to end, and at the device's pulse.
pub(crate) const LOOK: Duration = Duration::from_millis(50);

/// A look that took longer than this, milliseconds, was held up on this machine.
const AWAKE_MS: u64 = 500;

/// After this long without a byte the device is asked how it is, milliseconds.
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
        let wish = || if (job.is_stopped)() { Wish::Stop } else { Wish::GoOn };
        match self.follow(Run::new(Some(server), job.observer), &wish)? {
            Left::Ended(end) => Ok(*end),
            Left::Running => Err(self.confused("a run with the host's hardware was left alone")),
        }
    }

    /// Serves the run, and tells its observer of it, to its end or as long as `wish` says.
    pub(crate) fn follow(&mut self, mut run: Run, wish: &dyn Fn() -> Wish) -> Result<Left, RemoteError> {
        let mut stop: Option<Asking> = None;
        let mut heard_ms = self.now_ms();
        let mut asked_ms = heard_ms;
        let limit = self.limit();
        loop {
            // They go on from run to run.
            let mut seen =
                Seen { inbox: self.inbox, calls: self.calls, answer: std::mem::take(&mut self.answer) };
            let began_ms = self.now_ms();
            let step = self.next(LOOK, |message, bytes| run.take(message, bytes, &mut seen, limit));
            (self.inbox, self.calls, self.answer) = (seen.inbox, seen.calls, seen.answer);
            let now_ms = self.now_ms();
            // While this program slept, the device was not silent.
            heard_ms += (now_ms - began_ms).saturating_sub(AWAKE_MS);
            match step? {
                None if now_ms - heard_ms >= device_link::GIVE_UP_MS => {
                    return Err(self.silent("question while the app ran"));
                }
                // One request at a time: a stop that waits for its reply is repeated, and asks as well.
                None if stop.is_none() && self.pulse_is_due(now_ms, asked_ms) => {
                    asked_ms = now_ms;
                    let number = self.number();
                    self.send(number, ToDevice::Request(Request::Info))?;
                }
                None => {}
                Some(step) => {
                    heard_ms = now_ms;
                    match step {
                        Step::Answer => self.send_answer()?,
                        Step::Credit(number, credit) => self.send(number, ToDevice::Credit(credit))?,
                        Step::Reply(number) => _ = stop.take_if(|asking| asking.number() == number),
                        Step::Lost => return Err(self.lost()),
                        Step::Confused(what) => return Err(self.confused(what)),
                        Step::Ended(end) => {
                            let (number, credit) = self.inbox.now(false);
                            self.send(number, ToDevice::Credit(credit))?;
                            return Ok(Left::Ended(end));
                        }
                        Step::Nothing => {}
                    }
                }
            }
            match wish() {
                // Whoever comes next begins a session of their own.
                Wish::Leave => return Ok(Left::Running),
                wish => self.see_to_stop(&mut stop, &mut run, wish == Wish::Stop)?,
            }
        }
    }

    /// Whether the device is to be asked how it is: nothing came from it for long, or it must hear at another rate than the
    /// first that somebody is there.
    fn pulse_is_due(&self, now_ms: u64, asked_ms: u64) -> bool {
        let silent = now_ms - asked_ms.max(self.last_ms()) >= PULSE_MS;
        silent || self.rate.is_raised() && now_ms - self.frames.sent_ms() >= ALIVE_MS
    }

    /// Tells the device that the run is to end, when it is, until it has replied.
    fn see_to_stop(
        &mut self,
        stop: &mut Option<Asking>,
        run: &mut Run,
        is_wanted: bool,
    ) -> Result<(), RemoteError> {
        let now_ms = self.now_ms();
        let number = match stop {
            None if run.is_stopping || !is_wanted => return Ok(()),
            None => {
                run.is_stopping = true;
                stop.insert(Asking::new(self.number(), now_ms)).number()
            }
            Some(asking) => match asking.next(now_ms) {
                Next::WaitUntil(_) => return Ok(()),
                Next::Repeat => asking.number(),
                Next::GiveUp => return Err(self.silent("stop")),
            },
        };
        self.send(number, ToDevice::Request(Request::Stop))
    }
}

/// How somebody who followed a run left it.
#[derive(Debug)]
pub(crate) enum Left {
    /// It had ended.
    Ended(Box<End>),
    /// It goes on.
    Running,
}

/// What each pin is there for, as the device is told.
fn pin_uses(profile: &Profile, hardware: &Hardware) -> Vec<u8> {
    let pin_use = |pin| pin_use(hardware.gpio.pin_use(pin));
    (0..profile.gpio_pins).map(|pin| pin_use(pin) as u8).collect()
}

fn wires(wires: &backend::I2cWires) -> I2cWires {
    // In bench mode nobody asks which pins the wires are on.
    I2cWires { number: wires.number, frequency_hz: wires.frequency_hz, sda: None, scl: None }
}
