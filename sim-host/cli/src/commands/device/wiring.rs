//! What a native run is started with: pins and buses of a board file, and the rest of the command line.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::anyhow;
use clap::Args;
use device_abi::Profile;
use device_link::I2cWires;
use remote_board::{NativeStart, Wiring};
use sim_host::Board;

use crate::{commands::board, duration, exit::Exit, failure::Failure};

/// How long a guest may compute without a call, where the command line does not say: as `twinboard run` has it.
const LIMIT: Duration = Duration::from_secs(10);

/// What a native run is started with.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// What is wired to which pins; of each I2C bus its `sda` and `scl`. Chips and parts are the real ones
    /// [default: all pins of the app's profile, no buses].
    #[arg(long, value_name = "FILE")]
    board: Option<PathBuf>,

    /// Where the guest's random numbers start.
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,

    /// Stops the run after this much time, like `10s`, `500ms`, `24h`.
    #[arg(long = "for", value_name = "TIME", value_parser = duration::parse)]
    stop_after: Option<Duration>,

    /// Ends the run when the guest computes for this long without calling the device [default: 10s].
    #[arg(long, value_name = "TIME", value_parser = duration::parse_positive)]
    limit: Option<Duration>,

    /// The guest's arguments.
    #[arg(last = true, value_name = "ARGS")]
    args: Vec<String>,
}

impl Options {
    /// What an app made for `profile` is started with; with `trace`, its calls are sent.
    pub(super) fn start(&self, profile: &'static Profile, trace: bool) -> Result<NativeStart, Failure> {
        let compute_ms = self.limit.unwrap_or(LIMIT).as_millis();
        Ok(NativeStart {
            seed: self.seed,
            arguments: self.args.clone(),
            stop_after_ns: self.stop_after.map(|time| u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)),
            time_ns: None,
            compute_ms: Some(u32::try_from(compute_ms).unwrap_or(u32::MAX)),
            trace_bytes: trace.then_some(u64::MAX),
            wiring: self.wiring(profile)?,
        })
    }

    /// Refuses options that would have no effect, because nothing is started.
    pub(super) fn refuse_unused(&self, unless: &str) -> Result<(), Failure> {
        let Self { board, seed, stop_after, limit, args } = self;
        let given = [
            (board.is_some(), "--board"),
            (*seed != 0, "--seed"),
            (stop_after.is_some(), "--for"),
            (limit.is_some(), "--limit"),
            (!args.is_empty(), "arguments of the guest"),
        ];
        match given.into_iter().find(|(given, _)| *given) {
            None => Ok(()),
            Some((_, name)) => {
                let error = anyhow!("{name} without {unless}: it says how an app is started, and none is");
                Err(Failure::new(Exit::Usage, error))
            }
        }
    }

    /// What is wired to which pins.
    fn wiring(&self, profile: &'static Profile) -> Result<Wiring, Failure> {
        let board = match &self.board {
            Some(file) => Board::load(file).map_err(board::refused)?,
            None => Board::default(),
        };
        let board = board.with_profile(profile).map_err(board::refused)?;
        wiring(&board, self.board.as_deref())
    }
}

/// What is wired to which pins of `board`, as `file` describes it.
pub(crate) fn wiring(board: &Board, file: Option<&Path>) -> Result<Wiring, Failure> {
    let bus = |bus: &sim_host::hw_board::board::I2c| match bus.pins {
        Some((sda, scl)) => Ok(I2cWires {
            number: bus.number,
            frequency_hz: bus.frequency_hz,
            sda: Some(sda),
            scl: Some(scl),
        }),
        None => {
            let file = file.map(|file| format!("{}: ", file.display())).unwrap_or_default();
            let error = anyhow!(
                "{file}[i2c.{}] names no pins: a run on the board's own pins needs `sda` and `scl` of each bus",
                bus.number
            );
            Err(Failure::new(Exit::Board, error))
        }
    };
    let i2c = board.i2c().map(bus).collect::<Result<_, _>>()?;
    Ok(Wiring::new((0..board.profile().gpio_pins).map(|pin| board.pin_use(pin)), i2c))
}

/// The profile of this name, which a device has told.
pub(crate) fn profile(name: &str) -> Result<&'static Profile, Failure> {
    Profile::by_name(name).ok_or_else(|| {
        let known: Vec<&str> = Profile::ALL.iter().map(|profile| profile.name).collect();
        anyhow!("the device's profile {name:?} is not known to this program ({})", known.join(", ")).into()
    })
}
