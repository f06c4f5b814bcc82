//! A firmware that runs as a process of ours.

use std::{
    io::{Read, Write},
    os::{
        fd::OwnedFd,
        unix::{net::UnixStream, process::CommandExt},
    },
    path::{Path, PathBuf},
    process::{self, Command, Stdio},
    time::Duration,
};

use super::{Line, Program, SHORTEST, said::Said, taken};
use crate::{LineError, tied};

/// A firmware that runs as a process of ours, and ends with this value.
#[derive(Debug)]
pub(crate) struct Child {
    process: process::Child,
    stream: UnixStream,
    image: PathBuf,
    said: Option<Said>,
}

/// How long the last words of a program that has ended are waited for: another one may have its standard error.
const LAST_WORDS: Duration = Duration::from_secs(1);

impl Child {
    /// Starts `command`, which runs the firmware `image`, with its standard input and output as the line. Of its standard
    /// error, the first line is kept for messages.
    pub(crate) fn start(mut command: Command, image: &Path) -> Result<Self, LineError> {
        let (ours, theirs) = UnixStream::pair().map_err(LineError::Open)?;
        let input = theirs.try_clone().map_err(LineError::Open)?;
        command.stdin(Stdio::from(OwnedFd::from(input))).stdout(Stdio::from(OwnedFd::from(theirs)));
        // In a group of its own: Ctrl-C at the terminal is for this program, which then stops the run in good order.
        command.stderr(Stdio::piped()).process_group(0);
        let process = tied::start(command).map_err(LineError::Open)?;
        let mut child = Self { process, stream: ours, image: image.to_owned(), said: None };
        child.said = child.process.stderr.take().map(Said::listen).transpose().map_err(LineError::Open)?;
        Ok(child)
    }

    /// The end of the process, in its own words.
    fn ended(&mut self) -> LineError {
        // Whoever has closed the line has ended, or is about to.
        let _ = self.process.kill();
        let status = self.process.wait().map(|status| status.to_string()).unwrap_or_default();
        LineError::Ended { status, said: self.first_said(LAST_WORDS).unwrap_or_default() }
    }

    fn first_said(&mut self, patience: Duration) -> Option<String> {
        self.said.as_mut()?.first(patience).map(str::to_owned)
    }
}

impl Line for Child {
    fn read(&mut self, bytes: &mut [u8], timeout: Duration) -> Result<usize, LineError> {
        self.stream.set_read_timeout(Some(timeout.max(SHORTEST)))?;
        match taken(self.stream.read(bytes)) {
            Err(LineError::Closed) => Err(self.ended()),
            taken => taken,
        }
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), LineError> {
        match self.stream.write_all(bytes).map_err(LineError::from) {
            Err(LineError::Closed) => Err(self.ended()),
            written => written,
        }
    }

    fn program(&mut self) -> Option<Program> {
        Some(Program { image: self.image.clone(), said: self.first_said(Duration::ZERO) })
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ctrl_c_is_not_for_the_firmware() {
        // A terminal sends it to all processes of a group.
        let mut sleep = Command::new("sleep");
        sleep.arg("60");
        let child = Child::start(sleep, Path::new("sleep")).unwrap();
        let id = child.process.id();
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap();
        // After the program's name in parentheses: state, parent, group (proc(5)).
        let group = stat.rsplit(") ").next().and_then(|rest| rest.split(' ').nth(2));
        assert_eq!(group, Some(id.to_string().as_str()), "{stat}");
    }

    #[test]
    fn a_program_that_says_much_besides_does_not_wait_for_a_reader() {
        let mut talker = Command::new("sh");
        talker.args(["-c", "echo first >&2; head -c 300000 /dev/zero >&2; echo done; read line"]);
        let mut child = Child::start(talker, Path::new("talker")).unwrap();
        let mut bytes = [0; 16];
        assert_eq!(child.read(&mut bytes, Duration::from_secs(20)).unwrap(), b"done\n".len());
        assert_eq!(child.program().unwrap().said.as_deref(), Some("first"));
    }
}
