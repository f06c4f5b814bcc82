//! The line: bytes from and to whoever is at the other end.

use std::{
    fs::File,
    io::{self, Read, Write},
    net::TcpListener,
    os::fd::{AsFd, BorrowedFd, OwnedFd},
    sync::{Arc, Mutex},
    time::Duration,
};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::tcp::Tcp;

/// How long somebody at the other end may take no bytes before what is to be sent is lost. Whoever listens takes them within
/// some milliseconds.
pub(crate) const PATIENCE: Duration = Duration::from_millis(100);

/// A second way to where bytes go, for somebody who needs it when all else has failed; `None` while nobody is at the
/// other end.
pub(crate) type LastWay = Arc<Mutex<Option<File>>>;

/// The line to the host.
#[derive(Debug)]
pub(crate) struct Line {
    end: End,
    is_over: bool,
}

/// What the line is at this end. No thread reads ahead, so that the board's memory is the agent's alone.
#[derive(Debug)]
enum End {
    /// Two open files, which may be one.
    Files {
        input: File,
        output: File,
        /// Whether what was last sent was taken.
        takes: bool,
        /// The other end of a pseudo-terminal, so that this one stays readable when a host goes.
        _held: Option<OwnedFd>,
    },
    /// Hosts that come and go.
    Tcp(Tcp),
}

impl Line {
    /// Standard input and output. Over when the input ends.
    pub(crate) fn stdio() -> io::Result<Self> {
        let input = File::from(io::stdin().as_fd().try_clone_to_owned()?);
        let output = File::from(io::stdout().as_fd().try_clone_to_owned()?);
        Ok(Self { end: End::Files { input, output, takes: true, _held: None }, is_over: false })
    }

    /// A pseudo-terminal. Whoever opens its other end and does not read cannot block the board.
    pub(crate) fn pty(controller: File, held: OwnedFd) -> io::Result<Self> {
        let flags = rustix::fs::fcntl_getfl(&controller)?;
        rustix::fs::fcntl_setfl(&controller, flags | rustix::fs::OFlags::NONBLOCK)?;
        let output = controller.try_clone()?;
        let end = End::Files { input: controller, output, takes: true, _held: Some(held) };
        Ok(Self { end, is_over: false })
    }

    /// TCP: one host at a time; whoever comes meanwhile is told that the board is busy.
    pub(crate) fn tcp(listener: TcpListener) -> io::Result<Self> {
        Ok(Self { end: End::Tcp(Tcp::new(listener)?), is_over: false })
    }

    /// The second way to the other end.
    pub(crate) fn last_way(&self) -> io::Result<LastWay> {
        match &self.end {
            End::Files { output, .. } => Ok(Arc::new(Mutex::new(Some(output.try_clone()?)))),
            End::Tcp(tcp) => Ok(tcp.last_way()),
        }
    }

    pub(crate) fn is_over(&self) -> bool {
        self.is_over
    }

    pub(crate) fn end(&mut self) {
        self.is_over = true;
    }

    /// Takes what has arrived, as far as there is room; never waits.
    pub(crate) fn read(&mut self, bytes: &mut [u8]) -> usize {
        match &mut self.end {
            End::Files { input, .. } if ready(input.as_fd(), PollFlags::IN, Duration::ZERO) => {
                match input.read(bytes) {
                    Ok(len) if len > 0 => len,
                    Err(error) if is_temporary(&error) => 0,
                    // It ends, or has failed.
                    _ => {
                        self.is_over = true;
                        0
                    }
                }
            }
            End::Files { .. } => 0,
            End::Tcp(tcp) => tcp.read(bytes),
        }
    }

    /// Waits until something has arrived.
    pub(crate) fn wait(&mut self, timeout: Duration) {
        match &mut self.end {
            _ if self.is_over => {}
            End::Files { input, .. } => _ = ready(input.as_fd(), PollFlags::IN, timeout),
            End::Tcp(tcp) => tcp.wait(timeout),
        }
    }

    /// Sends bytes. What nobody takes is lost on the line; the protocol finds out that nobody is there.
    pub(crate) fn write(&mut self, bytes: &[u8]) {
        match &mut self.end {
            End::Files { output, takes, .. } => *takes = write_all(output, bytes, patience(*takes)).is_ok(),
            End::Tcp(tcp) => tcp.write(bytes),
        }
    }
}

/// How long the other end is waited for, which has taken what was last sent or not. One that has gone is not waited for
/// again and again.
pub(crate) fn patience(takes: bool) -> Duration {
    if takes { PATIENCE } else { Duration::ZERO }
}

/// Writes everything, if each piece is taken in time. The stream may be one that never waits.
pub(crate) fn write_all(
    stream: &mut (impl Write + AsFd),
    mut bytes: &[u8],
    patience: Duration,
) -> io::Result<()> {
    while !bytes.is_empty() {
        match stream.write(bytes) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(len) => bytes = &bytes[len..],
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                if !ready(stream.as_fd(), PollFlags::OUT, patience) {
                    return Err(io::ErrorKind::TimedOut.into());
                }
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Whether a read has failed only for now.
pub(crate) fn is_temporary(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted)
}

/// Waits until `what` is possible, or has failed, or the time is over. A signal ends the wait like the time.
fn ready(file: BorrowedFd<'_>, what: PollFlags, timeout: Duration) -> bool {
    wait_for(&mut [PollFd::from_borrowed_fd(file, what)], timeout)
}

/// Waits until one of the files is ready.
pub(crate) fn wait_for(files: &mut [PollFd<'_>], timeout: Duration) -> bool {
    let timeout = Timespec::try_from(timeout).ok();
    poll(files, timeout.as_ref()).is_ok_and(|ready| ready > 0)
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixStream;

    use super::*;

    #[test]
    fn what_nobody_takes_is_lost_and_what_follows_is_not() {
        let (ours, mut theirs) = UnixStream::pair().unwrap();
        ours.set_nonblocking(true).unwrap();
        let output = File::from(OwnedFd::from(ours));
        let end = End::Files { input: output.try_clone().unwrap(), output, takes: true, _held: None };
        let mut line = Line { end, is_over: false };
        let takes = |line: &Line| matches!(line.end, End::Files { takes: true, .. });
        while takes(&line) {
            line.write(&[7; 4096]);
        }
        line.write(b"lost");
        assert!(!takes(&line));
        theirs.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
        let mut all = Vec::new();
        let _ = theirs.read_to_end(&mut all);
        assert!(!all.is_empty() && all.iter().all(|byte| *byte == 7));
        line.write(b"here");
        assert!(takes(&line));
        let mut read = [0; 4];
        theirs.read_exact(&mut read).unwrap();
        assert_eq!(&read, b"here");
    }
}
