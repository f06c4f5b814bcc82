//! How places are written.

use std::{fmt, str::FromStr};

use device_link::FIRST_BAUD;

use crate::Place;

const HOST: &str = "host";
const QEMU: &str = "qemu";

/// Why a text names no place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceError(String);

impl FromStr for Place {
    type Err = PlaceError;

    fn from_str(text: &str) -> Result<Self, PlaceError> {
        Self::read(text, &[])
    }
}

impl Place {
    /// How places are written, for people.
    pub const FORMS: &str = "host, qemu, serial:PORT[@BAUD] or tcp:ADDRESS:PORT";

    /// Reads a place, where one of `others` could have been meant as well.
    ///
    /// # Errors
    /// The text names no place.
    pub fn read(text: &str, others: &[&str]) -> Result<Self, PlaceError> {
        match text.split_once(':') {
            None if text == HOST => Ok(Self::Host),
            None if text == QEMU => Ok(Self::Qemu),
            Some(("serial", port)) => serial(port),
            _ if looks_like_a_port(text) => serial(text),
            Some(("tcp", address)) => tcp(address),
            _ => {
                let meant = meant(text, others).map(|meant| format!(" (did you mean {meant:?}?)"));
                Err(PlaceError(format!("there is no target {text:?}{}", meant.unwrap_or_default())))
            }
        }
    }
}

/// What somebody may have meant, as it is written.
fn meant(text: &str, others: &[&str]) -> Option<String> {
    if text.strip_prefix("tty").is_some_and(|rest| !rest.is_empty() && !rest.contains([':', '/'])) {
        return Some(format!("serial:/dev/{text}"));
    }
    let typed = text.to_lowercase();
    let names = [HOST, QEMU].into_iter().chain(others.iter().copied());
    let scored = names.map(|name| (strsim::osa_distance(&typed, name), name));
    let (distance, name) = scored.min_by_key(|(distance, _)| *distance)?;
    (distance * 3 <= name.len()).then(|| name.to_owned())
}

/// A TCP address, `ADDRESS:PORT`.
fn tcp(text: &str) -> Result<Place, PlaceError> {
    let Some((_, port)) = text.rsplit_once(':').filter(|(address, _)| !address.is_empty()) else {
        return Err(PlaceError("tcp: needs an address and a port".to_owned()));
    };
    match port.parse::<u16>() {
        Ok(1..) => Ok(Place::Tcp(text.to_owned())),
        _ => Err(PlaceError(format!("{port:?} is no TCP port, which are 1 to 65535"))),
    }
}

/// A serial port, `PORT` or `PORT@BAUD`.
fn serial(text: &str) -> Result<Place, PlaceError> {
    let (port, baud) = match text.rsplit_once('@') {
        None => (text, FIRST_BAUD),
        Some((port, baud)) => {
            let number = baud.parse().ok().filter(|baud| *baud > 0);
            (port, number.ok_or_else(|| PlaceError(format!("{baud:?} is no bit rate")))?)
        }
    };
    if port.is_empty() {
        return Err(PlaceError("serial: names no port".to_owned()));
    }
    Ok(Place::Serial { port: port.to_owned(), baud })
}

/// Whether a text is the path of a port by itself: `/dev/ttyUSB0`, `COM3`.
fn looks_like_a_port(text: &str) -> bool {
    let is_number = |digits: &str| digits.bytes().next().is_some_and(|byte| byte.is_ascii_digit());
    text.starts_with('/') || text.strip_prefix("COM").is_some_and(is_number)
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Host => f.write_str("host"),
            Self::Qemu => f.write_str("qemu"),
            Self::Serial { port, baud: FIRST_BAUD } => write!(f, "serial:{port}"),
            Self::Serial { port, baud } => write!(f, "serial:{port}@{baud}"),
            Self::Tcp(address) => write!(f, "tcp:{address}"),
        }
    }
}

impl fmt::Display for PlaceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; can be {}", self.0, Place::FORMS)
    }
}

impl std::error::Error for PlaceError {}

impl PlaceError {
    /// What is wrong, without what could be there.
    #[must_use]
    pub fn what(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_and_written() {
        for text in [
            "host",
            "qemu",
            "serial:/dev/ttyUSB0",
            "serial:/dev/ttyUSB0@921600",
            "tcp:localhost:7070",
            "tcp:[::1]:1",
        ] {
            assert_eq!(text.parse::<Place>().unwrap().to_string(), text);
        }
        let place = "serial:/dev/ttyACM0".parse::<Place>().unwrap();
        assert_eq!(place, Place::Serial { port: "/dev/ttyACM0".to_owned(), baud: 115_200 });
        for (text, whole) in [
            ("/dev/ttyACM0", "serial:/dev/ttyACM0"),
            ("COM3", "serial:COM3"),
            ("COM12@9600", "serial:COM12@9600"),
        ] {
            assert_eq!(text.parse::<Place>().unwrap().to_string(), whole);
        }
    }

    #[test]
    fn what_is_no_place_says_what_could_be_one() {
        for (text, start) in [
            ("", "there is no target \"\""),
            ("Host", "there is no target \"Host\" (did you mean \"host\"?); can be "),
            ("quemu", "there is no target \"quemu\" (did you mean \"qemu\"?); can be "),
            ("ttyUSB0", "there is no target \"ttyUSB0\" (did you mean \"serial:/dev/ttyUSB0\"?); can be "),
            ("tty", "there is no target \"tty\"; can be "),
            ("usb:1", "there is no target \"usb:1\"; can be "),
            ("COMPANY", "there is no target \"COMPANY\"; can be "),
            ("/dev/ttyUSB0@", "\"\" is no bit rate"),
            ("serial:", "serial: names no port"),
            ("serial:/dev/ttyUSB0@fast", "\"fast\" is no bit rate"),
            ("serial:/dev/ttyUSB0@0", "\"0\" is no bit rate"),
            ("tcp:localhost", "tcp: needs an address and a port"),
            ("tcp::7070", "tcp: needs an address and a port"),
            ("tcp:127.0.0.1:", "\"\" is no TCP port, which are 1 to 65535"),
            ("tcp:127.0.0.1:0", "\"0\" is no TCP port, which are 1 to 65535"),
            ("tcp:127.0.0.1:99999", "\"99999\" is no TCP port, which are 1 to 65535"),
            ("tcp:127.0.0.1:-1", "\"-1\" is no TCP port, which are 1 to 65535"),
        ] {
            let error = text.parse::<Place>().unwrap_err().to_string();
            assert!(error.starts_with(start) && error.ends_with("tcp:ADDRESS:PORT"), "{error}");
        }
    }
}
