//! `twinboard trace`

mod diff;
mod json;
mod lines;
mod paint;
mod show;

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::{exit::Exit, failure::Failure};

/// Works with traces that `run --trace` wrote.
#[derive(Debug, Args)]
pub(crate) struct Trace {
    #[command(subcommand)]
    command: TraceCommand,
}

#[derive(Debug, Subcommand)]
enum TraceCommand {
    /// Prints a trace as text, in colour on a terminal unless NO_COLOR is set.
    Show {
        /// The trace, as text or as JSON lines.
        file: PathBuf,

        /// Leaves the times out.
        #[arg(long)]
        no_times: bool,
    },
    /// Compares two traces call by call and shows the first difference; the exit code is then 208.
    Diff {
        /// A trace, as text or as JSON lines.
        a: PathBuf,

        /// Another trace, in the same form.
        b: PathBuf,

        /// Does not compare the times.
        #[arg(long)]
        no_times: bool,
    },
}

impl Trace {
    pub(crate) fn execute(self) -> Result<Exit, Failure> {
        match self.command {
            TraceCommand::Show { file, no_times } => show::show(&file, no_times),
            TraceCommand::Diff { a, b, no_times } => diff::diff(&a, &b, no_times),
        }
    }
}
