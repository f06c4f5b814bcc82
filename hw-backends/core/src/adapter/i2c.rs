//! An object with embedded-hal's I2C trait, as a bus.

use alloc::boxed::Box;
use core::{convert::Infallible, fmt};

use embedded_hal::i2c::{Error as _, ErrorKind, I2c, NoAcknowledgeSource, Operation};

use super::{
    Answered,
    messages::{has_idle_writes, without_idle_writes},
};
use crate::{
    backend::{DeviceError, I2cBus, Reply, error_code},
    calls::i2c_timing::{BitRate, bus_ns},
};
use device_abi::types::ErrorCode;

/// What embedded-hal has no words for in a driver of type `I`.
pub trait I2cDetails<I: I2c>: Send {
    /// Why a frequency cannot be set.
    type Error: DeviceError + 'static;

    /// Sets the frequency of the transactions that follow, hertz: at most the one asked for. Comes before the first
    /// transaction, when another frequency is wanted, and after an error.
    ///
    /// # Errors
    /// The bus cannot run so slowly.
    fn set_frequency(&mut self, i2c: &mut I, hz: u32) -> Result<(), Self::Error>;

    /// What the guest sees of an error, where embedded-hal's kind of it says too little.
    fn code(&self, error: &I::Error) -> Option<ErrorCode> {
        let _ = error;
        None
    }
}

/// A driver whose frequency was set elsewhere, once and for all.
#[derive(Debug, Clone, Copy, Default)]
pub struct FixedFrequency;

impl<I: I2c> I2cDetails<I> for FixedFrequency {
    type Error = Infallible;

    fn set_frequency(&mut self, _i2c: &mut I, _hz: u32) -> Result<(), Infallible> {
        Ok(())
    }
}

/// Any `embedded_hal::i2c::I2c` as a bus.
pub struct HalI2c<I, D = FixedFrequency> {
    i2c: I,
    details: D,
    /// What the bus is set to, hertz.
    set_hz: Option<u32>,
    now_ns: fn() -> u64,
}

impl<I, D> HalI2c<I, D> {
    /// Makes a bus of `i2c`. `now_ns` is real time, nanoseconds since some moment.
    #[must_use]
    pub fn new(i2c: I, details: D, now_ns: fn() -> u64) -> Self {
        Self { i2c, details, set_hz: None, now_ns }
    }
}

impl<I, D> I2cBus for HalI2c<I, D>
where
    I: I2c<Error: Send + 'static> + Send,
    D: I2cDetails<I>,
{
    fn transaction(
        &mut self,
        _at_ns: u64,
        address: u8,
        frequency_hz: u32,
        operations: &mut [Operation<'_>],
    ) -> Reply {
        let began_ns = (self.now_ns)();
        if self.set_hz != Some(frequency_hz) {
            self.set_hz = None;
            if let Err(error) = self.details.set_frequency(&mut self.i2c, frequency_hz) {
                return Reply::failed(error, 0);
            }
            self.set_hz = Some(frequency_hz);
        }
        let result = if has_idle_writes(operations) {
            transfer(&mut self.i2c, address, &mut without_idle_writes(operations))
        } else {
            transfer(&mut self.i2c, address, operations)
        };
        let took_ns = (self.now_ns)().saturating_sub(began_ns);
        let rate = BitRate::new(frequency_hz);
        let extra_ns = |acknowledged| took_ns.saturating_sub(bus_ns(operations, acknowledged, rate));
        let Err(error) = result else {
            return Reply { result: Ok(()), acknowledged: 0, extra_ns: extra_ns(None) };
        };
        // The driver may have begun anew.
        self.set_hz = None;
        let kind = placed(error.kind(), operations);
        let code = self.details.code(&error).unwrap_or_else(|| error_code(kind));
        let acknowledged = acknowledged(kind);
        let extra_ns = extra_ns(Some(acknowledged));
        Reply { result: Err(Box::new(Answered { code, error })), acknowledged, extra_ns }
    }
}

/// Runs one transaction on `i2c`. A lone write, a lone read, and a write before a read go to the methods for that: mocks
/// tell them apart, and some drivers do them better, though the wires look the same.
///
/// # Errors
/// What the driver answered.
pub fn transfer<I: I2c>(i2c: &mut I, address: u8, operations: &mut [Operation<'_>]) -> Result<(), I::Error> {
    match operations {
        [Operation::Write(bytes)] => i2c.write(address, bytes),
        [Operation::Read(into)] => i2c.read(address, into),
        [Operation::Write(bytes), Operation::Read(into)] => i2c.write_read(address, bytes, into),
        operations => i2c.transaction(address, operations),
    }
}

/// How many bytes must have been acknowledged at least; embedded-hal's errors do not say how many were.
#[must_use]
pub fn acknowledged(kind: ErrorKind) -> u32 {
    u32::from(kind == ErrorKind::NoAcknowledge(NoAcknowledgeSource::Data))
}

/// The kind of error, where the operations tell which acknowledge was missing: when no byte is written, the address's.
fn placed(kind: ErrorKind, operations: &[Operation<'_>]) -> ErrorKind {
    let writes = |operation: &Operation<'_>| matches!(operation, Operation::Write([_, ..]));
    match kind {
        ErrorKind::NoAcknowledge(NoAcknowledgeSource::Unknown) if !operations.iter().any(writes) => {
            ErrorKind::NoAcknowledge(NoAcknowledgeSource::Address)
        }
        kind => kind,
    }
}

impl<I, D> fmt::Debug for HalI2c<I, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HalI2c").field("set_hz", &self.set_hz).finish_non_exhaustive()
    }
}
