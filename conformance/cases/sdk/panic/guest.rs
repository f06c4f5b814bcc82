//! Panics.

#![no_std]

use twinboard_guest::entry;

entry!(fail);

fn fail() {
    let numbers = [1, 2, 3];
    let at = core::hint::black_box(3);
    log::info!("{}", numbers[at]);
}
