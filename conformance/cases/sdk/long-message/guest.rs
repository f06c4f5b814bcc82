//! A message of 300 bytes, in characters of two.

#![no_std]

use twinboard_guest::entry;

entry!(speak);

fn speak() {
    log::info!(
        "xéééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé\
         ééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé"
    );
}
