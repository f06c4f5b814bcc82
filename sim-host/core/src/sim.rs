//! One run of one guest on one simulated board.

use std::time::Duration;

use device_abi::{Outcome, Profile, trace::Record};
use hw_core::{AppConfig, Limits, backend::Hardware};
use hw_mock::Expectations;

use crate::{
    Board, Ended, Guest, LogLine, Order, Run, Scenario, SimError, StopHandle, Target, Wires,
    recording::{Recording, Wanted},
    replaced::Replaced,
    simulator,
    wires::WantedWires,
};

/// How long a guest may compute without an ABI call, unless set.
const DEFAULT_COMPUTE: Duration = Duration::from_secs(10);

/// How a run's device time relates to the wall's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Time {
    /// Device time jumps over every wait: a day in a moment.
    #[default]
    Virtual,
    /// Device time keeps to the wall's, for somebody who watches.
    Real,
}

/// The simulator. See [`Sim::builder`].
#[derive(Debug)]
pub struct Sim;

impl Sim {
    /// Starts to describe a run.
    ///
    /// Defaults: a [desktop board](Board::default) with its own profile, seed 0, no arguments, virtual time, no end of
    /// device time, 10 s of computing without an ABI call, compiled code kept for later runs, the trace kept, up to 64 MiB, and
    /// the log.
    pub fn builder() -> SimBuilder {
        SimBuilder {
            board: None,
            guest: None,
            hardware: None,
            replaced: Replaced::default(),
            expectations: None,
            scenario: None,
            profile: None,
            app: AppConfig::default(),
            time: Time::default(),
            limits: Limits::default(),
            limit_compute: Some(DEFAULT_COMPUTE),
            limit_trace: None,
            is_cached: true,
            wanted: Wanted::default(),
            wires: WantedWires::default(),
            stop: StopHandle::new(),
        }
    }
}

/// A run being described. See [`Sim::builder`] for the defaults.
#[derive(Debug)]
#[must_use = "a described run does nothing until `run`"]
pub struct SimBuilder {
    board: Option<Board>,
    guest: Option<Guest>,
    hardware: Option<Hardware>,
    pub(crate) replaced: Replaced,
    expectations: Option<Expectations>,
    scenario: Option<Scenario>,
    profile: Option<&'static Profile>,
    app: AppConfig,
    time: Time,
    limits: Limits,
    limit_compute: Option<Duration>,
    limit_trace: Option<u64>,
    is_cached: bool,
    wanted: Wanted,
    pub(crate) wires: WantedWires,
    stop: StopHandle,
}

impl SimBuilder {
    /// The board that the guest runs on.
    pub fn board(mut self, board: Board) -> Self {
        self.board = Some(board);
        self
    }

    /// The guest.
    pub fn guest(mut self, guest: Guest) -> Self {
        self.guest = Some(guest);
        self
    }

    /// Other hardware than what the board file describes: backends of your own. The board still gives the profile. With
    /// [`replace`](Self::replace) a part of the board's hardware stays, and a scenario can play around it.
    pub fn hardware(mut self, hardware: Hardware) -> Self {
        self.hardware = Some(hardware);
        self
    }

    /// What must go over the wires. The buses and pins that `expectations` are about are answered by them alone, and
    /// everything else by the board, or by other [`hardware`](Self::hardware), as without them. What does not fit is in
    /// [`Run::mismatch`]. Expectations are met once: each run wants its own.
    pub fn expectations(mut self, expectations: Expectations) -> Self {
        self.expectations = Some(expectations);
        self
    }

    /// What happens around the board while the guest runs, and what is expected of the guest; see
    /// [`hw_board::scenario`]. It acts on the board's own hardware, in which [`replace`](Self::replace) may have put
    /// backends of yours, and is read for that board; steps that come to nothing beside
    /// [`expectations`](Self::expectations) are an error. What became of it is in [`Run::scenario`].
    pub fn scenario(mut self, scenario: Scenario) -> Self {
        self.scenario = Some(scenario);
        self
    }

    /// Another profile than the board's own.
    pub fn profile(mut self, profile: &'static Profile) -> Self {
        self.profile = Some(profile);
        self
    }

    /// The seed of `system.random`.
    pub fn seed(mut self, seed: u64) -> Self {
        self.app.seed = seed;
        self
    }

    /// What `system.argument` gives to the guest.
    pub fn args<S: Into<String>>(mut self, arguments: impl IntoIterator<Item = S>) -> Self {
        self.app.arguments = arguments.into_iter().map(Into::into).collect();
        self
    }

    /// How device time relates to the wall's.
    pub fn time(mut self, time: Time) -> Self {
        self.time = time;
        self
    }

    /// Ends the run as [`Outcome::Stopped`] when this much device time has passed.
    pub fn stop_after(mut self, device_time: Duration) -> Self {
        self.limits.stop_after_ns = Some(nanos(device_time));
        self
    }

    /// Ends the run as `limit time` when this much device time has passed.
    pub fn limit_time(mut self, device_time: Duration) -> Self {
        self.limits.time_ns = Some(nanos(device_time));
        self
    }

    /// Ends the run as `limit compute` when the guest computes for this much wall-clock time, give or take some
    /// hundredths of a second, without an ABI call.
    pub fn limit_compute(mut self, wall_time: Duration) -> Self {
        self.limit_compute = Some(wall_time);
        self
    }

    /// Ends the run as `limit trace` when its trace has this many bytes in its binary form.
    pub fn limit_trace(mut self, bytes: u64) -> Self {
        self.limit_trace = Some(bytes);
        self
    }

    /// Whether the compiled guest is taken from the cache in the user's cache folder, and kept there for later runs. It is
    /// up to [`run_on`](Self::run_on)'s target whether it keeps something.
    pub fn keep_compiled(mut self, keep: bool) -> Self {
        self.is_cached = keep;
        self
    }

    /// Whether [`Run::trace`] is kept.
    pub fn record_trace(mut self, keep: bool) -> Self {
        self.wanted.record_trace = keep;
        self
    }

    /// Whether [`Run::log`] is kept.
    pub fn keep_log(mut self, keep: bool) -> Self {
        self.wanted.keep_log = keep;
        self
    }

    /// Lets somebody else end the run.
    pub fn stop_handle(mut self, stop: StopHandle) -> Self {
        self.stop = stop;
        self
    }

    /// Calls `on_log` for each message of the guest, while it runs.
    pub fn on_log(mut self, on_log: impl FnMut(&LogLine) + Send + 'static) -> Self {
        self.wanted.on_log = Some(Box::new(on_log));
        self
    }

    /// Calls `on_trace` for each call of the guest, while it runs: before each wait in real time, else in batches.
    pub fn on_trace(mut self, on_trace: impl FnMut(&Record<'_>) + Send + 'static) -> Self {
        self.wanted.on_trace = Some(Box::new(on_trace));
        self
    }

    /// Runs the guest to its end.
    ///
    /// # Errors
    /// Only the simulator's own faults, and parts of the description that do not go together. Whatever the guest does
    /// is in the [`Run`].
    pub fn run(self) -> Result<Run, SimError> {
        let is_cached = self.is_cached;
        self.run_by(|order| simulator::run(order, is_cached))
    }

    /// Runs the guest to its end somewhere else, with the same hardware, scenario and recordings around it.
    ///
    /// # Errors
    /// As [`run`](SimBuilder::run), and the target's own faults.
    pub fn run_on(self, target: &mut dyn Target) -> Result<Run, SimError> {
        self.run_by(|order| target.run(order).map_err(SimError::Target))
    }

    fn run_by(self, run: impl FnOnce(Order<'_>) -> Result<Ended, SimError>) -> Result<Run, SimError> {
        let mut board = self.board.unwrap_or_default();
        if let Some(profile) = self.profile {
            board = board.with_profile(profile).map_err(SimError::Board)?;
        }
        let guest = self.guest.ok_or(SimError::NoGuest)?;
        if self.scenario.is_some() && self.hardware.is_some() {
            return Err(SimError::ScenarioWithoutBoard);
        }
        if let (Some(scenario), Some(expectations)) = (&self.scenario, &self.expectations) {
            scenario.check_beside(expectations).map_err(SimError::ScenarioBesideExpectations)?;
        }
        let checked = guest_check::check(guest.wasm(), board.profile());

        let recording = Recording::new(self.wanted);
        let collected = recording.collected();
        let replaced = self.replaced;
        let expected = |hardware| {
            let hardware = replaced.put_on(hardware);
            match &self.expectations {
                Some(expectations) => expectations.put_on(hardware),
                None => hardware,
            }
        };
        let (hardware, scenario) = match &self.scenario {
            Some(scenario) => {
                let (hardware, handle) = board.hardware_with_backends(scenario, self.app.seed, expected);
                (hardware, Some(handle))
            }
            None => (expected(self.hardware.unwrap_or_else(|| board.hardware())), None),
        };
        let (hardware, wires) = match checked {
            Ok(_) => self.wires.put_on(hardware, &board),
            // Nothing will go over them.
            Err(_) => (hardware, None),
        };
        if let (Some(scenario), Some(wires)) = (&scenario, wires.clone()) {
            scenario.on_edge(move |at_ns, pin, line| wires.line(at_ns, pin, line));
        }
        let ended = run(Order {
            wasm: guest.wasm(),
            checked,
            profile: board.profile(),
            app: self.app,
            time: self.time,
            limits: self.limits,
            limit_compute: self.limit_compute,
            trace_bytes: recording.trace_bytes(self.limit_trace),
            hardware,
            observer: Box::new(recording),
            stop: self.stop,
        });
        let device_time_ns = ended.as_ref().map_or(0, |ended| ended.device_time_ns);
        let wires = wires.map_or(Ok(Wires::default()), |wires| wires.finish(device_time_ns));

        let ended = ended?;
        let mut run = Run::ended(ended.outcome, &ended.backtrace);
        if matches!(run.outcome, Outcome::Refused(_)) {
            return Ok(run);
        }
        run.device_time_ns = device_time_ns;
        run.scenario = scenario.map(|scenario| scenario.report(device_time_ns, &run.outcome));
        run.mismatch = self.expectations.and_then(|expectations| expectations.report().err());
        run.wires = wires.map_err(SimError::Vcd)?;
        (run.log, run.trace) = collected.take();
        Ok(run)
    }
}

/// Nanoseconds, at most 2^64 - 1 (584 years).
fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
