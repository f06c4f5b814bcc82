//! What can go wrong between host and device.

use std::{fmt, io, path::PathBuf};

use device_link::{GIVE_UP_MS, LinkError};

use crate::Access;

/// Why a device cannot be used, or a run did not come to its end there. What a guest does is never one of these.
#[derive(Debug)]
pub enum RemoteError {
    /// The line cannot be opened, or has failed.
    Line {
        /// Which.
        place: String,
        /// How.
        error: LineError,
    },
    /// Nobody answers.
    Silent {
        /// At the other end of what.
        place: String,
        /// What was asked.
        asked: &'static str,
        /// How long ago, milliseconds.
        waited_ms: u64,
        /// The line's bit rate, where it has one.
        rate: Option<u32>,
    },
    /// Something answers, but not in this protocol's frames.
    Foreign {
        /// At the other end of what.
        place: String,
        /// How many bytes came.
        bytes: u64,
        /// The line's bit rate, where it has one.
        rate: Option<u32>,
    },
    /// Nothing came back but what was sent.
    Echo {
        /// At the other end of what.
        place: String,
    },
    /// Something speaks this protocol, but does not reply.
    Unanswered {
        /// At the other end of what.
        place: String,
    },
    /// The image that was started for the purpose is no firmware for this program.
    Image {
        /// Where it was started.
        place: String,
        /// Its path.
        image: PathBuf,
        /// What it said besides.
        said: Option<String>,
        /// How long it was asked, milliseconds.
        waited_ms: u64,
    },
    /// The device speaks another version of the protocol.
    Version {
        /// Where.
        place: String,
        /// Which.
        theirs: u16,
    },
    /// The device refuses.
    Refused {
        /// Where.
        place: String,
        /// What.
        asked: &'static str,
        /// Why.
        error: LinkError,
    },
    /// The profile is more than the device holds.
    Profile {
        /// Where.
        place: String,
        /// Which was wanted.
        wanted: String,
        /// The largest that the device holds.
        held: String,
    },
    /// What is to be sent is longer than the device takes.
    TooLong {
        /// Where.
        place: String,
        /// What it takes, bytes.
        limit: usize,
    },
    /// What was asked for is not wanted any more, and was given up.
    Stopped {
        /// Where.
        place: String,
    },
    /// The device restarted while something was asked of it.
    Restarted {
        /// Where.
        place: String,
        /// What was asked.
        asked: &'static str,
        /// How long it had run, milliseconds, where that is known.
        ran_ms: Option<u64>,
        /// What it said before.
        said: Option<String>,
        /// How things are now, and what can be done.
        then: &'static str,
    },
    /// The device has forgotten the session, for it had given the host up: this program was held up for too long. It has
    /// not restarted, and there is a session again.
    GivenUp {
        /// Where.
        place: String,
        /// What was asked.
        asked: &'static str,
    },
    /// The device has forgotten the session: it has restarted, or had given the host up.
    Lost {
        /// Where.
        place: String,
    },
    /// The firmware itself has failed.
    Panic {
        /// Where.
        place: String,
        /// What it said.
        text: String,
    },
    /// The device says what makes no sense.
    Confused {
        /// Where.
        place: String,
        /// What.
        what: &'static str,
    },
}

/// How a line fails.
#[derive(Debug)]
pub enum LineError {
    /// There is no such port or address, or it cannot be used.
    Open(io::Error),
    /// A program that the line is made with is not installed.
    Missing {
        /// Which.
        program: &'static str,
        /// The package that it is in.
        package: &'static str,
    },
    /// It is something else than a serial port.
    NoPort,
    /// The user may not open the port.
    NotAllowed(Access),
    /// Another program has the port.
    Busy,
    /// The line cannot go at this bit rate.
    NoRate {
        /// Which, baud.
        baud: u32,
    },
    /// Reading or writing failed.
    Failed(io::Error),
    /// The other end is gone.
    Closed,
    /// The firmware's process has ended.
    Ended {
        /// How.
        status: String,
        /// The first line that it said besides.
        said: String,
    },
}

impl fmt::Display for RemoteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ours = device_link::VERSION;
        match self {
            Self::Line { place, error } => write!(f, "{place}: {error}"),
            Self::Silent { place, asked: "hello", waited_ms, rate } => {
                write!(f, "{place}: a hello was sent again and again, and nothing came back within ")?;
                write!(f, "{}: is the board on, and does it run Twinboard's firmware?", Waited(*waited_ms))?;
                rate.map_or(Ok(()), |rate| write!(f, " At {rate} baud?"))
            }
            Self::Silent { place, asked, waited_ms, .. } => {
                write!(f, "{place}: a {asked} was sent, and no reply came within {} s", *waited_ms / 1000)
            }
            Self::Foreign { place, bytes, rate: None } => {
                write!(
                    f,
                    "{place}: {bytes} bytes came, but no reply to a hello: no Twinboard firmware, or another bit rate"
                )
            }
            Self::Foreign { place, bytes, rate: Some(rate) } => write!(
                f,
                "{place}: {bytes} bytes came, but no reply to a hello: no Twinboard firmware, or another bit rate than \
                 {rate} (serial:PORT@BAUD asks at another)"
            ),
            Self::Echo { place } => write!(
                f,
                "{place}: what was sent came back, and no reply to it: the line echoes (are its two wires joined, or is \
                 no firmware at its end?)"
            ),
            Self::Unanswered { place } => write!(f, "{place}: frames came, but no reply to a hello"),
            Self::Image { place, image, said, waited_ms } => {
                let (image, waited) = (image.display(), Waited(*waited_ms));
                write!(
                    f,
                    "{place}: {image} does not reply to a hello within {waited}: rebuild it with `cargo xtask firmware`"
                )?;
                said.as_ref().map_or(Ok(()), |said| write!(f, "; it said: {said}"))
            }
            Self::Version { place, theirs } => write!(
                f,
                "{place}: the firmware speaks version {theirs} of the link protocol, this program version {ours}: \
                 build both from the same checkout"
            ),
            Self::Refused { place, asked, error } => {
                write!(f, "{place}: the device refuses the {asked}: {error}")
            }
            Self::Profile { place, wanted, held } => {
                write!(f, "{place}: profile {wanted:?} is more than the device holds ({held:?})")
            }
            Self::TooLong { place, limit } => {
                write!(
                    f,
                    "{place}: the arguments of the run are too long: the device takes messages of {limit} bytes"
                )
            }
            Self::Stopped { place } => {
                write!(f, "{place}: the install was stopped; the former app is still there")
            }
            Self::Restarted { place, asked, ran_ms, said, then } => {
                write!(f, "{place}: the device restarted during the {asked}")?;
                match ran_ms {
                    Some(ms @ 0..10_000) => write!(f, " (it had run {}.{} s)", ms / 1000, ms % 1000 / 100)?,
                    Some(ms) => write!(f, " (it had run {} s)", ms / 1000)?,
                    None => {}
                }
                if let Some(said) = said {
                    write!(f, ", because its firmware failed ({said})")?;
                }
                write!(f, ": {then}")
            }
            Self::GivenUp { place, asked } => write!(
                f,
                "{place}: the device gave this program up during the {asked}: it had heard nothing from it for {} s",
                GIVE_UP_MS / 1000
            ),
            Self::Lost { place } => write!(
                f,
                "{place}: the device knows nothing of the run any more: it has restarted, or had heard nothing from \
                 this program for {} s",
                GIVE_UP_MS / 1000
            ),
            Self::Panic { place, text } => write!(f, "{place}: the firmware failed and restarts: {text}"),
            Self::Confused { place, what } => write!(f, "{place}: {what}"),
        }
    }
}

/// Milliseconds of waiting, for people.
struct Waited(u64);

impl fmt::Display for Waited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            ms @ 0..2_000 => write!(f, "{}.{} s", ms / 1000, ms % 1000 / 100),
            ms => write!(f, "{} s", ms / 1000),
        }
    }
}

impl std::error::Error for RemoteError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Line { error: LineError::Open(error) | LineError::Failed(error), .. } => Some(error),
            _ => None,
        }
    }
}

impl fmt::Display for LineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open(_) => f.write_str("cannot be opened"),
            Self::NoPort => f.write_str("this is no serial port"),
            Self::Missing { program, package } => {
                write!(f, "{program} is not installed: `sudo apt install {package}`")
            }
            Self::NotAllowed(access) => write!(f, "no permission: {access}"),
            Self::Busy => {
                f.write_str("another program has the port open (another twinboard, or a serial monitor?)")
            }
            Self::NoRate { baud } => write!(f, "the line cannot go at {baud} baud"),
            Self::Failed(_) => f.write_str("the line has failed"),
            Self::Ended { status, said } if said.is_empty() => write!(f, "the firmware has ended ({status})"),
            Self::Ended { status, said } => write!(f, "the firmware has ended ({status}): {said}"),
            Self::Closed => f.write_str("the device is gone"),
        }
    }
}

impl std::error::Error for LineError {}

impl From<io::Error> for LineError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset | io::ErrorKind::UnexpectedEof => {
                Self::Closed
            }
            _ => Self::Failed(error),
        }
    }
}
