//! What C and Rust share of one instance.

use core::{ffi::c_void, sync::atomic::AtomicBool};

use crate::ffi::Message;

/// The same as `Wasm3EngineControl` in c/control.h.
#[repr(C)]
pub(crate) struct Control {
    /// Loop iterations and calls until [`look_up`](Control::look_up) is called.
    pub(crate) left: u32,
    /// Pages that memory may grow to.
    pub(crate) bound_pages: u32,
    /// Set by somebody else who wants `look_up` called at once.
    pub(crate) interrupt: *const AtomicBool,
    /// The native stack must not get below this address; set for each call by c/face.c.
    pub(crate) stack_limit: usize,
    /// Decides whether the guest may go on.
    pub(crate) look_up: unsafe extern "C" fn(*mut Control) -> Message,
    /// Code pages that the compiler is working on; C's alone.
    pub(crate) pages: *mut c_void,
}
