//! Guest memory by address: checked spans, and slices that cannot alias.
//!
//! All sums are done in 64 bits, so that an address near 2^32 cannot wrap. Alignment is that of the guest's
//! address, never of the host's pointer.

use core::fmt;

/// A piece of guest memory that was found to lie inside it. An empty span lies nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    start: usize,
    len: usize,
}

impl Span {
    /// Checks that `count` elements of `size` bytes from `address` lie inside a memory of `memory_len` bytes.
    ///
    /// With no bytes in all, the address is not looked at.
    ///
    /// # Errors
    /// [`Fault::Misaligned`] or [`Fault::OutOfMemory`], in this order.
    #[inline]
    pub fn check(memory_len: usize, address: u32, count: u32, size: u32, align: u32) -> Result<Self, Fault> {
        let len = u64::from(count) * u64::from(size);
        if len == 0 {
            return Ok(Self { start: 0, len: 0 });
        }
        if !address.is_multiple_of(align) {
            return Err(Fault::Misaligned { address, align });
        }
        if u64::from(address) + len > memory_len as u64 {
            return Err(Fault::OutOfMemory { address, len, memory_len });
        }
        Ok(Self { start: address as usize, len: len as usize })
    }

    /// Number of bytes.
    #[must_use]
    #[inline]
    pub fn len(self) -> usize {
        self.len
    }

    /// Whether there are no bytes.
    #[must_use]
    #[inline]
    pub fn is_empty(self) -> bool {
        self.len == 0
    }

    /// Whether a byte belongs to both spans.
    #[must_use]
    #[inline]
    pub fn overlaps(self, other: Self) -> bool {
        self.len > 0
            && other.len > 0
            && self.start < other.start + other.len
            && other.start < self.start + self.len
    }

    /// The bytes, to read. An empty span is an empty slice.
    #[must_use]
    #[inline]
    pub fn of(self, memory: &[u8]) -> &[u8] {
        &memory[self.start..self.start + self.len]
    }

    /// The bytes, to write.
    #[must_use]
    #[inline]
    pub fn of_mut(self, memory: &mut [u8]) -> &mut [u8] {
        &mut memory[self.start..self.start + self.len]
    }

    /// The bytes, to write, together with all the rest of memory, to read.
    #[must_use]
    #[inline]
    pub fn split(self, memory: &mut [u8]) -> (&mut [u8], Around<'_>) {
        let (before, rest) = memory.split_at_mut(self.start);
        let (inside, after) = rest.split_at_mut(self.len);
        (inside, Around { before, after, after_start: self.start + self.len })
    }
}

/// Memory around a span that somebody else may write.
#[derive(Debug, Clone, Copy)]
pub struct Around<'m> {
    before: &'m [u8],
    after: &'m [u8],
    after_start: usize,
}

impl<'m> Around<'m> {
    /// The bytes of a span that does not overlap the one that was split off.
    ///
    /// # Panics
    /// If it does overlap; the glue checks that first.
    #[must_use]
    #[inline]
    pub fn slice(self, span: Span) -> &'m [u8] {
        if span.is_empty() {
            &[]
        } else if span.start < self.after_start {
            &self.before[span.start..span.start + span.len]
        } else {
            let start = span.start - self.after_start;
            &self.after[start..start + span.len]
        }
    }
}

/// What is wrong with an argument, for the person who mends the guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The bytes do not lie inside guest memory.
    OutOfMemory {
        /// Guest address of the first byte.
        address: u32,
        /// Number of bytes.
        len: u64,
        /// Size of the guest's memory now.
        memory_len: usize,
    },
    /// The address is not a multiple of the alignment that the Canonical ABI gives the type.
    Misaligned {
        /// The guest address.
        address: u32,
        /// What it must be a multiple of.
        align: u32,
    },
    /// An enum or variant value that the type does not have.
    NoSuchCase {
        /// The value.
        value: u32,
        /// How many there are, from 0.
        cases: u32,
    },
    /// Flags that the type does not have.
    NoSuchFlag {
        /// The value.
        bits: u32,
        /// The flags that exist.
        mask: u32,
    },
    /// A bool that is neither 0 nor 1, or a number above its type.
    OutOfRange {
        /// The value.
        value: u32,
        /// The highest that the type has.
        max: u32,
    },
    /// Text that is not UTF-8.
    NotUtf8 {
        /// Offset of the first bad byte within the text.
        at: usize,
    },
    /// A buffer shares bytes with another argument.
    Overlap {
        /// The number of the other argument, from 0.
        other: u8,
    },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::OutOfMemory { address, len, memory_len } => {
                write!(f, "{len} bytes at {address:#x} exceed guest memory of {memory_len} bytes")
            }
            Self::Misaligned { address, align } => {
                write!(f, "address {address:#x} is not a multiple of {align}")
            }
            Self::NoSuchCase { value, cases } => {
                write!(f, "value {value} is not one of the type's cases, 0 to {}", cases.saturating_sub(1))
            }
            Self::NoSuchFlag { bits, mask } => write!(f, "flags {bits:#x} are not all within {mask:#x}"),
            Self::OutOfRange { value, max } => write!(f, "value {value} is above {max}"),
            Self::NotUtf8 { at } => write!(f, "text is not UTF-8 at byte {at}"),
            Self::Overlap { other } => write!(f, "buffer overlaps argument {other}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_ends_with_memory_and_not_one_byte_later() {
        assert!(Span::check(65536, 65535, 1, 1, 1).is_ok());
        assert_eq!(
            Span::check(65536, 65535, 2, 1, 1),
            Err(Fault::OutOfMemory { address: 65535, len: 2, memory_len: 65536 })
        );
    }

    #[test]
    fn sums_do_not_wrap_at_32_bits() {
        assert!(Span::check(65536, u32::MAX, 1, 1, 1).is_err());
        assert!(Span::check(65536, 0, u32::MAX, 12, 4).is_err());
        assert!(Span::check(65536, 0xffff_fffc, 0x4000_0001, 4, 4).is_err());
    }

    #[test]
    fn an_empty_span_may_point_anywhere() {
        let span = Span::check(65536, u32::MAX, 0, 12, 4).unwrap();
        assert_eq!(span.of(&[0; 4]), &[] as &[u8]);
    }

    #[test]
    fn alignment_comes_before_bounds() {
        assert_eq!(Span::check(16, 18, 1, 4, 4), Err(Fault::Misaligned { address: 18, align: 4 }));
    }

    #[test]
    fn overlap_is_symmetric_and_touching_is_none() {
        let span = |start, len| Span { start, len };
        assert!(span(0, 5).overlaps(span(4, 1)) && span(4, 1).overlaps(span(0, 5)));
        assert!(!span(0, 4).overlaps(span(4, 4)) && !span(4, 4).overlaps(span(0, 4)));
        assert!(!span(2, 0).overlaps(span(0, 8)));
    }

    #[test]
    fn memory_around_a_span_keeps_its_addresses() {
        let mut memory = [0, 1, 2, 3, 4, 5, 6, 7];
        let (inside, around) = Span { start: 2, len: 3 }.split(&mut memory);
        inside.fill(9);
        assert_eq!(around.slice(Span { start: 0, len: 2 }), [0, 1]);
        assert_eq!(around.slice(Span { start: 5, len: 3 }), [5, 6, 7]);
        assert_eq!(memory, [0, 1, 9, 9, 9, 5, 6, 7]);
    }
}
