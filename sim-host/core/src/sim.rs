//! One run of one guest on one simulated board.

use std::time::Duration;

use device_abi::{Outcome, Profile, trace::Record};
use hw_core::{App, AppConfig, Device, DeviceConfig, Limits, Pace, backend::Hardware};

use crate::{
    Board, Guest, LogLine, Run, SimError, StopHandle, Wires, engine,
    link::State,
    recording::{Recording, Wanted},
    running::Running,
    wall::{RealPace, VirtualPace},
    watchdog::{Ticker, Watchdog},
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
    /// device time, 10 s of computing without an ABI call, the trace kept, up to 64 MiB, and the log.
    pub fn builder() -> SimBuilder {
        SimBuilder {
            board: None,
            guest: None,
            hardware: None,
            profile: None,
            app: AppConfig::default(),
            time: Time::default(),
            limits: Limits::default(),
            limit_compute: Some(DEFAULT_COMPUTE),
            limit_trace: None,
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
    profile: Option<&'static Profile>,
    app: AppConfig,
    time: Time,
    limits: Limits,
    limit_compute: Option<Duration>,
    limit_trace: Option<u64>,
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

    /// Other hardware than what the board file describes: backends of your own. The board still gives the profile.
    pub fn hardware(mut self, hardware: Hardware) -> Self {
        self.hardware = Some(hardware);
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
    /// Only the simulator's own faults. Whatever the guest does is in the [`Run`].
    pub fn run(self) -> Result<Run, SimError> {
        let mut board = self.board.unwrap_or_default();
        if let Some(profile) = self.profile {
            board = board.with_profile(profile).map_err(SimError::Board)?;
        }
        let profile = *board.profile();
        let guest = self.guest.ok_or(SimError::NoGuest)?;
        let checked = match guest_check::check(guest.wasm(), &profile) {
            Ok(checked) => checked,
            Err(refusal) => return Ok(Run::ended(Outcome::Refused(refusal), &[])),
        };
        let runtime = engine::runtime().map_err(SimError::Engine)?;
        let module = engine::compile(&runtime.engine, guest.wasm()).map_err(SimError::Engine)?;

        let recording = Recording::new(self.wanted);
        let collected = recording.collected();
        let pace: Box<dyn Pace> = match self.time {
            Time::Virtual => Box::new(VirtualPace(self.stop.clone())),
            Time::Real => Box::new(RealPace::start(self.stop.clone())),
        };
        let hardware = self.hardware.unwrap_or_else(|| board.hardware());
        let (hardware, wires) = self.wires.put_on(hardware, &board);
        let device = Device::new(DeviceConfig {
            profile,
            hardware,
            limits: self.limits,
            pace,
            trace_bytes: recording.trace_bytes(self.limit_trace),
            observer: Box::new(recording),
        });
        let bound_bytes = checked.bound_pages as usize * Profile::PAGE_BYTES as usize;
        let state = State::new(device, App::new(self.app, &profile), bound_bytes);
        let watchdog = Watchdog::new(self.limit_compute, self.stop);
        let mut running = Running::new(&runtime.linker, &module, state, watchdog, checked.has_on_event);

        let ticker = Ticker::start(runtime.engine.clone()).map_err(SimError::Thread)?;
        let outcome = hw_core::run(&mut running);
        drop(ticker);
        let device_time_ns = running.store.data().device.now_ns();
        let wires = wires.map_or(Ok(Wires::default()), |wires| wires.finish(device_time_ns));

        if let Some(fault) = running.fault {
            return Err(SimError::Engine(fault));
        }
        let mut run = Run::ended(outcome, &running.backtrace);
        run.device_time_ns = device_time_ns;
        run.wires = wires.map_err(SimError::Vcd)?;
        (run.log, run.trace) = collected.take();
        Ok(run)
    }
}

/// Nanoseconds, at most 2^64 - 1 (584 years).
fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
