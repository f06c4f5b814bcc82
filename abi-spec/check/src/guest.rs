//! What is known of a module that may run.

/// A module that may run, and what its device has to give it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guest {
    /// Pages (64 KiB each) that its memory has at the start.
    pub initial_pages: u32,
    /// Pages that its memory may grow to: the smaller of the module's maximum and the profile's. The device
    /// reserves them before the start.
    pub bound_pages: u32,
    /// Whether it takes events.
    pub has_on_event: bool,
    /// Whether it has a start function, which runs before `run`.
    pub has_start: bool,
}
