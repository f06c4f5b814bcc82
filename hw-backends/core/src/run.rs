//! The run loop: the same for every engine.

use device_abi::{Halt, Outcome};

use crate::{Event, View};

/// A guest that is loaded into an engine. The engine's shim links the generated glue to its imports.
pub trait Engine {
    /// Runs the module's start function, if it has one.
    ///
    /// # Errors
    /// How the guest ended.
    fn start(&mut self) -> Result<(), Halt>;

    /// Calls the export `run`.
    ///
    /// # Errors
    /// How the guest ended, if `run` did not return.
    fn run(&mut self) -> Result<i32, Halt>;

    /// Whether the guest exports `on-event`.
    fn handles_events(&self) -> bool;

    /// Calls the export `on-event`.
    ///
    /// # Errors
    /// How the guest ended, if `on-event` did not return.
    fn on_event(&mut self, event: &Event) -> Result<(), Halt>;

    /// The guest's app and the device it is on.
    fn view(&mut self) -> View<'_>;
}

/// Runs a guest to its end: start function, `run`, then one event after the other. Afterwards everything that
/// the app had opened is closed and its trace handed on.
pub fn run(engine: &mut impl Engine) -> Outcome {
    let outcome = match drive(engine) {
        Ok(code) => Outcome::Exit(code),
        Err(halt) => halt.into(),
    };
    let mut view = engine.view();
    // What was due by the end has happened; how the run ended is decided.
    let _ = view.catch_up();
    view.close_all();
    view.device.flush();
    outcome
}

fn drive(engine: &mut impl Engine) -> Result<i32, Halt> {
    engine.view().device.clock.check()?;
    engine.view().catch_up()?;
    engine.start()?;
    let code = engine.run()?;
    if code != 0 || !engine.handles_events() {
        return Ok(code);
    }
    while let Some(event) = engine.view().next_event()? {
        engine.on_event(&event)?;
    }
    Ok(0)
}
