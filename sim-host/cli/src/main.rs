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

use std::{ffi::OsStr, process::ExitCode};

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand, builder::Resettable};

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
    let exit = match Program::read() {
        Ok(program) => program.command.execute().unwrap_or_else(|failure| failure.report()),
        Err(error) => failure::report_usage(&error),
    };
    exit.into()
}

impl Program {
    fn read() -> Result<Self, clap::Error> {
        let mut command = without_empty_variables(Self::command());
        let mut matches = command.try_get_matches_from_mut(std::env::args_os())?;
        Self::from_arg_matches_mut(&mut matches).map_err(|error| error.format(&mut command))
    }
}

/// The same command line, where an environment variable that is empty counts as one that is not set.
fn without_empty_variables(command: clap::Command) -> clap::Command {
    let is_empty = |name: &OsStr| std::env::var_os(name).is_some_and(|value| value.is_empty());
    let command = command.mut_args(|argument| match argument.get_env() {
        Some(name) if is_empty(name) => argument.env(Resettable::Reset),
        _ => argument,
    });
    command.mut_subcommands(without_empty_variables)
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
