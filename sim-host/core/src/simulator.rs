//! The simulator as a target: wasmtime on this machine.

use std::error::Error;

use device_abi::{Outcome, Profile};
use hw_core::{App, Device, DeviceConfig, Pace};

use crate::{
    Ended, Order, SimError, Target, Time, engine,
    link::State,
    running::Running,
    wall::{RealPace, VirtualPace},
    watchdog::{Ticker, Watchdog},
};

/// wasmtime on this machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct Simulator;

impl Target for Simulator {
    fn run(&mut self, order: Order<'_>) -> Result<Ended, Box<dyn Error + Send + Sync>> {
        Ok(run(order, true)?)
    }
}

/// Runs a guest to its end. Its compiled code may come from the cache and go there.
pub(crate) fn run(order: Order<'_>, is_cached: bool) -> Result<Ended, SimError> {
    let Order { wasm, checked, profile, app, time, limits, limit_compute, trace_bytes, .. } = order;
    let checked = match checked {
        Ok(checked) => checked,
        Err(refusal) => {
            let outcome = Outcome::Refused(refusal);
            return Ok(Ended { outcome, device_time_ns: 0, backtrace: Vec::new() });
        }
    };
    let runtime = engine::runtime(is_cached).map_err(SimError::Engine)?;
    let module = engine::compile(&runtime.engine, wasm).map_err(SimError::Engine)?;
    let pace: Box<dyn Pace> = match time {
        Time::Virtual => Box::new(VirtualPace(order.stop.clone())),
        Time::Real => Box::new(RealPace::start(order.stop.clone())),
    };
    let device = Device::new(DeviceConfig {
        profile: *profile,
        hardware: order.hardware,
        limits,
        pace,
        trace_bytes,
        observer: order.observer,
    });
    let bound_bytes = checked.bound_pages as usize * Profile::PAGE_BYTES as usize;
    let state = State::new(device, App::new(app, profile), bound_bytes);
    let watchdog = Watchdog::new(limit_compute, order.stop);
    let mut running = Running::new(&runtime.linker, &module, state, watchdog, checked.has_on_event);

    let ticker = Ticker::start(runtime.engine.clone()).map_err(SimError::Thread)?;
    let outcome = hw_core::run(&mut running);
    drop(ticker);
    if let Some(fault) = running.fault {
        return Err(SimError::Engine(fault));
    }
    let device_time_ns = running.store.data().device.now_ns();
    Ok(Ended { outcome, device_time_ns, backtrace: running.backtrace })
}
