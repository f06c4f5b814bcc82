//! The register map (Bosch BST-BME280-DS002, section 5.3) and what a reset makes of it.

/// First calibration block, `calib00` to `calib25`.
pub(super) const CALIB_00: u8 = 0x88;
/// Last register of the first calibration block.
pub(super) const CALIB_25: u8 = 0xa1;
/// Chip identification, read only.
pub(super) const ID: u8 = 0xd0;
/// Soft reset; reads as 0.
pub(super) const RESET: u8 = 0xe0;
/// Second calibration block, `calib26` to `calib41`.
pub(super) const CALIB_26: u8 = 0xe1;
/// Last register of the second calibration block.
pub(super) const CALIB_41: u8 = 0xf0;
/// Humidity oversampling.
pub(super) const CTRL_HUM: u8 = 0xf2;
/// What the chip is busy with, read only.
pub(super) const STATUS: u8 = 0xf3;
/// Temperature and pressure oversampling, and the mode.
pub(super) const CTRL_MEAS: u8 = 0xf4;
/// Standby time and filter.
pub(super) const CONFIG: u8 = 0xf5;
/// First data register, `press_msb`.
pub(super) const PRESS_MSB: u8 = 0xf7;
/// Last data register, `hum_lsb`.
pub(super) const HUM_LSB: u8 = 0xfe;

/// What [`ID`] reads as (section 5.4.1).
pub(super) const CHIP_ID: u8 = 0x60;
/// What must be written to [`RESET`]; other values do nothing (section 5.4.2).
pub(super) const RESET_WORD: u8 = 0xb6;

/// `status` bit 3: a conversion is running (section 5.4.4).
pub(super) const STATUS_MEASURING: u8 = 1 << 3;
/// `status` bit 0: calibration is being copied from the non-volatile memory (section 5.4.4).
pub(super) const STATUS_IM_UPDATE: u8 = 1 << 0;

/// Bits of `ctrl_hum` that exist (section 5.4.3).
pub(super) const CTRL_HUM_BITS: u8 = 0b0000_0111;
/// Bits of `config` that exist; bit 1 does not (section 5.4.6).
pub(super) const CONFIG_BITS: u8 = 0b1111_1101;
/// The mode field of `ctrl_meas` (section 5.4.5).
pub(super) const MODE_BITS: u8 = 0b0000_0011;

/// How long the chip copies its calibration after a reset, nanoseconds: the start-up time of section 1.1.
pub(super) const STARTUP_NS: u64 = 2_000_000;
