//! A board at the end of a line: whatever guests do, and whatever happens on the line, it does what the simulator does,
//! or fails with one clear error.
//!
//! The firmware as a Linux process; with `TWINBOARD_PLACE=qemu` in the environment, the one in QEMU. Images are looked
//! for in `target/firmware`, or where `TWINBOARD_FIRMWARE` says.

mod cycles;
mod damage;
mod following;
mod gone;
mod guests;
mod install;
mod native;
mod rates;
mod raw;
mod requests;
mod restarts;
mod scripted;
mod slow;
mod stopping;
mod storage;
mod support;
mod tcp;
mod uart;
mod weather;
