//! Counts seconds with a timer, and exits after as many as its first argument says (default: 10).
//!
//! Between two ticks no guest code runs: `start` returns, and the device calls `tick` when the timer expires.

#![no_std]

use core::time::Duration;

use twinboard_guest::{Error, Event, Timer, entry, on_event, system};

entry!(start);
on_event!(tick);

fn start() -> Result<(), Error> {
    let ticks = ticks();
    log::info!("{ticks} ticks to come");
    let mut timer = Timer::open()?;
    timer.start_every(Duration::from_secs(1))?;
    // Dropping the timer would close it.
    timer.keep();
    Ok(())
}

fn tick(event: Event) {
    if let Event::Timer { count, .. } = event {
        log::info!("tick {count}");
        if count >= ticks() {
            system::exit(0);
        }
    }
}

/// The first argument; 10 if there is none.
fn ticks() -> u64 {
    let mut text = [0; 20];
    let Ok(text) = system::argument(0, &mut text) else { return 10 };
    text.parse().unwrap_or_else(|_| {
        log::error!("how many ticks? \"{text}\" is no number");
        system::exit(2)
    })
}
