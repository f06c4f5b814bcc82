//! Takes random bytes twice.

#![no_std]

use twinboard_guest::{Error, entry, system};

entry!(take);

fn take() -> Result<i32, Error> {
    let mut bytes = [0; 6];
    system::random(&mut bytes[..4])?;
    system::random(&mut bytes[4..])?;
    Ok(bytes[5].into())
}
