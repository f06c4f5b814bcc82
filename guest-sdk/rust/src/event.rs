//! What happens while no guest code runs.

use crate::abi::types::EventKind;
use crate::{Termination, TimerId, system};

/// Makes a function the app's handler of events: the device calls it through the export `on-event`, one event
/// at a time, after the app's [`entry!`](crate::entry) has returned 0.
///
/// The function takes an [`Event`] and returns what `entry!`'s may return; a code other than 0 ends the app.
/// Kinds of event that this version does not know never reach it.
///
/// ```no_run
/// use core::time::Duration;
/// use twinboard_guest::{Error, Event, Timer, entry, on_event};
///
/// entry!(start);
/// on_event!(tick);
///
/// fn start() -> Result<(), Error> {
///     let mut timer = Timer::open()?;
///     timer.start_every(Duration::from_secs(1))?;
///     timer.keep();
///     Ok(())
/// }
///
/// fn tick(event: Event) {
///     log::info!("{event:?}");
/// }
/// ```
#[macro_export]
macro_rules! on_event {
    ($function:path) => {
        const _: () = {
            #[allow(unsafe_code, reason = "exporting a name is unsafe; this one is the device ABI's")]
            #[unsafe(export_name = "on-event")]
            extern "C" fn on_event(kind: u32, source: u32, value: u64, time_us: u64) {
                $crate::macros::deliver($function, kind, source, value, time_us);
            }
        };
    };
}

/// Something that happened. Times are device times in microseconds, see [`clock`](crate::clock).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// A timer expired.
    Timer {
        /// Which one.
        timer: TimerId,
        /// How often it has expired since it was started, from 1.
        count: u64,
        /// When it expired.
        time_us: u64,
    },
    /// The queue was full, and events were lost.
    Overflow {
        /// How many.
        lost: u64,
        /// When the first of them happened.
        time_us: u64,
    },
}

impl Event {
    /// The event, unless its kind is from a later version of the ABI.
    fn decode(kind: u32, source: u32, value: u64, time_us: u64) -> Option<Self> {
        if kind == EventKind::Timer as u32 {
            Some(Self::Timer { timer: TimerId::from_source(source), count: value, time_us })
        } else if kind == EventKind::Overflow as u32 {
            Some(Self::Overflow { lost: value, time_us })
        } else {
            None
        }
    }
}

/// What [`on_event!`](crate::on_event) does.
#[doc(hidden)]
pub fn deliver<T: Termination>(function: fn(Event) -> T, kind: u32, source: u32, value: u64, time_us: u64) {
    let Some(event) = Event::decode(kind, source, value, time_us) else { return };
    match function(event).code() {
        0 => {}
        code => system::exit(code),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_of_known_kinds_are_typed() {
        assert_eq!(
            Event::decode(1, 5, 3, 9),
            Some(Event::Timer { timer: TimerId::from_source(5), count: 3, time_us: 9 })
        );
        assert_eq!(Event::decode(0, 0, 7, 9), Some(Event::Overflow { lost: 7, time_us: 9 }));
    }

    #[test]
    fn events_of_unknown_kinds_are_ignored() {
        assert_eq!(Event::decode(2, 5, 3, 9), None);
        assert_eq!(Event::decode(u32::MAX, 5, 3, 9), None);
    }
}
