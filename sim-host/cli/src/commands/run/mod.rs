//! `twinboard run`

mod files;
mod verdict;

use std::{path::PathBuf, time::Duration};

use anyhow::anyhow;
use clap::{
    Args, ValueEnum,
    builder::{PossibleValuesParser, TypedValueParser},
};
use device_abi::Profile;
use sim_host::{Guest, Sim, SimError, StopHandle, Time, Wires};

use self::files::Beside;
use crate::{
    commands::board,
    duration,
    exit::{self, Exit},
    failure::Failure,
    guest_log::GuestLog,
    interrupt::Interrupt,
    output_file,
    picture::Picture,
    shared::Shared,
    target::{FIRMWARE, TargetChoice, run_failed},
    trace_file::{TraceFile, TraceFormat, TraceTarget},
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

    /// What the device can hold, instead of what the board file says [default: what the target holds at most].
    #[arg(long, value_name = "NAME", value_parser = profiles())]
    profile: Option<&'static Profile>,

    /// Where the guest's random numbers start.
    #[arg(long, value_name = "N", default_value_t = 0, allow_negative_numbers = true)]
    seed: u64,

    /// Where the guest runs: sim, host (the firmware as a process), qemu (the firmware on an emulated chip),
    /// serial:PORT, serial:PORT@BAUD or tcp:ADDRESS:PORT. The board's hardware is simulated here all the same. The guest takes the
    /// place of the app that is installed there.
    #[arg(long, value_name = "TARGET", default_value_t = TargetChoice::Sim)]
    target: TargetChoice,

    /// With a board as --target: the guest runs on the board's own pins and in real time; --board says how they are wired
    /// (`sda` and `scl` of each bus). Nothing is simulated then. An app that runs there is stopped.
    #[arg(long, conflicts_with_all = ["scenario", "expect", "vcd", "picture"])]
    native: bool,

    /// The folder of the firmware for --target host and qemu [default: where `cargo xtask firmware` puts it].
    #[arg(long, value_name = "FOLDER", env = FIRMWARE)]
    firmware: Option<PathBuf>,

    /// How device time goes by [default: real in the simulator; other targets have virtual time only].
    #[arg(long, value_enum)]
    time: Option<Pace>,

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

    /// Writes what goes over the I2C buses and pins into a file for waveform viewers (VCD, in nanoseconds: PulseView opens
    /// long runs with its import option `downsample`). A guest that is refused leaves no file.
    #[arg(long, value_name = "FILE", value_parser = output_file::path_parser())]
    vcd: Option<PathBuf>,

    /// Draws what goes over the I2C buses and pins, and the log, as a picture (SVG): a long run from its beginning as far
    /// as there is room. A guest that is refused leaves no file.
    #[arg(long, value_name = "FILE.SVG", value_parser = output_file::path_parser())]
    picture: Option<PathBuf>,

    /// What must go over the I2C buses and pins, as TOML. The file alone answers on the buses and pins that it names, in
    /// place of the board's chips; all others are the board's own. A call that does not fit is reported, and so is what
    /// was never reached; the exit code says so.
    #[arg(long, value_name = "FILE")]
    expect: Option<PathBuf>,

    /// What happens around the board while the guest runs, as TOML: buttons, changing chips, faults, and what is expected
    /// of the guest. A step that fails ends the run, a step that is not reached is told at the end, and the exit code says
    /// so.
    #[arg(long, value_name = "FILE")]
    scenario: Option<PathBuf>,

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
        let time = self.pace()?;
        let mut board = self.load_board()?;
        // What is wrong with them shows without a device.
        let mut beside = self.load_beside(&board)?;
        let guest = Guest::load(&self.app).map_err(|error| {
            let exit = if matches!(error, SimError::GuestText { .. }) { Exit::Refused } else { Exit::Fault };
            Failure::new(exit, error)
        })?;
        self.check_trace_target()?;

        let mut target = self.target.open(self.firmware.as_deref())?;
        if !board.names_profile()
            && let Some(profile) = target.profile()?
        {
            board = board.with_profile(profile).map_err(board::refused)?;
            beside = self.load_beside(&board)?;
        }
        let Beside { expectations, scenario, native } = beside;
        if let Some(wiring) = native {
            target = target.native(wiring);
        }
        let stop = StopHandle::new();
        let interrupt = Interrupt::listen(stop.clone())?;
        let log = Shared::new(GuestLog::new(time == Pace::Real, interrupt.clone()));
        let (vcd, picture) = self.open_wires(&interrupt)?;
        let picture = picture.map(|file| Shared::new(Picture::new(file, self.title(&board))));
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
            .time(time.into())
            .keep_log(false)
            .record_trace(false)
            .stop_handle(stop);
        match (self.stop_after, time) {
            (Some(device_time), _) => sim = sim.stop_after(device_time),
            (None, Pace::Virtual) => sim = sim.limit_time(VIRTUAL_LIMIT),
            (None, Pace::Real) => {}
        }
        if let Some(wall_time) = self.limit {
            sim = sim.limit_compute(wall_time);
        }
        let (printing, drawing) = (log.clone(), picture.clone());
        sim = sim.on_log(move |line| {
            printing.lock().print(line);
            if let Some(picture) = &drawing {
                picture.lock().log(line);
            }
        });
        if picture.is_some() {
            sim = sim.wires(true).limit_wires(Wires::PICTURE_BYTES);
        }
        if let Some(trace) = trace.clone() {
            sim = sim.on_trace(move |record| trace.lock().write(record));
        }
        if let Some(vcd) = vcd.clone() {
            sim = sim.vcd(vcd);
        }
        if let Some(expectations) = expectations {
            sim = sim.expectations(expectations);
        }
        if let Some(scenario) = scenario {
            sim = sim.scenario(scenario);
        }
        let expects = self.expect.is_some();
        let run = sim.run_on(&mut target);

        // Whatever became of the run: what was printed and recorded until then is kept.
        let printed = log.lock().finish();
        if let Ok(run) = &run {
            verdict::tell(run, expects);
        }
        let dropped = target.dropped();
        let traced = trace.map_or(Ok(()), |trace| {
            let mut trace = trace.lock();
            trace.note_dropped(dropped.trace_bytes);
            trace.finish()
        });
        verdict::tell_dropped(&dropped);
        let written = vcd.map_or(Ok(()), |vcd| vcd.finish("VCD"));
        let drawn = picture.map_or(Ok(()), |picture| picture.lock().finish(run.as_ref().ok()));
        let run = run.map_err(run_failed)?;
        printed?;
        traced?;
        written?;
        drawn?;
        let exit = Exit::of_run(&run.outcome, interrupt.happened());
        Ok(exit.unless_scenario_failed(run.scenario.as_ref()).unless_mismatch(run.mismatch.as_ref()))
    }

    /// How device time goes by.
    fn pace(&self) -> Result<Pace, Failure> {
        match (&self.target, self.time) {
            (TargetChoice::Sim, _) if self.native => {
                let error = anyhow!("--native needs a board: say with --target where it is");
                Err(Failure::new(Exit::Usage, error))
            }
            (_, Some(Pace::Virtual)) if self.native => {
                let error = anyhow!("a board's own pins have real time only, not --time virtual");
                Err(Failure::new(Exit::Usage, error))
            }
            (_, _) if self.native => Ok(Pace::Real),
            (TargetChoice::Sim, time) => Ok(time.unwrap_or(Pace::Real)),
            (_, None | Some(Pace::Virtual)) => Ok(Pace::Virtual),
            (target, Some(Pace::Real)) => {
                let error = anyhow!("target {target} runs in virtual time only, not with --time real");
                Err(Failure::new(Exit::Usage, error))
            }
        }
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
