//! `--target`: where the guest runs.

use std::{
    env,
    error::Error,
    fmt,
    path::{Path, PathBuf},
    str::FromStr,
};

use anyhow::anyhow;
use device_abi::{Outcome, Profile};
use device_link::Dropped;
use remote_board::{Firmware, Place, RemoteBoard, RemoteError, Wiring};
use sim_host::{Ended, Order, SimError, Simulator, Target};

use crate::{commands::device::known_profile, exit::Exit, failure::Failure, output::note};

/// Where the guest runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TargetChoice {
    /// In the simulator.
    Sim,
    /// On a board at the end of a line, with the simulated hardware around it.
    Board(Place),
}

const SIM: &str = "sim";

impl FromStr for TargetChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == SIM {
            return Ok(Self::Sim);
        }
        let board = Place::read(text, &[SIM]).map(Self::Board);
        board.map_err(|error| format!("{}; can be sim, {}", error.what(), Place::FORMS))
    }
}

impl fmt::Display for TargetChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sim => f.write_str(SIM),
            Self::Board(place) => place.fmt(f),
        }
    }
}

impl TargetChoice {
    /// Opens the target, and says which board answered.
    pub(crate) fn open(&self, folder: Option<&Path>) -> Result<Opened, Failure> {
        let Self::Board(place) = self else { return Ok(Opened::Sim) };
        let firmware = firmware(place, folder)?;
        let mut board = RemoteBoard::open(place, &firmware).map_err(unreachable)?;
        let device = board.session().device();
        let (engine, version) = &device.engine;
        note(&format!(
            "target: {place}: board {:?}, firmware {}, {engine} {version}, {} bytes of memory free",
            device.board, device.firmware, device.heap.free
        ));
        Ok(Opened::Board(Box::new(board)))
    }
}

/// A target, ready to run guests.
#[derive(Debug)]
pub(crate) enum Opened {
    /// The simulator.
    Sim,
    /// A board.
    Board(Box<RemoteBoard>),
}

impl Opened {
    /// The largest profile that a board holds; the simulator holds them all.
    pub(crate) fn profile(&mut self) -> Result<Option<&'static Profile>, Failure> {
        match self {
            Self::Sim => Ok(None),
            Self::Board(board) => known_profile(&board.session().device().profile).map(Some),
        }
    }

    /// The same target, but guests run on the board's own pins, wired like this.
    pub(crate) fn native(self, wiring: Wiring) -> Self {
        match self {
            Self::Sim => Self::Sim,
            Self::Board(board) => Self::Board(Box::new(board.native(wiring))),
        }
    }

    /// What the board dropped in the last run, because the line was slower than the guest.
    pub(crate) fn dropped(&self) -> Dropped {
        match self {
            Self::Sim => Dropped::default(),
            Self::Board(board) => board.last_end().map_or(Dropped::default(), |end| end.dropped),
        }
    }
}

impl Target for Opened {
    fn run(&mut self, order: Order<'_>) -> Result<Ended, Box<dyn Error + Send + Sync>> {
        match (self, order.checked.clone()) {
            (Self::Sim, _) => Simulator.run(order),
            // As in the simulator; what is installed on the board is left alone.
            (Self::Board(_), Err(refusal)) => {
                Ok(Ended { outcome: Outcome::Refused(refusal), device_time_ns: 0, backtrace: Vec::new() })
            }
            (Self::Board(board), Ok(_)) => board.run(order),
        }
    }
}

/// The environment variable with the folder of the firmware's images.
pub(crate) const FIRMWARE: &str = "TWINBOARD_FIRMWARE";

/// The firmware's images; the one that is to be started is there.
pub(crate) fn firmware(place: &Place, folder: Option<&Path>) -> Result<Firmware, Failure> {
    let is_set =
        folder.is_some_and(|folder| env::var_os(FIRMWARE).is_some_and(|set| folder == Path::new(&set)));
    let folder = folder.map_or_else(default_folder, Path::to_owned);
    let firmware = Firmware { host: folder.join("host"), qemu: folder.join("qemu-virt.elf") };
    let needed = match place {
        Place::Host => Some((&firmware.host, "host")),
        Place::Qemu => Some((&firmware.qemu, "qemu-virt")),
        Place::Serial { .. } | Place::Tcp(_) => None,
    };
    match needed {
        Some((image, board)) if !image.is_file() => {
            let by_variable = if is_set { format!(" ({FIRMWARE} names its folder)") } else { String::new() };
            let error = anyhow!(
                "there is no firmware {}{by_variable}: build it with `cargo xtask firmware --board {board}`, or say \
                 with --firmware in which folder it is",
                image.display()
            );
            Err(Failure::new(Exit::Fault, error))
        }
        _ => Ok(firmware),
    }
}

/// Where `cargo xtask firmware` puts images, as seen from this program: beside the folder that it was built in.
fn default_folder() -> PathBuf {
    let program = env::current_exe().unwrap_or_default();
    let target = program.parent().and_then(Path::parent).unwrap_or(Path::new("target"));
    target.join("firmware")
}

/// The failure that a board makes that does not answer.
pub(crate) fn unreachable(error: RemoteError) -> Failure {
    Failure::new(Exit::Fault, error)
}

/// The failure of a run that did not come to its end: a board's own words say all there is to say.
pub(crate) fn run_failed(error: SimError) -> Failure {
    let error = match error {
        SimError::Target(error) => match error.downcast() {
            Ok(error) => return unreachable(*error),
            Err(error) => SimError::Target(error),
        },
        error => error,
    };
    anyhow::Error::from(error).context("run failed").into()
}
