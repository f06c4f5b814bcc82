//! `run --picture`: the messages that will be in it, and the file.

use std::io::Write;

use sim_host::{
    LogLine, Outcome, Run,
    hw_wires::{LogMark, PictureOptions},
};

use crate::{failure::Failure, output_file::OutputFile};

/// Messages that are kept for the picture: more than it has room for.
const MOST_MESSAGES: usize = 1_000;

/// A picture in the making.
#[derive(Debug)]
pub(crate) struct Picture {
    file: OutputFile,
    title: String,
    log: Vec<LogMark>,
    log_left_out: u64,
}

impl Picture {
    pub(crate) fn new(file: OutputFile, title: String) -> Self {
        Self { file, title, log: Vec::new(), log_left_out: 0 }
    }

    /// Takes a message of the guest.
    pub(crate) fn log(&mut self, line: &LogLine) {
        if self.log.len() < MOST_MESSAGES {
            self.log.push(line.mark());
        } else {
            self.log_left_out += 1;
        }
    }

    /// Draws what the run has kept; nothing when there was none, or when it was refused.
    pub(crate) fn finish(&mut self, run: Option<&Run>) -> Result<(), Failure> {
        if let Some(run) = run.filter(|run| !matches!(run.outcome, Outcome::Refused(_))) {
            let options = PictureOptions { title: self.title.clone(), log_left_out: self.log_left_out };
            let picture = run.wires.picture(&self.log, &options);
            // The file takes everything, and tells its failures itself.
            let _ = self.file.write(picture.as_bytes());
        }
        self.file.finish("picture")
    }
}
