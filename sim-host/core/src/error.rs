//! The simulator's own faults, as opposed to the guest's.

use std::{error::Error, fmt, io, path::PathBuf};

/// Why the simulator could not do its work. What a guest does wrong is an [`Outcome`](crate::Outcome) instead.
#[derive(Debug)]
pub enum SimError {
    /// The guest's file could not be read.
    GuestFile {
        /// Its path.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The guest is text, and not valid WebAssembly text.
    GuestText {
        /// Line, column and what is wrong.
        source: wat::Error,
    },
    /// No guest was given.
    NoGuest,
    /// A scenario was given, and hardware that it cannot act on.
    ScenarioWithoutBoard,
    /// Steps of the scenario come to nothing beside the expectations.
    ScenarioBesideExpectations(hw_board::FileError),
    /// The board cannot be what the profile says.
    Board(hw_board::FileError),
    /// No thread could be started for the watchdog.
    Thread(io::Error),
    /// What went over the wires could not be written.
    Vcd(io::Error),
    /// The target that is not the simulator failed.
    Target(Box<dyn Error + Send + Sync>),
    /// The WebAssembly engine failed, through no fault of the guest.
    Engine(wasmtime::Error),
}

impl fmt::Display for SimError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::GuestFile { path, .. } => write!(f, "cannot read guest {}", path.display()),
            Self::GuestText { .. } => f.write_str("guest is not valid WebAssembly text"),
            Self::NoGuest => f.write_str("no guest to run: give one with `guest`"),
            Self::ScenarioWithoutBoard => f.write_str(
                "a scenario acts on the board's own hardware, and `hardware` is other hardware \
                     (`replace` puts backends in places of the board's)",
            ),
            Self::ScenarioBesideExpectations(_) => {
                f.write_str("the expectations answer where the scenario changes something")
            }
            Self::Board(_) => f.write_str("board cannot be built"),
            Self::Thread(_) => f.write_str("cannot start the watchdog"),
            Self::Vcd(_) => f.write_str("VCD cannot be written"),
            Self::Target(_) => f.write_str("target failed"),
            Self::Engine(_) => f.write_str("WebAssembly engine failed"),
        }
    }
}

impl Error for SimError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::GuestFile { source, .. } => Some(source),
            Self::GuestText { source } => Some(source),
            Self::NoGuest | Self::ScenarioWithoutBoard => None,
            Self::Board(error) | Self::ScenarioBesideExpectations(error) => Some(error),
            Self::Thread(error) | Self::Vcd(error) => Some(error),
            Self::Target(error) => Some(error.as_ref()),
            Self::Engine(error) => Some(error.as_ref()),
        }
    }
}
