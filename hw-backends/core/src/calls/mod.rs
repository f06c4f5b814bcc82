//! What each interface of the ABI does, one file per interface.
//!
//! The order of checks is the ABI's: handle, permission, value, limit, busy, backend. (Arguments that break a
//! guest never get here.)

mod clock;
mod gpio;
mod i2c;
pub(crate) mod i2c_timing;
mod log;
pub(crate) mod missing;
mod system;
mod timer;

use crate::{View, app::Resource};

impl View<'_> {
    /// Frees whatever `handle` stands for.
    pub(crate) fn close_resource(&mut self, handle: u32) {
        let Some(resource) = self.app.handles.remove(handle) else { return };
        match resource {
            Resource::Timer(_) => {
                self.app.events.remove_from(handle);
                self.schedule();
            }
            Resource::Pin(pin) => self.let_go(pin.number),
            Resource::I2c(_) => {}
        }
    }
}
