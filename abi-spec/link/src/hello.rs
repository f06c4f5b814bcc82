//! Who is at the other end: the first message of both sides.

use device_abi::Profile;
use serde::{Deserialize, Serialize};

use crate::{Heap, List, wire};

/// The first bytes of a hello's body. A frame without them does not belong to this protocol.
pub const MAGIC: [u8; 4] = *b"TwLk";

/// The version of this protocol. It follows [`MAGIC`] in every hello, so that it can be read whatever comes after;
/// both sides must speak the same. It rises with every change of a message
/// or rule, and of the numbers in `LINK.md`, unless they are only added to at their end.
pub const VERSION: u16 = 2;

/// The host's hello. It begins a session, also when it is repeated: an install that had begun is given up, a run in
/// bench mode ends as `stopped`; a run in native mode goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostHello {
    /// The version of the device ABI that the host knows, `major << 16 | minor << 8 | patch`.
    pub abi_version: u32,
    /// The longest payload that the host takes, bytes; at least [`SMALLEST_LIMIT`](crate::SMALLEST_LIMIT).
    pub max_payload: u32,
    /// How many events the host takes before it has acknowledged the first.
    pub window: u16,
}

/// The device's hello, in reply to the host's and with its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceHello<'a> {
    /// The version of the device ABI that it serves, `major << 16 | minor << 8 | patch`.
    pub abi_version: u32,
    /// The longest payload that it takes, bytes; at least [`SMALLEST_LIMIT`](crate::SMALLEST_LIMIT).
    pub max_payload: u32,
    /// 1 to 16 bytes that tell this device from others.
    #[serde(borrow, with = "wire::bytes")]
    pub device_id: &'a [u8],
    /// What board it is: `esp32c3`, `qemu-virt`, `host`.
    pub board: &'a str,
    /// The firmware's version.
    pub firmware: &'a str,
    /// The engine that runs guests: `wasm3`.
    pub engine: &'a str,
    /// The engine's version.
    pub engine_version: &'a str,
    /// How it can run guests.
    pub modes: Modes,
    /// Whether an installed app outlives a loss of power.
    pub persistent: bool,
    /// Its memory.
    pub heap: Heap,
    /// What it can hold.
    #[serde(borrow)]
    pub profile: ProfileNumbers<'a>,
}

/// How a device can run guests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Modes {
    /// With the host's hardware, in virtual time.
    pub bench: bool,
    /// With its own pins, in its own time.
    pub native: bool,
}

/// All numbers of a [`Profile`], under the same names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of Profile and documented there")]
pub struct ProfileNumbers<'a> {
    pub name: &'a str,
    pub module_bytes: u32,
    pub memory_pages: u32,
    pub table_elements: u32,
    pub types: u32,
    pub imports: u32,
    pub functions: u32,
    pub globals: u32,
    pub exports: u32,
    pub segments: u32,
    pub function_slots: u32,
    pub function_nesting: u32,
    pub function_branches: u32,
    pub function_params: u32,
    pub call_depth: u32,
    pub handles: u32,
    pub timers: u32,
    pub events: u32,
    pub max_transfer_bytes: u32,
    pub max_operations: u32,
    pub gpio_pins: u32,
    #[serde(borrow)]
    pub reserved_pins: List<'a, ReservedPins<'a>>,
    pub i2c_buses: u32,
}

/// GPIO numbers that the chip needs itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ReservedPins<'a> {
    /// The lowest number.
    pub first: u32,
    /// The highest number.
    pub last: u32,
    /// What for.
    pub purpose: &'a str,
}

impl<'a> ProfileNumbers<'a> {
    /// The numbers of `profile`. `reserved` is where its reserved pins are put; those that do not fit are left out,
    /// [`Profile::reserved_pins`]`.len()` places are enough.
    #[must_use]
    pub fn new(profile: &Profile, reserved: &'a mut [ReservedPins<'static>]) -> Self {
        let mut count = 0;
        for (place, pins) in reserved.iter_mut().zip(profile.reserved_pins) {
            *place = ReservedPins { first: pins.first, last: pins.last, purpose: pins.purpose };
            count += 1;
        }
        Self {
            name: profile.name,
            module_bytes: profile.module_bytes,
            memory_pages: profile.memory_pages,
            table_elements: profile.table_elements,
            types: profile.types,
            imports: profile.imports,
            functions: profile.functions,
            globals: profile.globals,
            exports: profile.exports,
            segments: profile.segments,
            function_slots: profile.function_slots,
            function_nesting: profile.function_nesting,
            function_branches: profile.function_branches,
            function_params: profile.function_params,
            call_depth: profile.call_depth,
            handles: profile.handles,
            timers: profile.timers,
            events: profile.events,
            max_transfer_bytes: profile.max_transfer_bytes,
            max_operations: profile.max_operations,
            gpio_pins: profile.gpio_pins,
            reserved_pins: List::of(&reserved[..count]),
            i2c_buses: profile.i2c_buses,
        }
    }
}
