//! What the run writes to while it goes on, and the command afterwards.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A value that the run's callbacks and the command take turns at.
#[derive(Debug)]
pub(crate) struct Shared<T>(Arc<Mutex<T>>);

impl<T> Shared<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(Arc::new(Mutex::new(value)))
    }

    /// The value. A callback that panicked has left it whole: it holds only what was still to be written.
    pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}
