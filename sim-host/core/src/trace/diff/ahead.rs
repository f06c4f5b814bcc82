//! Calls that can be looked at before they are taken.

/// Calls, one by one, that can perhaps be looked at ahead of time. Whatever can be cloned can.
pub trait LookAhead: Iterator {
    /// The items that come next, without taking them; `None` if they can be read only once.
    fn ahead(&self) -> Option<impl Iterator<Item = Self::Item>>;
}

impl<I: Iterator + Clone> LookAhead for I {
    fn ahead(&self) -> Option<impl Iterator<Item = I::Item>> {
        Some(self.clone())
    }
}
