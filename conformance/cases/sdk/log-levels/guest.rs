//! A message of each level.

#![no_std]

use twinboard_guest::entry;

entry!(speak);

fn speak() {
    log::error!("first {}", 1);
    log::warn!("second {:.2}", 2.0);
    log::info!("third {:?}", [3]);
    log::debug!("fourth {:#x}", 4);
    log::trace!("fifth ünï");
}
