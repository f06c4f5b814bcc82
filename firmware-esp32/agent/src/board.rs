//! What the agent needs of the board that it is on.

use alloc::{boxed::Box, vec::Vec};

use app_storage::Flash;
use device_abi::{Profile, system::ResetReason};
use device_link::{Heap, I2cWires, LineRates, LinkError, Pins};
use hw_core::backend;

/// What the agent needs of the board that it is on.
pub trait Board: core::fmt::Debug + Send {
    /// Takes bytes that have arrived, as many as there are and fit; never waits.
    fn read(&mut self, bytes: &mut [u8]) -> usize;

    /// Sends bytes; waits until the line has taken them.
    fn write(&mut self, bytes: &[u8]);

    /// Waits until bytes arrive, or until `until_ns` of [`now_ns`](Board::now_ns). May return early.
    fn wait(&mut self, until_ns: u64);

    /// Real time since some moment, nanoseconds; never goes back.
    fn now_ns(&self) -> u64;

    /// Processor instructions or cycles since some moment, or 0 where nobody counts them.
    fn cycles(&self) -> u64;

    /// The memory.
    fn heap(&self) -> Heap;

    /// Whether the board is to stop serving: its line is gone for good, or it was told to restart.
    fn is_over(&self) -> bool;

    /// Restarts the board. Returns where that takes effect only once [`is_over`](Board::is_over) is looked at.
    fn restart(&mut self);

    /// Why it last started.
    fn reset_reason(&self) -> ResetReason {
        ResetReason::PowerOn
    }

    /// Tells the hardware that the agent is alive. Comes wherever the agent looks around, at least every second or so
    /// but while a module is checked.
    fn feed(&mut self) {}

    /// The bit rates of the line that the host is at; `None` where it has none.
    fn line_rates(&self) -> Option<LineRates> {
        None
    }

    /// Whether the line can go at this rate.
    fn has_line_rate(&self, baud: u32) -> bool {
        self.line_rates().is_some_and(|rates| (1..=rates.highest).contains(&baud))
    }

    /// Changes the line's bit rate, after everything written has left. Comes only with rates that it
    /// [has](Board::has_line_rate).
    fn set_line_rate(&mut self, baud: u32) {
        let _ = baud;
    }

    /// The part of the board's flash that is for apps; asked for once, at the start. `None`: apps live in memory.
    fn flash(&mut self) -> Option<Box<dyn Flash>> {
        None
    }

    /// Whether the board has pins of its own.
    fn has_native(&self) -> bool {
        false
    }

    /// The board's own pins and buses, for a run in native mode. When they are dropped, all pins are floating inputs.
    ///
    /// # Errors
    /// The board has none, or none like that: [`LinkError::Pin`] for a pin that it lacks or needs itself,
    /// [`LinkError::I2cBus`] for a bus that it lacks or whose pins are not named.
    fn native(&mut self, wiring: &Wiring<'_>) -> Result<Native, LinkError> {
        let _ = wiring;
        Err(LinkError::ModeNotSupported)
    }
}

/// What is at the board's own pins, as the host's board file says.
#[derive(Debug, Clone, Copy)]
pub struct Wiring<'a> {
    /// The profile of the app.
    pub profile: &'static Profile,
    /// What each pin is there for.
    pub pins: Pins<'a>,
    /// The I2C buses, with their pins.
    pub i2c: &'a [I2cWires],
}

/// A board's own hardware.
#[derive(Debug)]
pub struct Native {
    /// The pins.
    pub gpio: Box<dyn backend::Gpio>,
    /// The I2C buses.
    pub i2c: Vec<backend::I2cWires>,
}

/// Who the board is: what its hello says.
#[derive(Debug, Clone, Copy)]
pub struct Identity {
    /// What board it is: `esp32c3`, `qemu-virt`, `host`.
    pub board: &'static str,
    /// 1 to 16 bytes that tell this device from others.
    pub device_id: &'static [u8],
    /// The largest profile that it can hold.
    pub profile: &'static Profile,
}
