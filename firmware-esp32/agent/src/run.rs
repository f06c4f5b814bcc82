//! One run: check, load, run to the end, tell how it was.

use alloc::boxed::Box;

use device_abi::{Outcome, Refusal, RefusalWord};
use device_link::Counters;
use hw_core::{App, AppConfig, Device, DeviceConfig, Limits, Observer, Pace};
use wasm3_engine::{Limits as StackLimits, LoadError, Module, Running, State};

use crate::{
    agent::Shared,
    bench,
    desk::RESERVE_BYTES,
    events::Events,
    native::{self, Live, RealPace},
    order::Order,
    pace::{BenchPace, Watchdog},
};

/// Runs the installed app as ordered.
pub(crate) fn run(shared: &Shared, order: Order) {
    let (wasm, cycles, free, calls) = shared.with(|agent| {
        let desk = &mut agent.desk;
        (desk.slot.take_loaded(), desk.out.board.cycles(), desk.heap().free, agent.calls)
    });
    let app = order.app;
    shared.with(|agent| (agent.outlook, agent.was_cut) = (order.outlook, false));
    let mut measured = Measured::default();
    // An order is only taken when there is an app.
    let mut outcome = wasm.map_or(Outcome::Stopped, |wasm| guest(shared, order, &wasm, &mut measured));
    if shared.with(|agent| agent.was_cut) {
        outcome = Outcome::Stopped;
    }
    let counters = shared.with(|agent| Counters {
        activity: measured.activity,
        calls: agent.calls - calls,
        cycles: agent.desk.out.board.cycles().saturating_sub(cycles),
        heap_bytes: free.saturating_sub(measured.least_free.unwrap_or(free)),
    });
    Events::new(shared.clone(), app).ended(&outcome, measured.time_ns, counters);
    shared.with(|agent| agent.desk.run_ended(&outcome, measured.time_ns));
}

/// What is known of a run beside its outcome.
#[derive(Debug, Default)]
struct Measured {
    time_ns: u64,
    activity: u64,
    /// Bytes of memory that were free when the guest was loaded.
    least_free: Option<u32>,
}

/// Everything that the run needed is given back when this returns.
fn guest(shared: &Shared, mut order: Order, wasm: &[u8], measured: &mut Measured) -> Outcome {
    let profile = order.profile;
    let module = match Module::check(wasm, profile) {
        Ok(module) => module,
        Err(refusal) => return Outcome::Refused(refusal),
    };
    let (hardware, pace, observer): (_, Box<dyn Pace>, Box<dyn Observer>) = match order.native.take() {
        None => (
            bench::hardware(shared, &order),
            Box::new(BenchPace(shared.clone())),
            Box::new(Events::new(shared.clone(), order.app)),
        ),
        Some(own) => (
            native::hardware(own, &order),
            Box::new(RealPace::start(shared.clone())),
            Box::new(Live::new(shared.clone(), order.app)),
        ),
    };
    let device = Device::new(DeviceConfig {
        profile: *profile,
        hardware,
        limits: Limits { stop_after_ns: order.stop_after_ns, time_ns: order.time_ns },
        pace,
        observer,
        trace_bytes: order.trace_bytes,
    });
    let config = AppConfig { id: order.app, seed: order.seed, arguments: order.arguments };
    let state = State {
        device,
        app: App::new(config, profile),
        watch: Box::new(Watchdog::new(shared.clone(), order.compute_ms)),
    };
    let interrupt = shared.with(|agent| agent.desk.interrupt());
    let mut running = match Running::load(&module, state, StackLimits::for_profile(profile), &interrupt) {
        Ok(running) => running,
        Err(LoadError::OutOfMemory { pages }) => return Outcome::Refused(out_of_memory(pages)),
        Err(LoadError::Engine(fault)) => panic!("wasm3: {fault}"),
    };
    let free = shared.with(|agent| agent.desk.heap().free);
    measured.least_free = Some(free);
    if free < RESERVE_BYTES {
        // Nothing may be left, not even for the words of the refusal.
        drop(running);
        return Outcome::Refused(out_of_memory(module.guest().bound_pages));
    }
    let outcome = hw_core::run(&mut running);
    if let Some(fault) = running.fault() {
        panic!("wasm3: {fault}");
    }
    measured.time_ns = running.state().device.now_ns();
    measured.activity = running.state().device.activity();
    outcome
}

fn out_of_memory(pages: u32) -> Refusal {
    Refusal {
        word: RefusalWord::OutOfMemory,
        module: Default::default(),
        name: Default::default(),
        detail: alloc::format!("{pages} pages of memory, and what else the guest needs, do not fit"),
    }
}
