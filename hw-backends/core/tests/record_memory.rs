//! What a call takes of the heap, whatever a guest asks for: on a chip there is no more.

mod support;

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
};

use device_abi::{Profile, glue, i2c::I2c, trace::Records};
use hw_core::{Limits, backend::Quiet};
use support::Bench;

/// The memory of the largest guest that the profile allows.
const MEMORY_BYTES: usize = (PROFILE.memory_pages * Profile::PAGE_BYTES) as usize;

/// Bytes of heap that a call may take at most: a piece of trace of four kilobytes and the record that goes beyond it,
/// doubled because the buffer grows by doubling, and the old and the new buffer at once.
const BOUND: usize = 3 * 2 * 4096;

const PROFILE: Profile = Profile::ESP32C3;

thread_local! {
    /// Bytes that this thread holds, and the most that it ever held.
    static HELD: Cell<(isize, isize)> = const { Cell::new((0, 0)) };
}

/// The system's allocator, counting. Its `realloc` is the default one: both blocks exist for a moment, as they do on a
/// chip's heap at worst.
struct Counting;

fn held(bytes: isize) {
    HELD.with(|held| {
        let (now, most) = held.get();
        held.set((now + bytes, most.max(now + bytes)));
    });
}

#[expect(unsafe_code, reason = "an allocator is unsafe by its nature")]
// SAFETY: all memory comes from the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        held(layout.size() as isize);
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        held(-(layout.size() as isize));
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// The most bytes of heap that `call` takes beyond what it finds.
fn cost(call: impl FnOnce()) -> usize {
    let before = HELD.with(|held| {
        let (now, _) = held.get();
        held.set((now, now));
        now
    });
    call();
    (HELD.with(Cell::get).1 - before) as usize
}

/// A device that keeps a trace, and a guest that has opened bus 0 as handle 1.
fn traced() -> Bench {
    let mut bench = Bench::with(PROFILE, Limits::default(), Box::new(Quiet), Some(1 << 20));
    assert_eq!(bench.call(|view| I2c::open(view, 0, 0).map(|bus| bus.0)).unwrap(), Ok(1));
    bench
}

#[test]
fn a_write_of_all_memory_leaves_a_short_record() {
    let mut bench = traced();
    let mut memory = vec![0xc0; MEMORY_BYTES];
    let most = cost(|| {
        let refused = glue::i2c_write(&mut bench.view(), &mut memory, 1, 0x76, 0, MEMORY_BYTES as u32);
        assert_eq!(refused, Ok(-8));
    });
    assert!(most <= BOUND, "{most} bytes");
    bench.device.flush();
    let records = bench.notes.0.lock().unwrap().records.clone();
    assert!(records.len() < 64, "{} bytes", records.len());
    // The checksum is that of python's zlib.crc32(bytes([0xc0]) * 131072).
    let lines: Vec<_> = Records::new(&records).map(|record| record.untimed()).collect();
    assert_eq!(
        lines,
        [
            "i2c.write       i2c=1 address=0x76 data=[c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0.. 131072 bytes crc32=8c81dc9a] -> error too-large"
        ]
    );
}

#[test]
fn a_transaction_that_writes_all_memory_many_times_leaves_a_short_record() {
    let mut bench = traced();
    let mut memory = vec![0; MEMORY_BYTES];
    let count = PROFILE.max_operations as usize;
    let data = (12 * count) as u32;
    for element in memory[..12 * count].chunks_exact_mut(12) {
        element[0] = 1;
        element[4..8].copy_from_slice(&data.to_le_bytes());
        element[8..].copy_from_slice(&(MEMORY_BYTES as u32 - data).to_le_bytes());
    }
    let most = cost(|| {
        let refused = glue::i2c_transaction(&mut bench.view(), &mut memory, 1, 0x76, 0, count as u32);
        assert_eq!(refused, Ok(-8));
    });
    assert!(most <= BOUND, "{most} bytes");
}

/// The bound would say nothing if the counter counted nothing.
#[test]
fn the_counter_counts() {
    let mut bench = traced();
    let data = PROFILE.max_transfer_bytes;
    let mut memory = vec![0xc0; MEMORY_BYTES];
    let most = cost(|| {
        assert_eq!(glue::i2c_write(&mut bench.view(), &mut memory, 1, 0x76, 0, data), Ok(0));
    });
    assert!((data as usize..BOUND).contains(&most), "{most} bytes");
}
