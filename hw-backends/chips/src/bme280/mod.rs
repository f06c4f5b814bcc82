//! The Bosch BME280: humidity, pressure and temperature (datasheet BST-BME280-DS002).
//!
//! Modelled: the whole register map over I2C, calibration, sleep, forced and normal mode with the typical measurement
//! times, oversampling and resolution, the filter, shadowed data registers, soft reset. Not modelled: SPI, noise,
//! self-heating, and the first 2 ms after power-on (the chip is taken to have been on before the device starts).

mod calibration;
mod compensation;
mod filter;
mod measurement;
mod registers;
mod sequence;
mod settings;

pub use calibration::Calibration;
pub use measurement::Environment;

use alloc::boxed::Box;

use crate::{Ack, ChipModel, Direction, I2cChip, Parameter};
use sequence::Sequence;

/// The places of the model's parameters.
const TEMPERATURE: usize = 0;
const HUMIDITY: usize = 1;
const PRESSURE: usize = 2;

const PA_PER_HPA: f64 = 100.0;

/// The model as board files see it.
pub(crate) const MODEL: ChipModel = ChipModel {
    name: "bme280",
    about: "Bosch BME280 humidity, pressure and temperature sensor",
    addresses: &[0x76, 0x77],
    parameters: &[
        Parameter {
            name: "temperature-c",
            about: "air temperature, °C",
            default: 20.0,
            min: -40.0,
            max: 85.0,
        },
        Parameter {
            name: "humidity-percent",
            about: "relative humidity, %",
            default: 50.0,
            min: 0.0,
            max: 100.0,
        },
        Parameter {
            name: "pressure-hpa",
            about: "air pressure, hPa",
            default: 1013.25,
            min: 300.0,
            max: 1100.0,
        },
    ],
    memory_bytes: 0,
    build: |values| {
        let value = |index: usize| values.get(index).copied().unwrap_or(MODEL.parameters[index].default);
        Box::new(Bme280::new(Environment {
            temperature_c: value(TEMPERATURE),
            humidity_percent: value(HUMIDITY),
            pressure_pa: value(PRESSURE) * PA_PER_HPA,
        }))
    },
};

/// A BME280 on a two-wire bus.
///
/// Reading goes on through the registers, from the address that was last written; writing takes pairs of address
/// and value (section 6.2). Registers that the datasheet does not name read as 0 and ignore writes.
#[derive(Debug, Clone)]
pub struct Bme280 {
    sequence: Sequence,
    calibration: [u8; 26],
    humidity_calibration: [u8; 16],
    /// The register that is read next, or that a value is awaited for.
    register: u8,
    /// Whether the next byte written is a value.
    value_next: bool,
    /// The data registers as they were when the read began (section 4.1).
    shadow: [u8; 8],
}

impl Bme280 {
    /// A chip with [`Calibration::EXAMPLE`], asleep, its registers as after power-on.
    #[must_use]
    pub fn new(around: Environment) -> Self {
        Self::with_calibration(around, Calibration::EXAMPLE)
    }

    /// The same with the calibration of another chip.
    #[must_use]
    pub fn with_calibration(around: Environment, calibration: Calibration) -> Self {
        Self {
            sequence: Sequence::new(calibration, around),
            calibration: calibration.first_block(),
            humidity_calibration: calibration.second_block(),
            register: 0,
            value_next: false,
            shadow: measurement::Readout::RESET.registers(),
        }
    }

    /// Changes what is around the chip at `at_ns`. A measurement shows what is around the chip when it ends.
    pub fn set_environment(&mut self, at_ns: u64, around: Environment) {
        self.sequence.advance(at_ns);
        self.sequence.set_environment(around);
    }

    fn read_register(&self, at_ns: u64, register: u8) -> u8 {
        use registers::*;
        match register {
            CALIB_00..=CALIB_25 => self.calibration[usize::from(register - CALIB_00)],
            ID => CHIP_ID,
            CALIB_26..=CALIB_41 => self.humidity_calibration[usize::from(register - CALIB_26)],
            CTRL_HUM => self.sequence.ctrl_hum(),
            STATUS => self.sequence.status(at_ns),
            CTRL_MEAS => self.sequence.ctrl_meas(),
            CONFIG => self.sequence.config(),
            PRESS_MSB..=HUM_LSB => self.shadow[usize::from(register - PRESS_MSB)],
            _ => 0,
        }
    }

    fn write_register(&mut self, at_ns: u64, register: u8, value: u8) {
        use registers::*;
        match register {
            RESET if value == RESET_WORD => self.sequence.reset(at_ns),
            CTRL_HUM => self.sequence.write_ctrl_hum(value),
            CTRL_MEAS => self.sequence.write_ctrl_meas(at_ns, value),
            CONFIG => self.sequence.write_config(value),
            _ => {}
        }
    }
}

impl I2cChip for Bme280 {
    fn start(&mut self, at_ns: u64, direction: Direction) -> Ack {
        self.sequence.advance(at_ns);
        match direction {
            Direction::Write => self.value_next = false,
            Direction::Read => self.shadow = self.sequence.readout().registers(),
        }
        Ack::Ack
    }

    fn write(&mut self, at_ns: u64, byte: u8) -> Ack {
        self.sequence.advance(at_ns);
        if self.value_next {
            self.write_register(at_ns, self.register, byte);
        } else {
            self.register = byte;
        }
        self.value_next = !self.value_next;
        Ack::Ack
    }

    fn read(&mut self, at_ns: u64) -> u8 {
        self.sequence.advance(at_ns);
        let byte = self.read_register(at_ns, self.register);
        self.register = self.register.wrapping_add(1);
        byte
    }

    fn stop(&mut self, at_ns: u64) {
        self.sequence.advance(at_ns);
    }

    fn set(&mut self, at_ns: u64, parameter: &str, value: f64) -> bool {
        let mut around = self.sequence.environment();
        match MODEL.parameter(parameter) {
            Some(TEMPERATURE) => around.temperature_c = value,
            Some(HUMIDITY) => around.humidity_percent = value,
            Some(PRESSURE) => around.pressure_pa = value * PA_PER_HPA,
            _ => return false,
        }
        self.set_environment(at_ns, around);
        true
    }
}
