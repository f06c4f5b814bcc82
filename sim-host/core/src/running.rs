//! A guest inside wasmtime, as the core's run loop sees it.

use device_abi::Halt;
use hw_core::{Engine, Event, View};
use wasmtime::{Instance, Linker, Module, Store, TypedFunc, UpdateDeadline, WasmBacktrace};

use crate::{link::State, trap, watchdog::Watchdog};

/// A guest inside wasmtime.
pub(crate) struct Running<'l> {
    pub(crate) store: Store<State>,
    linker: &'l Linker<State>,
    module: &'l Module,
    exports: Option<Exports>,
    has_on_event: bool,
    /// A fault of the engine itself; the run then ends, and its outcome does not count.
    pub(crate) fault: Option<wasmtime::Error>,
    /// The guest's functions that were running when it trapped, innermost first.
    pub(crate) backtrace: Vec<String>,
}

struct Exports {
    run: TypedFunc<(), i32>,
    on_event: Option<TypedFunc<(u32, u32, u64, u64), ()>>,
}

impl<'l> Running<'l> {
    pub(crate) fn new(
        linker: &'l Linker<State>,
        module: &'l Module,
        state: State,
        mut watchdog: Watchdog,
        has_on_event: bool,
    ) -> Self {
        let mut store = Store::new(linker.engine(), state);
        store.limiter(|state| &mut state.growth);
        store.set_epoch_deadline(1);
        store.epoch_deadline_callback(move |context| {
            watchdog.check(context.data().device.activity())?;
            Ok(UpdateDeadline::Continue(1))
        });
        Self { store, linker, module, exports: None, has_on_event, fault: None, backtrace: Vec::new() }
    }

    fn find_exports(&mut self, instance: &Instance) -> wasmtime::Result<Exports> {
        let run = instance.get_typed_func(&mut self.store, "run")?;
        let on_event = match self.has_on_event {
            true => Some(instance.get_typed_func(&mut self.store, "on-event")?),
            false => None,
        };
        Ok(Exports { run, on_event })
    }

    /// Takes a failed call apart. A fault of the engine is kept for the caller of the run loop.
    fn halt(&mut self, error: wasmtime::Error) -> Halt {
        if let Some(backtrace) = error.downcast_ref::<WasmBacktrace>() {
            self.backtrace = backtrace.frames().iter().map(frame_name).collect();
        }
        trap::halt(error).unwrap_or_else(|fault| {
            self.fault = Some(fault);
            Halt::Stopped
        })
    }

    fn exports(&mut self) -> Result<&Exports, Halt> {
        if self.exports.is_none() {
            self.fault = Some(wasmtime::format_err!("a guest was called before it was started"));
        }
        self.exports.as_ref().ok_or(Halt::Stopped)
    }
}

fn frame_name(frame: &wasmtime::FrameInfo) -> String {
    match frame.func_name() {
        // The name comes from the guest, and goes to a terminal.
        Some(name) => name.escape_debug().to_string(),
        None => format!("function {}", frame.func_index()),
    }
}

impl Engine for Running<'_> {
    fn start(&mut self) -> Result<(), Halt> {
        let started = self.linker.instantiate(&mut self.store, self.module);
        let exports = started.and_then(|instance| self.find_exports(&instance));
        self.exports = Some(exports.map_err(|error| self.halt(error))?);
        Ok(())
    }

    fn run(&mut self) -> Result<i32, Halt> {
        let run = self.exports()?.run.clone();
        run.call(&mut self.store, ()).map_err(|error| self.halt(error))
    }

    fn handles_events(&self) -> bool {
        self.has_on_event
    }

    fn on_event(&mut self, event: &Event) -> Result<(), Halt> {
        let Some(on_event) = self.exports()?.on_event.clone() else { return Ok(()) };
        let arguments = (event.kind as u32, event.source, event.value, event.time_us());
        on_event.call(&mut self.store, arguments).map_err(|error| self.halt(error))
    }

    fn view(&mut self) -> View<'_> {
        self.store.data_mut().view()
    }
}
