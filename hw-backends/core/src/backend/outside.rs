//! What happens outside by itself, and who listens there to what the guest does.

use core::fmt;

use crate::LogLine;

/// What happens outside by itself: buttons, arriving bytes, changing measurements.
///
/// The core asks for the [outlook](Outside::outlook) when the run begins, before each wait, and after each of the other
/// calls.
pub trait Outside: fmt::Debug + Send {
    /// What the outside wants next.
    fn outlook(&self) -> Outlook;

    /// Makes everything happen that is due at or before `now_ns`, in order; what is next is then later than that.
    fn advance(&mut self, now_ns: u64);

    /// A call of the guest ended at `at_ns`; `record` is its record in the calls trace ([`device_abi::trace`]). What is
    /// due by then happens first. Comes only while the outside [listens](Outlook::listens), and not for a call that
    /// trapped.
    fn saw_call(&mut self, at_ns: u64, record: &[u8]) {
        let _ = (at_ns, record);
    }

    /// The guest wrote a message. What is due by then happens first. Comes only while the outside
    /// [listens](Outlook::listens), and before the end of the call that wrote it.
    fn saw_log(&mut self, line: &LogLine<'_>) {
        let _ = line;
    }
}

/// What the outside wants of the core. The default: nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Outlook {
    /// When the next thing happens, nanoseconds of device time; `None` when nothing will unless the guest does
    /// something first.
    pub next_ns: Option<u64>,
    /// Whether it wants to see calls and messages. It goes from true to false, if at all; it never goes back.
    pub listens: bool,
    /// Whether the run is to end now, as `stopped`.
    pub end: bool,
}

/// A quiet world, in which nothing happens by itself.
#[derive(Debug, Clone, Copy, Default)]
pub struct Quiet;

impl Outside for Quiet {
    fn outlook(&self) -> Outlook {
        Outlook::default()
    }

    fn advance(&mut self, _now_ns: u64) {}
}
