//! A chip that is described by data alone: registers behind a register address.
//!
//! A write begins with the address of a register, then come values; a read goes on where the last message stopped.
//! Not modelled: registers of more than one byte with one address, chips without a register address, and everything
//! that one register does to another. Such a chip is written in Rust.

mod error;
mod map;

pub use error::RegisterMapError;
pub use map::{Increment, Register, RegisterMap, Timed, Unknown};

use alloc::{collections::BTreeMap, string::String};

use crate::{Ack, Direction, I2cChip};

/// What is read from a chip that does not drive the line: the pull-up's level.
const RELEASED: u8 = 0xff;

/// A chip with the registers of a [`RegisterMap`].
#[derive(Debug, Clone)]
pub struct Registers {
    registers: BTreeMap<u8, Cell>,
    /// Where the registers are that have a name.
    names: BTreeMap<String, u8>,
    increment: Increment,
    unknown: Unknown,
    /// The register that the next byte is for. Stays between messages; 0x00 after power-on.
    pointer: u8,
    /// Whether the pointer moves after a byte.
    moves: bool,
    /// Whether the next byte written is a register address.
    address_next: bool,
    /// When the present message began. Timed bits show this moment in all of its bytes, so that counters of more
    /// bytes are of one piece.
    latched_ns: u64,
}

/// A register and what it holds.
#[derive(Debug, Clone, Copy)]
struct Cell {
    stored: u8,
    read_only: u8,
    timed: Option<Timed>,
}

impl Registers {
    /// A chip with the registers of `map`, as after power-on.
    ///
    /// # Errors
    /// The map describes no chip: see [`RegisterMapError`].
    pub fn new(map: RegisterMap) -> Result<Self, RegisterMapError> {
        let cell = |register: Register| Cell {
            stored: register.reset,
            read_only: register.read_only,
            timed: register.timed,
        };
        let registers = map.by_address()?.into_iter().map(|(address, register)| (address, cell(register)));
        Ok(Self {
            registers: registers.collect(),
            names: BTreeMap::new(),
            increment: map.increment,
            unknown: map.unknown,
            pointer: 0,
            moves: map.increment == Increment::Always,
            address_next: false,
            latched_ns: 0,
        })
    }

    /// The same chip with names for registers, under which [`I2cChip::set`] finds them. Without a name a register is
    /// found under its address, as in `0x0f`.
    #[must_use]
    pub fn with_names(mut self, names: impl IntoIterator<Item = (String, u8)>) -> Self {
        self.names.extend(names);
        self
    }

    /// What a read of the register at `address` gives at `at_ns`; `None` if there is no such register.
    #[must_use]
    pub fn value(&self, at_ns: u64, address: u8) -> Option<u8> {
        self.registers.get(&address).map(|cell| cell.value(at_ns))
    }

    /// Sets what the register at `address` holds, as the outside world does: read-only bits too, but timed bits keep
    /// following the time. Whether there is such a register.
    pub fn set(&mut self, address: u8, value: u8) -> bool {
        self.registers.get_mut(&address).map(|cell| cell.stored = value).is_some()
    }

    /// The address that `name` stands for.
    fn named(&self, name: &str) -> Option<u8> {
        let digits = || name.strip_prefix("0x").and_then(|digits| u8::from_str_radix(digits, 16).ok());
        self.names.get(name).copied().or_else(digits)
    }

    /// Points to the register that the controller named.
    fn point(&mut self, byte: u8) -> Ack {
        let (address, moves) = match self.increment {
            Increment::Never => (byte, false),
            Increment::Always => (byte, true),
            Increment::WithBit7 => (byte & 0x7f, byte & 0x80 != 0),
        };
        if self.unknown == Unknown::Refused && !self.registers.contains_key(&address) {
            return Ack::Nack;
        }
        (self.pointer, self.moves) = (address, moves);
        Ack::Ack
    }

    /// Moves on after a byte, if the chip does.
    fn step(&mut self) {
        if self.moves {
            self.pointer = match self.increment {
                Increment::WithBit7 => (self.pointer + 1) & 0x7f,
                _ => self.pointer.wrapping_add(1),
            };
        }
    }
}

impl Cell {
    fn value(&self, at_ns: u64) -> u8 {
        match self.timed {
            None => self.stored,
            Some(timed) => (self.stored & !timed.mask) | timed.bits(at_ns),
        }
    }
}

impl I2cChip for Registers {
    fn start(&mut self, at_ns: u64, direction: Direction) -> Ack {
        self.latched_ns = at_ns;
        self.address_next = direction == Direction::Write;
        Ack::Ack
    }

    fn write(&mut self, _at_ns: u64, byte: u8) -> Ack {
        if core::mem::take(&mut self.address_next) {
            return self.point(byte);
        }
        match self.registers.get_mut(&self.pointer) {
            Some(cell) => cell.stored = (cell.stored & cell.read_only) | (byte & !cell.read_only),
            None if self.unknown == Unknown::Refused => return Ack::Nack,
            None => {}
        }
        self.step();
        Ack::Ack
    }

    fn read(&mut self, _at_ns: u64) -> u8 {
        let unknown = match self.unknown {
            Unknown::ReadsAs(value) => value,
            Unknown::Refused => RELEASED,
        };
        let byte = self.value(self.latched_ns, self.pointer).unwrap_or(unknown);
        self.step();
        byte
    }

    fn stop(&mut self, _at_ns: u64) {}

    /// Sets a register by its name, see [`with_names`](Registers::with_names); fractions of the value are cut off.
    fn set(&mut self, _at_ns: u64, parameter: &str, value: f64) -> bool {
        self.named(parameter).is_some_and(|address| Registers::set(self, address, value as u8))
    }
}
