//! `twinboard run`

use std::{path::PathBuf, time::Duration};

use anyhow::{Context, anyhow};
use clap::{
    Args, ValueEnum,
    builder::{PossibleValuesParser, TypedValueParser},
};
use device_abi::{Limit, Outcome, Profile};
use sim_host::{Guest, Sim, SimError, StopHandle, Time, board::Board};

use crate::{
    commands::board,
    duration,
    exit::{self, Exit},
    failure::Failure,
    guest_log::GuestLog,
    interrupt::Interrupt,
    output::{is_one_of, note},
    shared::Shared,
    trace_file::{TraceFile, TraceFormat, TraceTarget},
    vcd_file::VcdFile,
};

/// Runs a guest on a simulated board.
///
/// The guest's log goes to standard output, everything else to standard error.
#[derive(Debug, Args)]
#[command(after_help = exit::table())]
pub(crate) struct Run {
    /// The guest: a wasm module, as binary or as text.
    #[arg(value_name = "APP.WASM|APP.WAT")]
    app: PathBuf,

    /// What is on the board [default: all pins of the profile, no buses].
    #[arg(long, value_name = "FILE")]
    board: Option<PathBuf>,

    /// What the device can hold, instead of what the board file says.
    #[arg(long, value_name = "NAME", value_parser = profiles())]
    profile: Option<&'static Profile>,

    /// Where the guest's random numbers start.
    #[arg(long, value_name = "N", default_value_t = 0, allow_negative_numbers = true)]
    seed: u64,

    /// How device time goes by.
    #[arg(long, value_enum, default_value_t = Pace::Real)]
    time: Pace,

    /// Stops the run after this much device time, like `10s`, `500ms`, `24h`; the exit code is then 0. Without it, a run
    /// in virtual time that has not ended after 1h is `limit time`.
    #[arg(long = "for", value_name = "DEVICE-TIME", value_parser = duration::parse)]
    stop_after: Option<Duration>,

    /// Ends the run when the guest computes for this long, by the wall clock, without calling the device [default: 10s].
    #[arg(long, value_name = "WALL-TIME", value_parser = duration::parse_positive)]
    limit: Option<Duration>,

    /// Writes every call to the device into a file; `-` is standard error.
    #[arg(long, value_name = "FILE|-", value_parser = TraceTarget::parse)]
    trace: Option<TraceTarget>,

    /// The form of the trace.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = TraceFormat::Text, requires = "trace")]
    trace_format: TraceFormat,

    /// Writes what goes over the I2C buses and pins into a file for waveform viewers (VCD).
    #[arg(long, value_name = "FILE")]
    vcd: Option<PathBuf>,

    /// The guest's arguments.
    #[arg(last = true, value_name = "ARGS")]
    args: Vec<String>,
}

/// Where virtual time ends without `--for`: nobody sees it pass, so a guest that runs for ever would never be missed.
const VIRTUAL_LIMIT: Duration = Duration::from_secs(60 * 60);

/// How device time goes by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Pace {
    /// Like the clock on the wall.
    Real,
    /// As fast as the machine allows.
    Virtual,
}

impl Run {
    pub(crate) fn execute(self) -> Result<Exit, Failure> {
        let board = self.load_board()?;
        let guest = Guest::load(&self.app).map_err(|error| {
            let exit = if matches!(error, SimError::GuestText { .. }) { Exit::Refused } else { Exit::Fault };
            Failure::new(exit, error)
        })?;
        self.check_trace_target()?;

        let stop = StopHandle::new();
        let interrupt = Interrupt::listen(stop.clone())?;
        let log = Shared::new(GuestLog::new(self.time == Pace::Real, interrupt.clone()));
        let vcd = self.create_vcd(&interrupt)?;
        let trace = match self.trace {
            Some(target) => {
                Some(Shared::new(TraceFile::create(target, self.trace_format, interrupt.clone())?))
            }
            None => None,
        };

        let mut sim = Sim::builder()
            .board(board)
            .guest(guest)
            .seed(self.seed)
            .args(self.args)
            .time(self.time.into())
            .keep_log(false)
            .record_trace(false)
            .stop_handle(stop);
        match (self.stop_after, self.time) {
            (Some(device_time), _) => sim = sim.stop_after(device_time),
            (None, Pace::Virtual) => sim = sim.limit_time(VIRTUAL_LIMIT),
            (None, Pace::Real) => {}
        }
        if let Some(wall_time) = self.limit {
            sim = sim.limit_compute(wall_time);
        }
        let printing = log.clone();
        sim = sim.on_log(move |line| printing.lock().print(line));
        if let Some(trace) = trace.clone() {
            sim = sim.on_trace(move |record| trace.lock().write(record));
        }
        if let Some(vcd) = vcd.clone() {
            sim = sim.vcd(vcd);
        }
        let run = sim.run();

        // Whatever became of the run: what was printed and recorded until then is kept.
        let printed = log.lock().finish();
        if let Ok(run) = &run {
            tell(run);
        }
        let traced = trace.map_or(Ok(()), |trace| trace.lock().finish());
        let drawn = vcd.map_or(Ok(()), |vcd| vcd.finish());
        let run = run.context("run failed")?;
        printed?;
        traced?;
        drawn?;
        Ok(Exit::of_run(&run.outcome, interrupt.happened()))
    }

    fn load_board(&self) -> Result<Board, Failure> {
        let board = match &self.board {
            Some(file) => Board::load(file).map_err(board::refused)?,
            None => Board::default(),
        };
        match self.profile {
            Some(profile) => board.with_profile(profile).map_err(board::refused),
            None => Ok(board),
        }
    }

    fn create_vcd(&self, interrupt: &Interrupt) -> Result<Option<VcdFile>, Failure> {
        let Some(path) = self.vcd.clone() else { return Ok(None) };
        let trace = match &self.trace {
            Some(TraceTarget::File(trace)) => Some(trace),
            _ => None,
        };
        let others = [Some(&self.app), self.board.as_ref(), trace].into_iter().flatten();
        let others: Vec<_> = others.map(PathBuf::as_path).collect();
        VcdFile::create(path, &others, interrupt.clone()).map(Some)
    }

    /// Refuses to write the trace over what the run reads.
    fn check_trace_target(&self) -> Result<(), Failure> {
        let Some(TraceTarget::File(target)) = &self.trace else { return Ok(()) };
        let inputs = [Some(&self.app), self.board.as_ref()].into_iter().flatten();
        if is_one_of(target, inputs.map(PathBuf::as_path)) {
            let target = target.canonicalize().unwrap_or_else(|_| target.clone());
            let error = anyhow!("trace {} would overwrite what the run reads", target.display());
            return Err(Failure::new(Exit::Usage, error));
        }
        Ok(())
    }
}

/// Says how a run ended, and why.
fn tell(run: &sim_host::Run) {
    let (seconds, nanoseconds) = (run.device_time_ns / 1_000_000_000, run.device_time_ns % 1_000_000_000);
    let microseconds = nanoseconds / 1000;
    note(&match &run.outcome {
        Outcome::Refused(_) => format!("outcome: {}", run.outcome),
        outcome => format!("outcome: {outcome} after {seconds}.{microseconds:06} s of device time"),
    });
    for line in run.prose().into_iter().flat_map(str::lines) {
        note(&format!("caused by: {line}"));
    }
    match run.outcome {
        Outcome::Limit(Limit::Time) => note("help: say with --for how much device time the guest shall have"),
        Outcome::Limit(Limit::Compute) => note("help: say with --limit how long it may compute"),
        _ => {}
    }
}

/// The profiles, by their names.
fn profiles() -> impl TypedValueParser<Value = &'static Profile> {
    let names = PossibleValuesParser::new(Profile::ALL.iter().map(|profile| profile.name));
    names.try_map(|name| Profile::by_name(&name).ok_or("no such profile"))
}

impl From<Pace> for Time {
    fn from(pace: Pace) -> Self {
        match pace {
            Pace::Real => Self::Real,
            Pace::Virtual => Self::Virtual,
        }
    }
}
