//! Counts three ticks of a timer.

#![no_std]

use core::time::Duration;

use twinboard_guest::{Error, Event, Timer, entry, on_event, system};

entry!(start);
on_event!(tick);

fn start() -> Result<(), Error> {
    let mut timer = Timer::open()?;
    timer.start_every(Duration::from_millis(10))?;
    timer.keep();
    Ok(())
}

fn tick(event: Event) {
    if let Event::Timer { count, .. } = event {
        log::info!("tick {count}");
        if count == 3 {
            system::exit(3);
        }
    }
}
