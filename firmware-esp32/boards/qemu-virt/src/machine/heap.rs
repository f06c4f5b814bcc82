//! The heap: what static data and stack leave of a chip's memory.
//!
//! First fit, like the default of esp-alloc: no header per block, exact figures at any time, and a guest's memory, the
//! one large block, needs no more room than its size.

#![allow(unsafe_code, reason = "an allocator is unsafe to implement")]

use core::{
    alloc::{GlobalAlloc, Layout},
    ptr,
    sync::atomic::{AtomicUsize, Ordering},
};

use device_link::Heap;
use embedded_alloc::LlffHeap;

unsafe extern "C" {
    /// Defined by riscv-rt's linker script: the first byte that no static data needs.
    static mut __sheap: u8;
    /// Defined by memory.x.
    static mut _heap_end: u8;
}

/// The heap, and how little of it was ever free.
pub(super) struct Counted {
    heap: LlffHeap,
    least_free: AtomicUsize,
}

impl Counted {
    pub(super) const fn new() -> Self {
        Self { heap: LlffHeap::empty(), least_free: AtomicUsize::new(usize::MAX) }
    }

    /// Gives it its memory. Called once, before the first allocation.
    pub(super) fn start(&self) {
        let (start, end) = ((&raw mut __sheap) as usize, (&raw mut _heap_end) as usize);
        // SAFETY: the linker puts nothing else between the two.
        unsafe { self.heap.init(start, end - start) }
    }

    /// How much there is.
    pub(super) fn heap(&self) -> Heap {
        let free = self.heap.free();
        let total = (free + self.heap.used()) as u32;
        let least_free = self.least_free.load(Ordering::Relaxed).min(free) as u32;
        Heap { total, free: free as u32, least_free }
    }
}

// SAFETY: everything is the inner heap's; beside it is only counted.
unsafe impl GlobalAlloc for Counted {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise.
        let block = unsafe { self.heap.alloc(layout) };
        let free = self.heap.free();
        if block != ptr::null_mut() && free < self.least_free.load(Ordering::Relaxed) {
            // One core, no interrupts: nobody comes between.
            self.least_free.store(free, Ordering::Relaxed);
        }
        block
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise.
        unsafe { self.heap.dealloc(block, layout) }
    }
}
