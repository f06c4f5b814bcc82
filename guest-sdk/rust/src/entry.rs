//! Where an app begins.

use core::convert::Infallible;
use core::fmt::Debug;

/// Makes a function the app: the device calls it once, through the export `run`.
///
/// The function takes no arguments and returns `()`, an exit code (`i32`), or a `Result` of these; an error
/// is logged, and ends the app with code 1. With code 0 the app stays alive if it has an
/// [`on_event!`](crate::on_event). [`logger::init`](crate::logger::init) has been called before.
///
/// ```no_run
/// twinboard_guest::entry!(start);
///
/// fn start() {
///     log::info!("hello");
/// }
/// ```
#[macro_export]
macro_rules! entry {
    ($function:path) => {
        const _: () = {
            #[allow(unsafe_code, reason = "exporting a name is unsafe; this one is the device ABI's")]
            #[unsafe(export_name = "run")]
            extern "C" fn run() -> i32 {
                $crate::macros::run($function)
            }
        };
    };
}

/// What [`entry!`](crate::entry) does.
#[doc(hidden)]
pub fn run<T: Termination>(function: fn() -> T) -> i32 {
    crate::logger::init();
    function().code()
}

/// What the functions given to [`entry!`](crate::entry) and [`on_event!`](crate::on_event) may return.
pub trait Termination {
    /// The exit code; 0 lets the app go on to its events.
    fn code(self) -> i32;
}

impl Termination for () {
    fn code(self) -> i32 {
        0
    }
}

impl Termination for i32 {
    fn code(self) -> i32 {
        self
    }
}

impl Termination for Infallible {
    fn code(self) -> i32 {
        match self {}
    }
}

impl<T: Termination, E: Debug> Termination for Result<T, E> {
    /// Logs an error, and is 1 then.
    fn code(self) -> i32 {
        match self {
            Ok(value) => value.code(),
            Err(error) => {
                log::error!("{error:?}");
                1
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_exit_code_1() {
        assert_eq!(().code(), 0);
        assert_eq!(7.code(), 7);
        assert_eq!(Ok::<i32, &str>(7).code(), 7);
        assert_eq!(Err::<(), _>("no sensor").code(), 1);
    }
}
