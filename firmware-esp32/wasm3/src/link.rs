//! The functions of the device ABI, for guests inside wasm3: fetches arguments and hands over memory. Everything else
//! is generated glue.

use alloc::boxed::Box;
use core::fmt;

use device_abi::{Halt, glue};
use hw_core::{App, Device, View};

use crate::{Cell, Host, HostFunction, Value};

/// Decides whether a guest may go on that computes without an ABI call.
pub trait Watch: fmt::Debug {
    /// Called now and then while the guest computes. `activity` is the device's
    /// ([`Device::activity`](hw_core::Device::activity)): while it does not change, the guest just computes.
    ///
    /// # Errors
    /// How the guest is to end: `stopped` or `limit compute`.
    fn check(&mut self, activity: u64) -> Result<(), Halt>;
}

/// What belongs to one running guest, beside its instance.
#[derive(Debug)]
pub struct State {
    /// The device that it runs on.
    pub device: Device,
    /// The guest's own state on the device.
    pub app: App,
    /// Who ends it when it computes for too long.
    pub watch: Box<dyn Watch>,
}

impl State {
    /// The app on its device.
    pub fn view(&mut self) -> View<'_> {
        View { device: &mut self.device, app: &mut self.app }
    }
}

impl Host for State {
    fn check(&mut self) -> Result<(), Halt> {
        self.watch.check(self.device.activity())
    }
}

/// A value type as wasm3 writes it.
macro_rules! letter {
    (u32) => {
        "i"
    };
    (i32) => {
        "i"
    };
    (u64) => {
        "I"
    };
    (i64) => {
        "I"
    };
    (()) => {
        "v"
    };
}

/// Whether the glue looks at the memory.
macro_rules! needs {
    (memory) => {
        true
    };
    (no_memory) => {
        false
    };
}

/// A text that ends with a NUL, from several.
macro_rules! c_text {
    ($($part:expr),*) => {
        match core::ffi::CStr::from_bytes_with_nul(concat!($($part,)* "\0").as_bytes()) {
            Ok(text) => text,
            Err(_) => panic!("names of the ABI have no NUL"),
        }
    };
}

/// Puts the result of the glue into the first cell, if the function has one.
macro_rules! answer {
    ((), $cells:ident, $result:expr) => {
        $result
    };
    ($ty:tt, $cells:ident, $result:expr) => {{
        let value: $ty = $result?;
        if let Some(first) = $cells.first_mut() {
            *first = value.put();
        }
        Ok(())
    }};
}

/// The cells behind the one for the result.
macro_rules! arguments {
    ((), $cells:ident) => {
        $cells.iter()
    };
    ($ty:tt, $cells:ident) => {
        $cells.iter().skip(1)
    };
}

macro_rules! table {
    ($(($glue:ident, $module:literal, $name:literal, ($($arg:ident: $ty:tt),*), $result:tt, $memory:tt);)*) => {
        /// Every function of the ABI, for a [`State`].
        pub static FUNCTIONS: &[HostFunction<State>] = &[$(
            HostFunction::new(
                c_text!($module),
                c_text!($name),
                c_text!(letter!($result), "(", $(letter!($ty),)* ")"),
                needs!($memory),
                |state: &mut State, memory: &mut [u8], cells: &mut [Cell]| {
                    #[allow(unused_mut, reason = "functions without arguments")]
                    let mut arguments = arguments!($result, cells);
                    $(let $arg: $ty = take(&mut arguments);)*
                    let _ = arguments;
                    answer!($result, cells, glue::$glue(&mut state.view(), memory, $($arg),*))
                },
            ),
        )*];
    };
}

device_abi::for_each_function!(table);

/// The next argument. There is one: the cells are counted by the same signature.
#[inline]
fn take<'c, T: Value>(arguments: &mut impl Iterator<Item = &'c Cell>) -> T {
    T::get(arguments.next().copied().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use device_abi::{FUNCTIONS as INFOS, Flat};

    use super::*;

    #[test]
    fn every_function_of_the_abi_is_linked_with_its_type() {
        assert_eq!(FUNCTIONS.len(), INFOS.len());
        let letter = |flat: &Flat| match flat {
            Flat::I32 => 'i',
            Flat::I64 => 'I',
        };
        for (function, info) in FUNCTIONS.iter().zip(INFOS) {
            let result = info.flat_result.as_ref().map_or('v', letter);
            let params: alloc::string::String = info.flat_params.iter().map(letter).collect();
            assert_eq!(function.signature.to_str().unwrap(), alloc::format!("{result}({params})"));
            assert_eq!(function.module.to_str().unwrap(), info.module);
            assert_eq!(function.name.to_str().unwrap(), info.name);
        }
    }
}
