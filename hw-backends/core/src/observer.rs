//! Who watches a device from outside.

use core::fmt;

use device_abi::{Function, log::Level};

use crate::backend::DeviceError;

/// Receives what a device tells the people around it. Nothing that it does reaches the guest.
pub trait Observer: fmt::Debug + Send {
    /// A guest wrote a message.
    fn log(&mut self, line: &LogLine<'_>);

    /// A backend failed; the guest sees only the error's code.
    fn error(&mut self, time_ns: u64, function: Function, error: &dyn DeviceError);

    /// The next records of the calls trace, whole ([`device_abi::trace`]).
    fn records(&mut self, records: &[u8]);
}

/// A message of a guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogLine<'a> {
    /// Start of the call that wrote it, nanoseconds of device time.
    pub time_ns: u64,
    /// Which app wrote it.
    pub app: u8,
    /// How much it matters.
    pub level: Level,
    /// The text, at most [`TEXT_BYTES`](device_abi::trace::TEXT_BYTES).
    pub text: &'a str,
    /// How many bytes were cut off.
    pub cut: u32,
}
