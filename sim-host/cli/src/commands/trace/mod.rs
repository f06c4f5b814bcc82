//! `twinboard trace`

mod diff;
mod json;
mod line;
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
    /// Compares two traces and shows the first difference; the exit code is then 208.
    ///
    /// The traces are aligned: calls that only one of them has are shown with `-` (only A) or `+` (only B), changed
    /// ones with both, and the calls behind them are compared with their counterparts: also behind a gap of up to 1048576
    /// calls, unless a trace comes through a pipe (4096). Where that is not enough, a remark says so.
    Diff(diff::Diff),
}

impl Trace {
    pub(crate) fn execute(self) -> Result<Exit, Failure> {
        match self.command {
            TraceCommand::Show { file, no_times } => show::show(&file, no_times),
            TraceCommand::Diff(diff) => diff.execute(),
        }
    }
}
