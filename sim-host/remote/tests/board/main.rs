//! A board at the end of a line: whatever guests do, and whatever happens on the line, it does what the simulator does,
//! or fails with one clear error.
//!
//! The firmware as a Linux process; with `TWINBOARD_PLACE=qemu` in the environment, the one in QEMU. Images are looked
//! for in `target/firmware`, or where `TWINBOARD_FIRMWARE` says.

mod cycles;
mod damage;
mod gone;
mod guests;
mod install;
mod raw;
mod requests;
mod scripted;
mod slow;
mod stopping;
mod support;
mod tcp;
mod weather;
