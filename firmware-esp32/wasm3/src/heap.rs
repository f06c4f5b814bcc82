//! wasm3's heap: the C library's functions over the Rust allocator, and its `abort`.
//!
//! The functions have names of their own (build.rs renames wasm3's calls), so that they never meet a C library's.

#![allow(unsafe_code, reason = "memory for C is raw memory")]

use alloc::alloc::{alloc_zeroed, dealloc, realloc};
use core::{alloc::Layout, ffi::c_void, mem, ptr};

/// In front of each block: its size, header included. The block keeps the alignment that C promises.
const HEADER_BYTES: usize = 2 * mem::size_of::<usize>();

/// A block with room for its header.
fn layout(size: usize) -> Option<Layout> {
    Layout::from_size_align(size.checked_add(HEADER_BYTES)?, HEADER_BYTES).ok()
}

/// The block behind the header at `start`, or null if there is none.
///
/// # Safety
/// `start` is null, or a block of `layout` that nobody else uses.
unsafe fn finish(start: *mut u8, layout: Layout) -> *mut c_void {
    if start.is_null() {
        return ptr::null_mut();
    }
    // SAFETY: the block is at least a header long, and aligned for it.
    unsafe {
        start.cast::<usize>().write(layout.size());
        start.add(HEADER_BYTES).cast()
    }
}

/// The start and the layout of a block.
///
/// # Safety
/// `block` comes from one of the functions below, and was not freed.
unsafe fn header(block: *mut c_void) -> (*mut u8, Layout) {
    // SAFETY: the header lies in front of the block, with the size that it was allocated with.
    unsafe {
        let start = block.cast::<u8>().sub(HEADER_BYTES);
        let size = start.cast::<usize>().read();
        (start, Layout::from_size_align_unchecked(size, HEADER_BYTES))
    }
}

/// Zeroed, too: nobody then reads what was somebody else's.
#[unsafe(no_mangle)]
extern "C" fn wasm3_engine_malloc(size: usize) -> *mut c_void {
    wasm3_engine_calloc(1, size)
}

#[unsafe(no_mangle)]
extern "C" fn wasm3_engine_calloc(count: usize, size: usize) -> *mut c_void {
    let Some(layout) = count.checked_mul(size).and_then(layout) else { return ptr::null_mut() };
    // SAFETY: the layout is at least a header long; the block is new.
    unsafe { finish(alloc_zeroed(layout), layout) }
}

/// # Safety
/// As C's: `block` is null or from one of these functions, and not yet freed.
#[unsafe(no_mangle)]
unsafe extern "C" fn wasm3_engine_realloc(block: *mut c_void, size: usize) -> *mut c_void {
    if block.is_null() {
        return wasm3_engine_calloc(1, size);
    }
    let Some(new) = layout(size) else { return ptr::null_mut() };
    // SAFETY: the caller's promise; the new size is a valid layout's.
    unsafe {
        let (start, old) = header(block);
        finish(realloc(start, old, new.size()), new)
    }
}

/// # Safety
/// As C's: `block` is null or from one of these functions, and not yet freed.
#[unsafe(no_mangle)]
unsafe extern "C" fn wasm3_engine_free(block: *mut c_void) {
    if !block.is_null() {
        // SAFETY: the caller's promise.
        unsafe {
            let (start, layout) = header(block);
            dealloc(start, layout);
        }
    }
}

#[unsafe(no_mangle)]
extern "C" fn wasm3_engine_abort() -> ! {
    panic!("wasm3 has given up");
}
