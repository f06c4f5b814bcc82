//! Hosts that come and go over TCP, one at a time.

use std::{
    fs::File,
    io::{self, Read, Write},
    net::{TcpListener, TcpStream},
    os::fd::{AsFd, OwnedFd},
    sync::{Arc, PoisonError},
    time::{Duration, Instant},
};

use device_link::{GIVE_UP_MS, LinkError, Message, Reply, SMALLEST_LIMIT, ToHost, encode, frame_bytes};
use rustix::{
    event::{PollFd, PollFlags},
    net::sockopt,
};

use crate::line::{LastWay, is_temporary, patience, wait_for, write_all};

/// How long a host may not take what it is sent before it is sent away: as long as the protocol waits for a sign of life.
const GONE: Duration = Duration::from_millis(GIVE_UP_MS);

/// Hosts that come and go over TCP, one at a time.
#[derive(Debug)]
pub(crate) struct Tcp {
    listener: TcpListener,
    host: Option<TcpStream>,
    /// Since when it has not taken what it was sent.
    stuck: Option<Instant>,
    last_way: LastWay,
}

impl Tcp {
    pub(crate) fn new(listener: TcpListener) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        Ok(Self { listener, host: None, stuck: None, last_way: LastWay::default() })
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

    /// Sends bytes. What a host does not take is lost; one that goes on like that is sent away.
    #[expect(clippy::disallowed_methods, reason = "real time decides about a real host")]
    pub(crate) fn write(&mut self, bytes: &[u8]) {
        let Some(host) = &mut self.host else { return };
        match write_all(host, bytes, patience(self.stuck.is_none())) {
            Ok(()) => self.stuck = None,
            Err(error) if error.kind() == io::ErrorKind::TimedOut => {
                if self.stuck.get_or_insert_with(Instant::now).elapsed() >= GONE {
                    self.set_host(None);
                }
            }
            Err(_) => self.set_host(None),
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
        self.stuck = None;
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
    use crate::line::PATIENCE;

    /// The board's end, and the host's.
    fn served() -> (Tcp, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let mut tcp = Tcp::new(listener).unwrap();
        let host = TcpStream::connect(address).unwrap();
        tcp.wait(Duration::from_secs(5));
        assert_eq!(tcp.read(&mut [0; 8]), 0);
        (tcp, host)
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "how long it waits is what is tested")]
    fn a_host_that_does_not_read_is_waited_for_once() {
        let (mut tcp, mut host) = served();
        let piece = [7; 64 * 1024];
        while tcp.stuck.is_none() {
            tcp.write(&piece);
        }
        let since = Instant::now();
        for _ in 0..100 {
            tcp.write(&piece);
        }
        assert!(since.elapsed() < 50 * PATIENCE, "{:?}", since.elapsed());
        // It keeps its place, and gets what comes once it reads again.
        host.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
        while host.read(&mut [0; 64 * 1024]).is_ok_and(|len| len > 0) {}
        tcp.write(b"here");
        assert!(tcp.stuck.is_none());
        let mut read = [0; 4];
        host.read_exact(&mut read).unwrap();
        assert_eq!(&read, b"here");
    }

    #[test]
    fn a_host_that_never_reads_is_sent_away() {
        let (mut tcp, _host) = served();
        let piece = [7; 64 * 1024];
        while tcp.stuck.is_none() {
            tcp.write(&piece);
        }
        assert!(tcp.host.is_some());
        // The system may find some more room.
        for _ in 0..1000 {
            tcp.stuck = tcp.stuck.and_then(|since| since.checked_sub(GONE));
            tcp.write(&piece);
            if tcp.host.is_none() {
                return;
            }
        }
        panic!("it is still there");
    }

    #[test]
    fn the_absence_of_a_host_is_noticed() {
        let (tcp, _host) = served();
        let stream = tcp.host.as_ref().expect("a host has come");
        assert_eq!(sockopt::socket_keepalive(stream), Ok(true));
        assert_eq!(sockopt::tcp_keepidle(stream), Ok(IDLE));
        assert_eq!((sockopt::tcp_keepintvl(stream), sockopt::tcp_keepcnt(stream)), (Ok(ASK), Ok(TIMES)));
    }
}
