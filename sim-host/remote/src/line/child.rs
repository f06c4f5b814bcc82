//! A firmware that runs as a process of ours.

use std::{
    io::{Read, Write},
    os::{fd::OwnedFd, unix::net::UnixStream},
    process::{self, Command, Stdio},
    time::Duration,
};

use super::{Line, SHORTEST, taken};
use crate::LineError;

/// A firmware that runs as a process of ours, and ends with this value.
#[derive(Debug)]
pub(crate) struct Child {
    process: process::Child,
    stream: UnixStream,
}

impl Child {
    /// Starts `command`, with its standard input and output as the line. What it says besides goes where `said` says.
    pub(crate) fn start(command: &mut Command) -> Result<Self, LineError> {
        let (ours, theirs) = UnixStream::pair().map_err(LineError::Open)?;
        let input = theirs.try_clone().map_err(LineError::Open)?;
        command.stdin(Stdio::from(OwnedFd::from(input))).stdout(Stdio::from(OwnedFd::from(theirs)));
        let process = command.spawn().map_err(LineError::Open)?;
        // The command keeps its end open: it must go, or the end of the process would not show.
        command.stdin(Stdio::null()).stdout(Stdio::null());
        Ok(Self { process, stream: ours })
    }
}

impl Line for Child {
    fn read(&mut self, bytes: &mut [u8], timeout: Duration) -> Result<usize, LineError> {
        self.stream.set_read_timeout(Some(timeout.max(SHORTEST)))?;
        taken(self.stream.read(bytes))
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), LineError> {
        Ok(self.stream.write_all(bytes)?)
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
