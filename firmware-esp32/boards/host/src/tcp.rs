//! Hosts that come and go over TCP, one at a time.

use std::{
    fs::File,
    io::{self, Read, Write},
    net::{TcpListener, TcpStream},
    os::fd::{AsFd, OwnedFd},
    sync::{Arc, PoisonError},
    time::Duration,
};

use device_link::{LinkError, Message, Reply, SMALLEST_LIMIT, ToHost, encode, frame_bytes};
use rustix::{
    event::{PollFd, PollFlags},
    net::sockopt,
};

use crate::line::{LastWay, is_temporary, wait_for, write_all};

/// Hosts that come and go over TCP, one at a time.
#[derive(Debug)]
pub(crate) struct Tcp {
    listener: TcpListener,
    host: Option<TcpStream>,
    last_way: LastWay,
}

impl Tcp {
    pub(crate) fn new(listener: TcpListener) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        Ok(Self { listener, host: None, last_way: LastWay::default() })
    }

    pub(crate) fn last_way(&self) -> LastWay {
        Arc::clone(&self.last_way)
    }

    /// Takes what has arrived, as far as there is room; never waits.
    pub(crate) fn read(&mut self, bytes: &mut [u8]) -> usize {
        if let Some(host) = &mut self.host {
            match host.read(bytes) {
                Ok(len) if len > 0 => return len,
                Err(error) if is_temporary(&error) => {}
                // It ends, or has failed.
                _ => self.set_host(None),
            }
        }
        self.welcome();
        0
    }

    /// Waits until something has arrived, or somebody.
    pub(crate) fn wait(&mut self, timeout: Duration) {
        let listener = PollFd::from_borrowed_fd(self.listener.as_fd(), PollFlags::IN);
        match &self.host {
            Some(host) => {
                let host = PollFd::from_borrowed_fd(host.as_fd(), PollFlags::IN);
                wait_for(&mut [host, listener], timeout);
            }
            None => _ = wait_for(&mut [listener], timeout),
        }
    }

    /// Sends bytes. A host that takes none for long is sent away.
    pub(crate) fn write(&mut self, bytes: &[u8]) {
        if let Some(host) = &mut self.host
            && write_all(host, bytes).is_err()
        {
            self.set_host(None);
        }
    }

    /// Sees to those who have come.
    fn welcome(&mut self) {
        while let Ok((stream, _)) = self.listener.accept() {
            if self.host.as_ref().is_some_and(is_there) {
                // Whoever goes away unserved has heard enough.
                let _ = turn_away(stream);
            } else if stream.set_nonblocking(true).is_ok() {
                // Every call waits for its answer: nothing may wait to be collected.
                let _ = stream.set_nodelay(true);
                // Without it, the board only waits longer for one that vanished.
                let _ = notice_absence(&stream);
                self.set_host(Some(stream));
            }
        }
    }

    fn set_host(&mut self, host: Option<TcpStream>) {
        let copy = host.as_ref().and_then(|stream| stream.as_fd().try_clone_to_owned().ok());
        *self.last_way.lock().unwrap_or_else(PoisonError::into_inner) =
            copy.map(|fd: OwnedFd| File::from(fd));
        self.host = host;
    }
}

/// Whether the other end has not closed the connection; what it sent before that may still wait to be read.
fn is_there(stream: &TcpStream) -> bool {
    let closed = PollFd::from_borrowed_fd(stream.as_fd(), PollFlags::RDHUP);
    !wait_for(&mut [closed], Duration::ZERO)
}

/// How long nothing may come before the host's machine is asked whether it is still there, and how long that is waited
/// for, each of so many times: as long as the protocol waits for a sign of life, and as long again.
const IDLE: Duration = Duration::from_secs(5);
const ASK: Duration = Duration::from_secs(2);
const TIMES: u32 = 3;

/// Has a connection end when the host's machine is gone without a word: a cut cable, a laptop that was closed. Else the
/// board would be busy for ever.
fn notice_absence(stream: &TcpStream) -> io::Result<()> {
    sockopt::set_socket_keepalive(stream, true)?;
    sockopt::set_tcp_keepidle(stream, IDLE)?;
    sockopt::set_tcp_keepintvl(stream, ASK)?;
    Ok(sockopt::set_tcp_keepcnt(stream, TIMES)?)
}

fn turn_away(mut stream: TcpStream) -> io::Result<()> {
    let mut frame = [0; frame_bytes(64)];
    let busy = Message { app: 0, number: 0, body: ToHost::Reply(Reply::Failed(LinkError::HostBusy)) };
    let bytes = encode(&busy, SMALLEST_LIMIT, &mut frame).map_err(io::Error::other)?;
    stream.set_write_timeout(Some(Duration::from_secs(1)))?;
    stream.write_all(&frame[..bytes])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_absence_of_a_host_is_noticed() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let mut tcp = Tcp::new(listener).unwrap();
        let _host = TcpStream::connect(address).unwrap();
        tcp.wait(Duration::from_secs(5));
        assert_eq!(tcp.read(&mut [0; 8]), 0);
        let stream = tcp.host.as_ref().expect("a host has come");
        assert_eq!(sockopt::socket_keepalive(stream), Ok(true));
        assert_eq!(sockopt::tcp_keepidle(stream), Ok(IDLE));
        assert_eq!((sockopt::tcp_keepintvl(stream), sockopt::tcp_keepcnt(stream)), (Ok(ASK), Ok(TIMES)));
    }
}
