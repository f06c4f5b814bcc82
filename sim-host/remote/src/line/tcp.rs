//! A device behind a TCP address.

use std::{
    io::{Read, Write},
    net::{TcpStream, ToSocketAddrs},
    time::Duration,
};

use super::{Line, SHORTEST, taken};
use crate::LineError;

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(5);

/// A device behind a TCP address.
#[derive(Debug)]
pub(crate) struct Tcp(TcpStream);

impl Tcp {
    /// Connects to `address`, `HOST:PORT`.
    pub(crate) fn connect(address: &str) -> Result<Self, LineError> {
        let mut last = std::io::Error::new(std::io::ErrorKind::NotFound, "the name has no address");
        for address in address.to_socket_addrs().map_err(LineError::Open)? {
            match TcpStream::connect_timeout(&address, CONNECT) {
                Ok(stream) => {
                    // Every call waits for its answer: nothing may wait to be collected.
                    stream.set_nodelay(true).map_err(LineError::Open)?;
                    return Ok(Self(stream));
                }
                Err(error) => last = error,
            }
        }
        Err(LineError::Open(last))
    }
}

impl Line for Tcp {
    fn read(&mut self, bytes: &mut [u8], timeout: Duration) -> Result<usize, LineError> {
        self.0.set_read_timeout(Some(timeout.max(SHORTEST)))?;
        taken(self.0.read(bytes))
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), LineError> {
        Ok(self.0.write_all(bytes)?)
    }
}
