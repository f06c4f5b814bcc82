//! `twinboard board`

use std::{fmt::Write, path::PathBuf};

use clap::{Args, Subcommand};
use sim_host::board::{Board as BoardFile, BoardError};

use crate::{
    exit::Exit,
    failure::Failure,
    output::{print, printable},
};

/// Works with board files.
#[derive(Debug, Args)]
pub(crate) struct Board {
    #[command(subcommand)]
    command: BoardCommand,
}

#[derive(Debug, Subcommand)]
enum BoardCommand {
    /// Says everything that is wrong with board files, or what they describe.
    Check {
        /// The board files.
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
}

impl Board {
    pub(crate) fn execute(self) -> Result<Exit, Failure> {
        let BoardCommand::Check { files } = self.command;
        let mut exit = Exit::Done;
        for file in files {
            match BoardFile::load(&file) {
                Ok(board) => print(&format!("{}: {}", file.display(), summary(&board)))?,
                Err(error) => {
                    let one = refused(error).report();
                    // A file that cannot even be read weighs more than one with problems.
                    exit = if exit == Exit::Fault { exit } else { one };
                }
            }
        }
        Ok(exit)
    }
}

/// The failure that a board file makes.
pub(crate) fn refused(error: BoardError) -> Failure {
    let unreadable = std::error::Error::source(&error).is_some();
    Failure::new(if unreadable { Exit::Fault } else { Exit::Board }, error)
}

/// What a board is, in a few lines.
fn summary(board: &BoardFile) -> String {
    let mut text = String::new();
    let _ = match board.name() {
        "" => writeln!(text, "board on profile {}", board.profile().name),
        name => writeln!(text, "{name:?} on profile {}", board.profile().name),
    };
    for pin in board.pins() {
        let _ = writeln!(text, "  pin {} {}", pin.number, printable(&pin.label));
    }
    for bus in board.i2c() {
        let _ = write!(text, "  i2c {} at {} Hz", bus.number, bus.frequency_hz);
        if let Some((sda, scl)) = bus.pins {
            let _ = write!(text, ", sda on pin {sda}, scl on pin {scl}");
        }
        text.push('\n');
        for chip in &bus.chips {
            let _ = write!(text, "    {:#04x} {}:", chip.address, chip.model.name);
            for (parameter, value) in chip.model.parameters.iter().zip(&chip.values) {
                let _ = write!(text, " {}={value}", parameter.name);
            }
            text.push('\n');
        }
    }
    text
}
