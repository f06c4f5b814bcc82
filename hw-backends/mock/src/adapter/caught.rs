//! Calls that may panic, and what the panic said.

use std::{
    any::Any,
    cell::RefCell,
    panic::{self, AssertUnwindSafe},
    sync::Once,
};

/// What a panic said, and where it was.
#[derive(Debug, Clone, Default)]
pub(super) struct Panic {
    pub(super) message: String,
    /// File and line, unless another hook was in the way.
    pub(super) place: Option<String>,
}

thread_local! {
    /// `Some` while this thread is in [`caught`]: what the hook wrote down.
    static LISTENING: RefCell<Option<Panic>> = const { RefCell::new(None) };
}

/// Runs `call`. A panic in it is not printed but handed back.
///
/// Does nothing for programs built with `panic = "abort"`.
pub(super) fn caught<T>(call: impl FnOnce() -> T) -> Result<T, Panic> {
    listen();
    let before = LISTENING.replace(Some(Panic::default()));
    // What `call` touches belongs to the caller, who goes on using it as its own clone would.
    let result = panic::catch_unwind(AssertUnwindSafe(call));
    let heard = LISTENING.replace(before).unwrap_or_default();
    result.map_err(|payload| Panic { message: message(&*payload), ..heard })
}

/// Puts a hook before the present one, once in the life of the process. It keeps quiet only on threads that are in
/// [`caught`]; everything else goes on to the hook that was there. A hook that is set later may print.
fn listen() {
    static ONCE: Once = Once::new();
    // A panicking thread may not change hooks; the next call will.
    if std::thread::panicking() {
        return;
    }
    ONCE.call_once(|| {
        let previous = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            let place = info.location().map(|at| format!("{}:{}", at.file(), at.line()));
            let listening = LISTENING.try_with(|listening| match listening.try_borrow_mut() {
                Ok(mut listening) => listening.as_mut().map(|heard| heard.place = place).is_some(),
                Err(_) => false,
            });
            if listening != Ok(true) {
                previous(info);
            }
        }));
    });
}

fn message(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("a value that is no text").to_owned()
}
