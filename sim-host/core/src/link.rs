//! The wasmtime shim: fetches arguments and hands over memory. Everything else is generated glue.

use device_abi::{Halt, glue};
use hw_core::{App, Device, View};
use wasmtime::{Caller, Extern, Linker, Memory, ResourceLimiter};

/// What belongs to one running guest, beside its wasm instance.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) device: Device,
    pub(crate) app: App,
    /// The guest's memory, from its first ABI call on.
    memory: Option<Memory>,
    pub(crate) growth: Growth,
}

impl State {
    pub(crate) fn new(device: Device, app: App, bound_bytes: usize) -> Self {
        Self { device, app, memory: None, growth: Growth { bound_bytes } }
    }

    pub(crate) fn view(&mut self) -> View<'_> {
        View { device: &mut self.device, app: &mut self.app }
    }
}

/// Lets memory grow to what was reserved for it, and no further.
#[derive(Debug)]
pub(crate) struct Growth {
    bound_bytes: usize,
}

impl ResourceLimiter for Growth {
    fn memory_growing(
        &mut self,
        _current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        Ok(desired <= self.bound_bytes)
    }

    fn table_growing(
        &mut self,
        _current: usize,
        _desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        // The check has bounded every table, and WebAssembly 1.0 has no table.grow.
        Ok(true)
    }
}

/// Calls the glue, with the guest's memory only if it looks at it: finding it costs as much as a small call.
macro_rules! serve {
    (memory, $caller:ident, $glue:ident, $($arg:ident),*) => {{
        let memory = match $caller.data().memory {
            Some(memory) => memory,
            None => find_memory(&mut $caller)?,
        };
        let (memory, state) = memory.data_and_store_mut(&mut $caller);
        glue::$glue(&mut state.view(), memory, $($arg),*)
    }};
    (no_memory, $caller:ident, $glue:ident, $($arg:ident),*) => {
        glue::$glue(&mut $caller.data_mut().view(), &mut [], $($arg),*)
    };
}

macro_rules! link {
    ($(($glue:ident, $module:literal, $name:literal, ($($arg:ident: $ty:ty),*), $result:ty, $memory:ident);)*) => {
        /// Gives every function of the ABI to `linker`.
        pub(crate) fn link(linker: &mut Linker<State>) -> wasmtime::Result<()> {
            $(
                linker.func_wrap(
                    $module,
                    $name,
                    |mut caller: Caller<'_, State>, $($arg: $ty),*| -> wasmtime::Result<$result> {
                        serve!($memory, caller, $glue, $($arg),*).map_err(ended)
                    },
                )?;
            )*
            Ok(())
        }
    };
}

device_abi::for_each_function!(link);

/// Carries the end of a guest through the engine.
#[cold]
fn ended(halt: Halt) -> wasmtime::Error {
    wasmtime::Error::new(halt)
}

/// Finds the guest's memory at its first ABI call, which may come from its start function.
#[cold]
fn find_memory(caller: &mut Caller<'_, State>) -> wasmtime::Result<Memory> {
    let Some(Extern::Memory(memory)) = caller.get_export("memory") else {
        wasmtime::bail!("a checked guest exports its memory");
    };
    caller.data_mut().memory = Some(memory);
    Ok(memory)
}
