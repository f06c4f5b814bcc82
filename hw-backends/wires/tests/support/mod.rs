//! Reads a VCD file back and decodes I2C from the edges of clock and data alone.

use std::fmt;

use vcd::{Command, Parser, TimescaleUnit, Value};

/// What a logic analyser would show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decoded {
    /// Data fell while the clock was high, on a free bus.
    Start,
    /// The same within a transaction.
    RepeatedStart,
    /// Eight bits, and whether the ninth was low.
    Byte(u8, bool),
    /// Nobody knows what was on the wires.
    Unknown,
    /// Data rose while the clock was high.
    Stop,
}

impl fmt::Display for Decoded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start => f.write_str("S"),
            Self::RepeatedStart => f.write_str("Sr"),
            Self::Byte(value, acknowledged) => {
                write!(f, "{value:02x}{}", if *acknowledged { '+' } else { '-' })
            }
            Self::Unknown => f.write_str("??"),
            Self::Stop => f.write_str("P"),
        }
    }
}

/// The changes of one wire: time in nanoseconds and value; the first is where it starts.
pub(crate) fn wire(file: &str, path: &[&str]) -> Vec<(u64, Value)> {
    changes(file, &[path]).into_iter().map(|(at_ns, _, value)| (at_ns, value)).collect()
}

/// The changes of some wires, in order: time, index of the wire, value.
fn changes(file: &str, paths: &[&[&str]]) -> Vec<(u64, usize, Value)> {
    let mut parser = Parser::new(file.as_bytes());
    let header = parser.parse_header().unwrap();
    assert_eq!(header.timescale, Some((1, TimescaleUnit::NS)));
    let codes: Vec<_> = paths
        .iter()
        .map(|path| header.find_var(path).unwrap_or_else(|| panic!("no wire {path:?} in\n{file}")).code)
        .collect();
    let (mut at_ns, mut list) = (None, Vec::new());
    for command in parser {
        match command.unwrap() {
            Command::Timestamp(now_ns) => {
                assert!(at_ns < Some(now_ns), "time goes from {at_ns:?} to {now_ns}");
                at_ns = Some(now_ns);
            }
            Command::ChangeScalar(code, value) => {
                let wire = codes.iter().position(|&known| known == code);
                list.extend(wire.map(|wire| (at_ns.expect("a change has a time"), wire, value)));
            }
            _ => {}
        }
    }
    list
}

/// Decodes a bus, with the time of each start and stop and of each byte's last rising clock.
pub(crate) fn decode(file: &str, bus: &str) -> Vec<(u64, Decoded)> {
    let (mut scl, mut sda) = (Value::X, Value::X);
    // Bits since the last byte; `None` on a free bus.
    let (mut bits, mut found) = (None::<Vec<bool>>, Vec::new());
    let [scl_name, sda_name] = ["scl", "sda"].map(|wire| format!("{bus}_{wire}"));
    for (at_ns, wire, value) in changes(file, &[&[bus, &scl_name], &[bus, &sda_name]]) {
        let before = std::mem::replace(if wire == 0 { &mut scl } else { &mut sda }, value);
        match (wire, before, value) {
            (_, Value::X, _) if at_ns == 0 => assert_eq!(value, Value::V1, "a bus starts free"),
            (0, _, Value::X) => {
                let bits = bits.get_or_insert_default();
                assert!(bits.is_empty(), "unknown from a byte's begin");
                found.push((at_ns, Decoded::Unknown));
            }
            (_, Value::X, _) | (_, _, Value::X) => {
                assert_ne!(scl, Value::V1, "data is unknown with the clock")
            }
            (0, Value::V0, Value::V1) => {
                let bits = bits.as_mut().expect("no clock on a free bus");
                bits.push(sda == Value::V1);
                if let [byte @ .., not_acknowledged] = bits.as_slice()
                    && byte.len() == 8
                {
                    let value = byte.iter().fold(0, |value, &bit| value << 1 | u8::from(bit));
                    found.push((at_ns, Decoded::Byte(value, !not_acknowledged)));
                    bits.clear();
                }
            }
            (1, Value::V1, Value::V0) if scl == Value::V1 => {
                // The clock of a repeated start itself has gone up.
                let again = bits.replace(Vec::new()).map(|bits| assert_eq!(bits, [true], "a torn byte"));
                found.push((at_ns, if again.is_some() { Decoded::RepeatedStart } else { Decoded::Start }));
            }
            (1, Value::V0, Value::V1) if scl == Value::V1 => {
                // Somebody who holds data and lets it go makes a start and a stop without a clock.
                let is_whole = |bits: Vec<bool>| bits == [false] || bits.is_empty();
                assert!(bits.take().is_some_and(is_whole), "a stop after whole bytes");
                found.push((at_ns, Decoded::Stop));
            }
            _ => assert_ne!(before, value, "only changes are written"),
        }
    }
    assert_eq!((scl, sda, bits), (Value::V1, Value::V1, None), "a bus ends free");
    found
}

/// What was decoded, as a line.
pub(crate) fn line(decoded: &[(u64, Decoded)]) -> String {
    decoded.iter().map(|(_, decoded)| decoded.to_string()).collect::<Vec<_>>().join(" ")
}
