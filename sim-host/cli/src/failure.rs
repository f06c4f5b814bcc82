//! Why a command could not do its work, and how that is told.

use std::io::{self, Write};

use crate::{exit::Exit, help, output::printable};

/// A command that failed.
#[derive(Debug)]
pub(crate) struct Failure {
    exit: Exit,
    error: anyhow::Error,
}

impl Failure {
    /// A failure with an exit of its own.
    pub(crate) fn new(exit: Exit, error: impl Into<anyhow::Error>) -> Self {
        Self { exit, error: error.into() }
    }

    pub(crate) fn exit(&self) -> Exit {
        self.exit
    }

    /// What failed, then all that it is caused by, one text each.
    pub(crate) fn chain(&self) -> Vec<String> {
        self.error.chain().map(ToString::to_string).collect()
    }

    /// What can be done about it, if a board or its line is the reason.
    pub(crate) fn help(&self) -> Option<&'static str> {
        self.error.chain().find_map(|cause| cause.downcast_ref()).and_then(help::of)
    }

    /// Says what failed on standard error: `error: …`, then `caused by: …` for each cause, then `help: …`.
    pub(crate) fn report(self) -> Exit {
        let mut text = String::new();
        // An error with several lines is a list of problems.
        for line in self.error.to_string().lines() {
            text += &format!("error: {}\n", printable(line));
        }
        for cause in self.error.chain().skip(1) {
            // A cause with several lines shows a place in a file.
            for line in cause.to_string().lines() {
                text += &format!("caused by: {}\n", printable(line));
            }
        }
        if let Some(help) = self.help() {
            text += &format!("help: {help}\n");
        }
        // Whom to tell that standard error is gone?
        let _ = io::stderr().write_all(text.as_bytes());
        self.exit
    }
}

/// What fails without saying how is a fault: a file, the machine, the simulator.
impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self { exit: Exit::Fault, error }
    }
}

/// Says what is wrong with the command line; help and version are asked for and no failure.
pub(crate) fn report_usage(error: &clap::Error) -> Exit {
    // A reader that went away has read what it wanted.
    let _ = error.print();
    if error.use_stderr() { Exit::Usage } else { Exit::Done }
}
