//! Users' own objects with embedded-hal's traits, as backends. Their panics stop here.

mod caught;
mod error;
mod i2c;
mod pins;

pub use error::{AdapterError, CaughtPanic};
pub use i2c::EmbeddedHalMock;
pub use pins::EmbeddedHalPins;
