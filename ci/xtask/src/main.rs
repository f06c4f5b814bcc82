//! The project's own commands: `cargo xtask <command>`.
//!
//! One file per command. Everything that continuous integration does is one of them.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program for people: it prints what it does")]

mod bench;
mod codegen;
mod conformance_guests;
mod demo;
mod firmware;
mod guests;
mod packages;
mod portable;
mod process;
mod setup;
mod test;
mod tidy;
mod toolchain;
mod wasm3;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The project's own commands.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Installs what guests and firmware are built with, if it is missing.
    Setup,
    /// Builds the example guests to target/guests/.
    Guests,
    /// Builds the firmware to target/firmware/.
    Firmware(firmware::Options),
    /// Writes the files that are generated from abi-spec/wit.
    Codegen {
        /// Only compares, and fails if a file differs.
        #[arg(long)]
        check: bool,
    },
    /// Checks files and crates against ci/tidy.toml and ci/layers.toml.
    Tidy,
    /// Runs the weather station on the simulator for ten seconds of device time.
    Demo,
    /// Runs every check, in order, until one fails.
    Test,
    /// Measures the simulator; ratios within one run.
    Bench,
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Setup => setup::run(),
        Command::Guests => guests::run(),
        Command::Firmware(options) => firmware::run(options),
        Command::Codegen { check } => codegen::run(check),
        Command::Tidy => tidy::run(),
        Command::Demo => demo::run(),
        Command::Test => return test::run(),
        Command::Bench => bench::run(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            process::print_error(&error);
            ExitCode::FAILURE
        }
    }
}
