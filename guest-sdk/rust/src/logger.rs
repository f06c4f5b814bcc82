//! The `log` crate's messages, to the device's log.

use log::{LevelFilter, Log, Metadata, Record};

use crate::abi;
use crate::text::{LINE, Text};

struct Logger;

/// Sends the `log` crate's messages to the device, all levels; [`entry!`](crate::entry) calls this first.
///
/// Calling it again does nothing. To leave levels out, call `log::set_max_level`, or leave them out of the
/// build with the features of the `log` crate (`release_max_level_info` and so on).
///
/// ```no_run
/// twinboard_guest::logger::init();
/// log::set_max_level(log::LevelFilter::Info);
/// log::info!("temperature {:.1} °C", 21.5);
/// ```
pub fn init() {
    if log::set_logger(&Logger).is_ok() {
        log::set_max_level(LevelFilter::Trace);
    }
}

impl Log for Logger {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        let level = level(record.level());
        match record.args().as_str() {
            // Nothing to format: the device cuts it, and says so in its trace.
            Some(message) => abi::log::write(level, message),
            None => abi::log::write(level, Text::<LINE>::format(*record.args()).as_str()),
        }
    }

    fn flush(&self) {}
}

fn level(level: log::Level) -> abi::log::Level {
    match level {
        log::Level::Error => abi::log::Level::Error,
        log::Level::Warn => abi::log::Level::Warn,
        log::Level::Info => abi::log::Level::Info,
        log::Level::Debug => abi::log::Level::Debug,
        log::Level::Trace => abi::log::Level::Trace,
    }
}
