//! The agent on a board whose time is made up: what depends on time, to the millisecond.

mod fake;
mod flash;
mod heard;
mod lifecycle;
mod line_rate;
mod native;
mod noise;
mod room;
mod script;
mod stopping;
