//! Bench mode: the host's hardware, over the line. What a call lands on is the same mock or chip as in the simulator.

mod error;
mod gpio;
mod i2c;
mod outside;

use alloc::{boxed::Box, vec::Vec};

use hw_core::backend::{Hardware, I2cWires};

use crate::{agent::Shared, order::Order};
use error::{Disconnected, RemoteError};

/// The hardware of a run.
pub(crate) fn hardware(shared: &Shared, order: &Order) -> Hardware {
    let wires = |wires: &device_link::I2cWires| I2cWires {
        number: wires.number,
        frequency_hz: wires.frequency_hz,
        bus: Box::new(i2c::Bus::new(shared.clone(), order.app, wires.number)),
    };
    Hardware {
        gpio: Box::new(gpio::Pins::new(shared.clone(), order.app, order.pins.clone())),
        i2c: order.i2c.iter().map(wires).collect::<Vec<_>>(),
        outside: Box::new(outside::HostsOutside::new(shared.clone(), order.app)),
        device_id: order.device_id.clone(),
        reset_reason: order.reset_reason,
    }
}
