//! A generated guest: what it does, before it is a module.

use std::collections::BTreeSet;

use device_abi::Function;

use super::{nasty::Nasty, world::World};

/// A generated guest and the world that it runs in.
#[derive(Debug, Clone, PartialEq)]
pub struct Program {
    pub(crate) world: World,
    pub(crate) guest: Guest,
    /// What is wrong with it on purpose.
    pub(crate) nasty: BTreeSet<Nasty>,
}

/// How a guest is made.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Guest {
    /// Calls of the ABI, one after the other.
    Calls(Calls),
    /// The same, with bytes of the module changed: places, modulo its length, and new values.
    Damaged(Calls, Vec<(u32, u8)>),
    /// What wasm-smith makes of these bytes.
    Smith(Vec<u8>),
}

/// Calls of the ABI, and what else it takes to make them meaningful.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Calls {
    /// Pages of memory at the start.
    pub(crate) pages: u32,
    /// The most pages that the module declares.
    pub(crate) maximum: Option<u32>,
    /// What memory begins with.
    pub(crate) data: Vec<u8>,
    /// The start function, if it has one.
    pub(crate) start: Vec<Step>,
    pub(crate) run: Vec<Step>,
    /// What `run` returns.
    pub(crate) result: Value,
    /// The handler of events, if it is exported.
    pub(crate) on_event: Option<Vec<Step>>,
}

/// One thing that a guest does.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Step {
    /// Calls a function with its flat arguments.
    Call {
        function: Function,
        arguments: Vec<Value>,
        /// Where the result goes; else it is dropped.
        keep: Option<u8>,
        /// Whether the call goes through the table.
        indirect: bool,
    },
    /// Puts bytes into memory.
    Store { address: u32, bytes: Vec<u8> },
    /// Fills memory with a byte.
    Fill { address: u32, byte: u8, len: u32 },
    /// Copies memory.
    Copy { to: u32, from: u32, len: u32 },
    /// Grows memory.
    Grow { pages: i32, keep: u8 },
    /// Calls a function with a checksum of memory, so that the trace shows what is in it.
    Checksum { address: u32, len: u32 },
    /// Does steps several times.
    Repeat { times: u8, steps: Vec<Step> },
    /// Does steps if what was kept is an error.
    IfFailed { kept: u8, steps: Vec<Step> },
    /// Runs into a trap of the machine.
    Trap(Trap),
    /// Calls itself, to the depth.
    Recurse { depth: u8 },
}

/// A trap that no call makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trap {
    Unreachable,
    DivideByZero,
    DivideOverflow,
    Conversion,
    /// Loads at an address.
    Load(u32),
    /// Calls an element of the table with the type of `run`.
    Element(u32),
}

/// A number that a guest hands over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Value {
    /// Itself; as far as it fits.
    Number(u64),
    /// What a call gave.
    Kept(u8),
    /// An argument of the event handler; elsewhere its number.
    Event(u8),
}

/// How many results a guest keeps.
pub(crate) const KEPT: u8 = 8;
