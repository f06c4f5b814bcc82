//! Simulated pins, and what holds the lines at them.

mod button;
mod error;
mod line;
mod pins;

pub use button::Button;
pub use error::GpioError;
pub use hw_core::backend::{HeldBy, Line};
pub use line::Pull;
pub use pins::{Pin, SimulatedGpio};
