//! A firmware that runs as a process of ours.

use std::{
    io::{Read, Write},
    os::{
        fd::OwnedFd,
        unix::{net::UnixStream, process::CommandExt},
    },
    process::{self, Command, Stdio},
    time::Duration,
};

use super::{Line, SHORTEST, taken};
use crate::{LineError, tied};

/// A firmware that runs as a process of ours, and ends with this value.
#[derive(Debug)]
pub(crate) struct Child {
    process: process::Child,
    stream: UnixStream,
}

/// Bytes of what a firmware says besides that are read after its end.
const MOST_SAID: u64 = 64 * 1024;

impl Child {
    /// Starts `command`, with its standard input and output as the line. Its standard error is kept for the message
    /// that says how it ended; firmware says little there.
    pub(crate) fn start(mut command: Command) -> Result<Self, LineError> {
        let (ours, theirs) = UnixStream::pair().map_err(LineError::Open)?;
        let input = theirs.try_clone().map_err(LineError::Open)?;
        command.stdin(Stdio::from(OwnedFd::from(input))).stdout(Stdio::from(OwnedFd::from(theirs)));
        // In a group of its own: Ctrl-C at the terminal is for this program, which then stops the run in good order.
        command.stderr(Stdio::piped()).process_group(0);
        let process = tied::start(command).map_err(LineError::Open)?;
        Ok(Self { process, stream: ours })
    }

    /// The end of the process, in its own words.
    fn ended(&mut self) -> LineError {
        // Whoever has closed the line has ended, or is about to.
        let _ = self.process.kill();
        let status = self.process.wait().map(|status| status.to_string()).unwrap_or_default();
        let mut said = Vec::new();
        if let Some(stderr) = self.process.stderr.take() {
            // What cannot be read is not there.
            let _ = stderr.take(MOST_SAID).read_to_end(&mut said);
        }
        let said = String::from_utf8_lossy(&said);
        let mut said =
            said.lines().filter(|line| !line.starts_with("listening on ") && !line.trim().is_empty());
        LineError::Ended { status, said: said.next().unwrap_or_default().to_owned() }
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
        let child = Child::start(sleep).unwrap();
        let id = child.process.id();
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap();
        // After the program's name in parentheses: state, parent, group (proc(5)).
        let group = stat.rsplit(") ").next().and_then(|rest| rest.split(' ').nth(2));
        assert_eq!(group, Some(id.to_string().as_str()), "{stat}");
    }
}
