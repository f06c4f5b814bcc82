//! `twinboard completions`

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use crate::{Program, exit::Exit, failure::Failure, output::print};

/// Prints a completion script for a shell.
#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell.
    shell: Shell,
}

impl Completions {
    pub(crate) fn execute(self) -> Result<Exit, Failure> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Program::command(), "twinboard", &mut script);
        print(&String::from_utf8_lossy(&script))?;
        Ok(Exit::Done)
    }
}
