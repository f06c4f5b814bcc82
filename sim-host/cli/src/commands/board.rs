//! `twinboard board`

use std::{fmt::Write, path::PathBuf};

use clap::{Args, Subcommand};
use sim_host::hw_board::{
    Board as BoardFile, FileError, Scenario,
    board::{Button, PartKind},
    expectations,
};

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

        /// A scenario that is to play around each of these boards; may be given again.
        #[arg(long, value_name = "FILE")]
        scenario: Vec<PathBuf>,

        /// What must go over the wires of each of them; may be given again.
        #[arg(long, value_name = "FILE")]
        expect: Vec<PathBuf>,
    },
}

impl Board {
    pub(crate) fn execute(self) -> Result<Exit, Failure> {
        let BoardCommand::Check { files, scenario, expect } = self.command;
        let mut exit = Exit::Done;
        let mut tell = |error| {
            let one = refused(error).report();
            // A file that cannot even be read weighs more than one with problems.
            exit = if exit == Exit::Fault { exit } else { one };
        };
        for file in files {
            let board = match BoardFile::load(&file) {
                Ok(board) => board,
                Err(error) => {
                    tell(error);
                    continue;
                }
            };
            print(&format!("{}: {}", file.display(), summary(&board)))?;
            for file in &scenario {
                match Scenario::load(file, &board) {
                    Ok(scenario) => {
                        print(&format!("{}: a scenario of {} steps\n", file.display(), scenario.steps()))?
                    }
                    Err(error) => tell(error),
                }
            }
            for file in &expect {
                match expectations::load(file, &board) {
                    Ok(_) => print(&format!("{}: expectations\n", file.display()))?,
                    Err(error) => tell(error),
                }
            }
        }
        Ok(exit)
    }
}

/// The failure that a board file makes.
pub(crate) fn refused(error: FileError) -> Failure {
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
        let _ = write!(text, "  pin {}", pin.number);
        if !pin.label.is_empty() {
            let _ = write!(text, " {}", printable(&pin.label));
        }
        if let Some(part) = board.parts().find(|part| part.pin == pin.number) {
            let _ = write!(text, ": {}, active {}", part.model(), part.active().name());
            if let PartKind::Button(Button { bounce_ns: bounce_ns @ 1.., .. }) = part.kind {
                let _ = write!(text, ", bounces for {} us", bounce_ns as f64 / 1e3);
            }
        }
        text.push('\n');
    }
    for bus in board.i2c() {
        let _ = write!(text, "  i2c {} at {} Hz", bus.number, bus.frequency_hz);
        if let Some((sda, scl)) = bus.pins {
            let _ = write!(text, ", sda on pin {sda}, scl on pin {scl}");
        }
        text.push('\n');
        for chip in &bus.chips {
            let _ = write!(text, "    {:#04x} {}", chip.address, chip.model());
            if !chip.label.is_empty() {
                let _ = write!(text, " {}", printable(&chip.label));
            }
            text.push(':');
            match chip.registers() {
                Some(count) => {
                    let _ = write!(text, " {count} registers");
                }
                None => chip.settings().iter().for_each(|setting| {
                    let _ = write!(text, " {}={}", setting.name, setting.value);
                }),
            }
            text.push('\n');
        }
    }
    text
}
