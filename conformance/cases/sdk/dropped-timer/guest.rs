//! Starts a timer and drops it.

#![no_std]

use core::time::Duration;

use twinboard_guest::{Error, Event, Timer, entry, on_event};

entry!(start);
on_event!(tick);

fn start() -> Result<(), Error> {
    Timer::open()?.start_once(Duration::from_millis(10))
}

fn tick(_: Event) {
    log::error!("a dropped timer expired");
}
