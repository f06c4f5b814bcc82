//! A guest inside wasm3, as the core's run loop sees it.

use core::sync::atomic::AtomicBool;

use device_abi::Halt;
use hw_core::{Engine, Event, View};

use crate::{Ended, FUNCTIONS, Instance, Limits, LoadError, Module, State};

/// A guest inside wasm3, with the functions of the device ABI.
#[derive(Debug)]
pub struct Running<'m> {
    instance: Instance<'m, State>,
    fault: Option<&'static str>,
}

impl<'m> Running<'m> {
    /// Loads a module. See [`Instance::new`].
    ///
    /// # Errors
    /// [`LoadError`]; the state is dropped.
    pub fn load(
        module: &Module<'m>,
        state: State,
        limits: Limits,
        interrupt: &'m AtomicBool,
    ) -> Result<Self, LoadError> {
        Ok(Self { instance: Instance::new(module, FUNCTIONS, state, limits, interrupt)?, fault: None })
    }

    /// What belongs to the guest beside its instance.
    pub fn state(&mut self) -> &mut State {
        self.instance.host()
    }

    /// A fault of the engine itself, in wasm3's words. The run has then ended as `stopped`, and its outcome does not
    /// count.
    #[must_use]
    pub fn fault(&self) -> Option<&'static str> {
        self.fault
    }

    fn settle<T>(&mut self, result: Result<T, Ended>) -> Result<T, Halt> {
        result.map_err(|ended| match ended {
            Ended::Guest(halt) => halt,
            Ended::Engine(text) => {
                self.fault = Some(text);
                Halt::Stopped
            }
        })
    }
}

impl Engine for Running<'_> {
    fn start(&mut self) -> Result<(), Halt> {
        let started = self.instance.start();
        self.settle(started)
    }

    fn run(&mut self) -> Result<i32, Halt> {
        let returned = self.instance.run();
        self.settle(returned)
    }

    fn handles_events(&self) -> bool {
        self.instance.handles_events()
    }

    fn on_event(&mut self, event: &Event) -> Result<(), Halt> {
        let handled = self.instance.on_event(event.kind as u32, event.source, event.value, event.time_us());
        self.settle(handled)
    }

    fn view(&mut self) -> View<'_> {
        self.instance.host().view()
    }
}
