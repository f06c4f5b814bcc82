//! The watchdog: resets the chip when the agent has not looked around for long; and why the chip was reset.
//!
//! It is the one in the power domain of the real-time clock: it runs from an oscillator of its own (about 136 kHz, measured
//! by esp-hal at the start), needs no interrupt, and resets everything (ESP32-C3 Technical Reference Manual, "Watchdog
//! Timers").

use device_abi::system::ResetReason;
use esp_hal::{
    rtc_cntl::{Rwdt, RwdtStage, SocResetReason},
    system::reset_reason,
    time::Duration,
};

use super::clock;

/// How long the agent may be silent. Longest of what keeps it from looking around: checking a module of 64 KB, a third of a
/// second (7 million instructions, at up to 8 cycles where the flash is slow); an I2C transaction that times out, 2.2
/// seconds; a frame on a line of 9,600 bits per second, 1.2 seconds; erasing one sector of flash, 0.4 seconds at worst.
const PATIENCE: Duration = Duration::from_secs(8);

/// How often it is fed at most, nanoseconds: a write to its registers takes some microseconds.
const MEAL_NS: u64 = 100_000_000;

/// The watchdog.
pub(super) struct Watchdog {
    hardware: Rwdt,
    fed_ns: u64,
}

impl Watchdog {
    /// Sets it going.
    pub(super) fn new(mut hardware: Rwdt) -> Self {
        hardware.set_timeout(RwdtStage::Stage0, PATIENCE);
        hardware.enable();
        hardware.feed();
        Self { hardware, fed_ns: clock::now_ns() }
    }

    /// Tells it that the agent is alive.
    pub(super) fn feed(&mut self, now_ns: u64) {
        if now_ns.saturating_sub(self.fed_ns) >= MEAL_NS {
            self.hardware.feed();
            self.fed_ns = now_ns;
        }
    }
}

/// Why the chip started.
pub(super) fn last_reset() -> ResetReason {
    use SocResetReason::{
        ChipPowerOn, CoreDeepSleep, CoreMwdt0, CoreMwdt1, CoreRtcWdt, CoreSw, CoreUsbJtag, CoreUsbUart,
        Cpu0Mwdt0, Cpu0Mwdt1, Cpu0RtcWdt, Cpu0Sw, SysBrownOut, SysRtcWdt, SysSuperWdt,
    };
    match reset_reason() {
        // The reset pin, EN, is no different: it takes the power away inside.
        Some(ChipPowerOn) => ResetReason::PowerOn,
        // A host pulled lines of the USB port that stand for a reset pin.
        Some(CoreUsbUart | CoreUsbJtag) => ResetReason::External,
        Some(CoreSw | Cpu0Sw) => ResetReason::Software,
        Some(
            CoreMwdt0 | CoreMwdt1 | CoreRtcWdt | Cpu0Mwdt0 | Cpu0Mwdt1 | Cpu0RtcWdt | SysRtcWdt | SysSuperWdt,
        ) => ResetReason::Watchdog,
        Some(SysBrownOut) => ResetReason::Brownout,
        Some(CoreDeepSleep) => ResetReason::DeepSleep,
        _ => ResetReason::Other,
    }
}
