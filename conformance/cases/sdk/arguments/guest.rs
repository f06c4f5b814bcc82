//! Adds up its arguments.

#![no_std]

use twinboard_guest::{Error, entry, system};

entry!(add);

fn add() -> Result<i32, Error> {
    let mut sum = 0;
    for index in 0..system::argument_count() {
        let mut text = [0; 8];
        sum += system::argument(index, &mut text)?.parse().unwrap_or(1000);
    }
    Ok(sum)
}
