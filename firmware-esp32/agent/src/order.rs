//! What a run is to be started with: copied from the host's start, if the device can do it.

use alloc::{string::String, vec::Vec};

use device_abi::{Profile, system::ResetReason};
use device_link::{I2cWires, LinkError, Mode, Outlook, Start, bench_payload};
use wasm3_engine::Module;

use crate::{Board, Identity, Native, Wiring};

/// The most arguments of a run. How long they are is bounded by the frame that they come in.
const MAX_ARGUMENTS: u32 = 32;

/// A run as the host has ordered it.
#[derive(Debug)]
pub(crate) struct Order {
    pub(crate) app: u8,
    pub(crate) profile: &'static Profile,
    pub(crate) seed: u64,
    pub(crate) arguments: Vec<String>,
    pub(crate) stop_after_ns: Option<u64>,
    pub(crate) time_ns: Option<u64>,
    pub(crate) compute_ms: Option<u32>,
    pub(crate) trace_bytes: Option<u64>,
    pub(crate) device_id: Vec<u8>,
    pub(crate) reset_reason: ResetReason,
    pub(crate) pins: Vec<u8>,
    pub(crate) i2c: Vec<I2cWires>,
    pub(crate) outlook: Outlook,
    /// Native mode: the board's own hardware.
    pub(crate) native: Option<Native>,
    /// The host has changed its mind.
    pub(crate) stop: bool,
}

impl Order {
    /// Copies `start`, for an app of `profile`, and takes the board's own hardware if it is to run there. `limit` is the
    /// longest payload that the host takes; native mode needs none.
    ///
    /// # Errors
    /// Why the device cannot do it.
    pub(crate) fn from_start(
        start: &Start<'_>,
        profile: &'static Profile,
        identity: Identity,
        limit: usize,
        board: &mut dyn Board,
    ) -> Result<Self, LinkError> {
        let is_native = start.mode == Mode::Native;
        if is_native && !board.has_native() {
            return Err(LinkError::ModeNotSupported);
        }
        let needed = bench_payload(profile.max_transfer_bytes);
        if !is_native && limit < needed {
            return Err(LinkError::PayloadTooShort { bytes: limit as u32, needed: needed as u32 });
        }
        let count = start.arguments.iter().count() as u32;
        if count > MAX_ARGUMENTS {
            return Err(LinkError::TooManyArguments { count, limit: MAX_ARGUMENTS });
        }
        // In native mode nothing is made up.
        let is_own = is_native || start.device_id.is_empty();
        let device_id = if is_own { identity.device_id } else { start.device_id };
        if device_id.len() > 16 {
            return Err(LinkError::DeviceId { bytes: device_id.len() as u32 });
        }
        // What is copied of a claim is bounded by the profile.
        if start.pins.bytes().len() > profile.gpio_pins as usize {
            return Err(LinkError::Pin { pin: profile.gpio_pins });
        }
        let mut buses = start.i2c.iter().map(|wires| wires.number).enumerate();
        let foreign =
            |&(at, bus): &(usize, u32)| at >= profile.i2c_buses as usize || bus >= profile.i2c_buses;
        if let Some((_, bus)) = buses.find(foreign) {
            return Err(LinkError::I2cBus { bus });
        }
        let i2c: Vec<_> = start.i2c.iter().collect();
        let wiring = Wiring { profile, pins: start.pins, i2c: &i2c };
        let native = if is_native { Some(board.native(&wiring)?) } else { None };
        Ok(Self {
            app: 0,
            profile,
            seed: start.seed,
            arguments: start.arguments.iter().map(Into::into).collect(),
            stop_after_ns: start.stop_after_ns,
            time_ns: start.time_ns,
            compute_ms: start.compute_ms,
            trace_bytes: start.trace_bytes,
            device_id: device_id.to_vec(),
            reset_reason: if is_native { board.reset_reason() } else { start.reset_reason },
            pins: start.pins.bytes().to_vec(),
            i2c,
            outlook: start.outlook,
            native,
            stop: false,
        })
    }
}

/// The profile of this name, if a device whose own is `own` can serve it.
pub(crate) fn profile(name: &str, own: &Profile) -> Result<&'static Profile, LinkError> {
    let profile = Profile::by_name(name).ok_or(LinkError::UnknownProfile)?;
    if !Module::serves(profile) || profile.memory_pages > own.memory_pages {
        return Err(LinkError::ProfileTooLarge);
    }
    Ok(profile)
}
