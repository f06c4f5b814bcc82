//! The link protocol, tested without a line: bad input first.

mod by_hand;
mod claims;
mod draw;
mod events;
mod frames;
mod golden;
mod install;
mod line;
mod questions;
mod round_trip;
mod samples;
mod support;
mod variants;
