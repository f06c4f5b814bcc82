//! The process's memory, counted, and bounded like a chip's.

#![allow(unsafe_code, reason = "an allocator is unsafe to implement")]

use std::{
    alloc::{GlobalAlloc, Layout, System},
    sync::atomic::{AtomicUsize, Ordering},
};

use device_link::Heap;

/// Bytes that the process may allocate: what firmware of this kind leaves of an ESP32-C3's 400 KB of SRAM (measured:
/// about 313 KB), and what the process needs beside the agent: its threads, its output.
const TOTAL_BYTES: usize = 400 * 1024;

/// The system's allocator, with a count of what is in use.
#[derive(Debug)]
pub(crate) struct Counted {
    used: AtomicUsize,
    most: AtomicUsize,
}

impl Counted {
    pub(crate) const fn new() -> Self {
        Self { used: AtomicUsize::new(0), most: AtomicUsize::new(0) }
    }

    /// How much there is.
    pub(crate) fn heap(&self) -> Heap {
        let free = |used: usize| TOTAL_BYTES.saturating_sub(used) as u32;
        Heap {
            total: TOTAL_BYTES as u32,
            free: free(self.used.load(Ordering::Relaxed)),
            least_free: free(self.most.load(Ordering::Relaxed)),
        }
    }

    /// Counts `bytes` as used, if there are so many. Whoever panics gets what it needs: on a chip a panic is reported
    /// without the heap.
    fn take(&self, bytes: usize) -> bool {
        let used = self.used.fetch_add(bytes, Ordering::Relaxed) + bytes;
        if used > TOTAL_BYTES && !std::thread::panicking() {
            self.give_back(bytes);
            return false;
        }
        self.most.fetch_max(used, Ordering::Relaxed);
        true
    }

    fn give_back(&self, bytes: usize) {
        self.used.fetch_sub(bytes, Ordering::Relaxed);
    }
}

// SAFETY: everything is the system allocator's; the counts decide only whether it is asked.
unsafe impl GlobalAlloc for Counted {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if !self.take(layout.size()) {
            return std::ptr::null_mut();
        }
        // SAFETY: the caller's promise.
        let block = unsafe { System.alloc(layout) };
        if block.is_null() {
            self.give_back(layout.size());
        }
        block
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        self.give_back(layout.size());
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(block, layout) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_an_end_but_for_whoever_panics() {
        struct Panics<'a>(&'a Counted);
        impl Drop for Panics<'_> {
            fn drop(&mut self) {
                assert!(self.0.take(1000), "a panic could not be told");
            }
        }
        let heap = Counted::new();
        assert!(heap.take(TOTAL_BYTES - 10) && !heap.take(11) && heap.take(10) && !heap.take(1));
        let told = std::thread::scope(|scope| {
            scope
                .spawn(|| {
                    let _panics = Panics(&heap);
                    std::panic::resume_unwind(Box::new(()));
                })
                .join()
        });
        assert!(told.is_err());
        assert_eq!(heap.heap().free, 0);
        heap.give_back(1010);
        assert!(heap.take(10) && !heap.take(1));
    }
}
