//! The page that a write fills before the stop (Microchip DS20006042, section 7.2).

use super::PAGE_BYTES;

/// The bits of a word address inside a page; a write moves only these.
const INSIDE: u16 = PAGE_BYTES as u16 - 1;

/// Bytes on their way into one page.
#[derive(Debug, Clone, Copy)]
pub(super) struct PageBuffer {
    bytes: [u8; PAGE_BYTES],
    /// One bit per byte that was loaded: the others keep what the array has.
    loaded: u64,
    /// The address of the page's first byte.
    base: u16,
}

// One bit per byte.
const _: () = assert!(PAGE_BYTES == u64::BITS as usize);

impl PageBuffer {
    /// Takes `byte` for `address`, in the page of the bytes before it, and gives the address of the next one: after
    /// the last byte of the page comes the first.
    pub(super) fn load(&mut self, address: u16, byte: u8) -> u16 {
        let inside = address & INSIDE;
        self.base = address - inside;
        self.bytes[usize::from(inside)] = byte;
        self.loaded |= 1 << inside;
        self.base | ((address + 1) & INSIDE)
    }

    /// Puts what was loaded into `contents` and empties the buffer. Whether there was anything.
    pub(super) fn store(&mut self, contents: &mut [u8]) -> bool {
        let page = &mut contents[usize::from(self.base)..][..PAGE_BYTES];
        for (index, (to, from)) in page.iter_mut().zip(self.bytes).enumerate() {
            if self.loaded & (1 << index) != 0 {
                *to = from;
            }
        }
        core::mem::take(self).loaded != 0
    }
}

impl Default for PageBuffer {
    fn default() -> Self {
        Self { bytes: [0; PAGE_BYTES], loaded: 0, base: 0 }
    }
}
