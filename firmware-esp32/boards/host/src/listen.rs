//! Where hosts find the board.

use std::{
    fmt,
    fs::File,
    io,
    net::TcpListener,
    os::fd::{AsFd, OwnedFd},
    str::FromStr,
};

use rustix::{pty, termios};

use crate::line::Line;

/// Where hosts find the board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Listen {
    /// One after the other, over TCP.
    Tcp(String),
    /// At a pseudo-terminal.
    Pty,
    /// At the other end of standard input and output; the process ends with it.
    Stdio,
}

impl FromStr for Listen {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match (text, text.strip_prefix("tcp:")) {
            ("pty", _) => Ok(Self::Pty),
            ("stdio", _) => Ok(Self::Stdio),
            (_, Some(address)) if !address.is_empty() => Ok(Self::Tcp(address.to_owned())),
            _ => Err("must be tcp:ADDRESS:PORT, pty, or stdio".to_owned()),
        }
    }
}

impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => write!(f, "tcp:{address}"),
            Self::Pty => f.write_str("pty"),
            Self::Stdio => f.write_str("stdio"),
        }
    }
}

impl Listen {
    /// Opens it. Returns the line, and how a host names it.
    pub(crate) fn open(&self) -> io::Result<(Line, String)> {
        match self {
            Self::Tcp(address) => {
                let listener = TcpListener::bind(address)?;
                let place = format!("tcp:{}", listener.local_addr()?);
                Ok((Line::tcp(listener)?, place))
            }
            Self::Pty => {
                let (controller, name, held) = open_pty()?;
                Ok((Line::pty(controller, held)?, format!("serial:{name}")))
            }
            Self::Stdio => Ok((Line::stdio()?, "stdio".to_owned())),
        }
    }
}

/// A pseudo-terminal that passes every byte as it is: this end, the other end's path, and the other end held open, so
/// that this one stays readable when a host goes.
fn open_pty() -> io::Result<(File, String, OwnedFd)> {
    let controller = pty::openpt(pty::OpenptFlags::RDWR | pty::OpenptFlags::NOCTTY)?;
    pty::grantpt(&controller)?;
    pty::unlockpt(&controller)?;
    let name = pty::ptsname(&controller, Vec::new())?.to_string_lossy().into_owned();
    let held = OwnedFd::from(File::options().read(true).write(true).open(&name)?);
    let mut settings = termios::tcgetattr(held.as_fd())?;
    settings.make_raw();
    termios::tcsetattr(held.as_fd(), termios::OptionalActions::Now, &settings)?;
    Ok((File::from(controller), name, held))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_and_written() {
        for text in ["tcp:127.0.0.1:0", "tcp:[::1]:7070", "pty", "stdio"] {
            assert_eq!(text.parse::<Listen>().unwrap().to_string(), text);
        }
        for text in ["", "tcp", "tcp:", "udp:1", "PTY"] {
            assert!(text.parse::<Listen>().unwrap_err().contains("tcp:ADDRESS:PORT"), "{text}");
        }
    }
}
