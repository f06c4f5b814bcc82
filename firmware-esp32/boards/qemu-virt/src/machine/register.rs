//! Registers of devices, by their address.

#![allow(unsafe_code, reason = "devices are reached through their addresses")]

use core::marker::PhantomData;

/// A register of a device.
#[derive(Debug)]
pub(super) struct Register<T> {
    address: usize,
    _width: PhantomData<T>,
}

impl<T: Copy> Register<T> {
    /// The register at `address`.
    ///
    /// # Safety
    /// There is a device's register of this width, and reading or writing it harms nobody's memory.
    pub(super) const unsafe fn at(address: usize) -> Self {
        Self { address, _width: PhantomData }
    }

    pub(super) fn read(&self) -> T {
        // SAFETY: the promise to `at`.
        unsafe { (self.address as *const T).read_volatile() }
    }

    pub(super) fn write(&self, value: T) {
        // SAFETY: the promise to `at`.
        unsafe { (self.address as *mut T).write_volatile(value) }
    }
}
