//! The program `twinboard`: a thin face over the crates below it.
//!
//! One file per subcommand in `commands/`. Exit codes are decided in `exit.rs` and nowhere else. A run's guest log goes
//! to standard output; everything else that a run says goes to standard error.

mod commands;
mod diagnostics;
mod duration;
mod exit;
mod failure;
mod guest_log;
mod help;
mod interrupt;
mod output;
mod output_file;
mod picture;
mod shared;
mod target;
mod trace_file;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::{commands::*, exit::Exit, failure::Failure};

/// Runs wasm guests for microcontrollers on a simulated board.
#[derive(Debug, Parser)]
#[command(version, about, after_help = exit::table(), arg_required_else_help = true)]
struct Program {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Run(Box<run::Run>),
    Abi(abi::Abi),
    Board(board::Board),
    Trace(trace::Trace),
    Conform(Box<conform::Conform>),
    Device(Box<device::Device>),
    Completions(completions::Completions),
}

fn main() -> ExitCode {
    let exit = match Program::try_parse() {
        Ok(program) => program.command.execute().unwrap_or_else(|failure| failure.report()),
        Err(error) => failure::report_usage(&error),
    };
    exit.into()
}

impl Command {
    fn execute(self) -> Result<Exit, Failure> {
        interrupt::keep_ignoring_hangups()?;
        diagnostics::start()?;
        match self {
            Self::Run(command) => command.execute(),
            Self::Abi(command) => command.execute(),
            Self::Board(command) => command.execute(),
            Self::Trace(command) => command.execute(),
            Self::Conform(command) => command.execute(),
            Self::Device(command) => command.execute(),
            Self::Completions(command) => command.execute(),
        }
    }
}
