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

/// How long somebody at the other end may take no bytes, before what is to be sent is lost: as long as the protocol
/// waits for a sign of life.
pub(crate) const PATIENCE: Duration = Duration::from_millis(device_link::GIVE_UP_MS);

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
        Ok(Self { end: End::Files { input, output, _held: None }, is_over: false })
    }

    /// A pseudo-terminal. Whoever opens its other end and does not read cannot block the board.
    pub(crate) fn pty(controller: File, held: OwnedFd) -> io::Result<Self> {
        let flags = rustix::fs::fcntl_getfl(&controller)?;
        rustix::fs::fcntl_setfl(&controller, flags | rustix::fs::OFlags::NONBLOCK)?;
        let output = controller.try_clone()?;
        Ok(Self { end: End::Files { input: controller, output, _held: Some(held) }, is_over: false })
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
            End::Files { output, .. } => _ = write_all(output, bytes),
            End::Tcp(tcp) => tcp.write(bytes),
        }
    }
}

/// Writes everything, if it is taken in time. The stream may be one that never waits.
pub(crate) fn write_all(stream: &mut (impl Write + AsFd), mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match stream.write(bytes) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(len) => bytes = &bytes[len..],
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                if !ready(stream.as_fd(), PollFlags::OUT, PATIENCE) {
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
