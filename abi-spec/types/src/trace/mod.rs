//! The calls trace: every ABI call, as a stream of compact records.
//!
//! The generated glue writes records through a [`Recorder`] into a [`TraceBuffer`]; [`Records`] reads them
//! back, and their `Display` and [`Record::json`] are the text and JSON forms. The bytes are the same on every
//! target, so that a device can stream them as they are.
//!
//! # Record layout
//!
//! All numbers little-endian, no padding:
//!
//! | bytes | what |
//! |---|---|
//! | 4 | length of the record, these 4 included |
//! | 2 | [`Function`](crate::Function) number |
//! | 1 | app id |
//! | 1 | status: 0 returned nothing, 1 returned `value`, 2 returned error code `value`, 3 trapped at argument `value` |
//! | 8 | start of the call, nanoseconds of device time |
//! | … | the arguments in order (none when trapped) |
//! | … | what was written into guest memory, in order (only on success), each as length (4) and bytes |
//! | 8 | `value`, unless the status is 0 |
//!
//! Arguments by type: bool, u8, enum 1 byte; u16 2; u32, s32, handle, flags 4; u64, s64 8; a record its fields;
//! bytes and strings length (4) and bytes; a buffer its length (4); a list its count (4) and elements; a
//! variant its case (1) and payload. A string holds at most [`TEXT_BYTES`] and is followed by the number of bytes
//! cut off (4). Bytes of more than [`SHORT_DATA_BYTES`], of which there are, together with the bytes in the arguments and
//! elements before them, more than the profile's `max_transfer_bytes`, have their length with bit 31 set (4), the first
//! [`LONG_DATA_FIRST`] of them, and the CRC-32 of all (4). A list whose elements hold pointers and that is longer than
//! [`Profile::MAX_OPERATIONS`](crate::Profile::MAX_OPERATIONS) has its count only.

mod read;
mod text;
mod write;

pub use read::{Record, Records, Status, Value};
pub use write::{CallRecord, Recorder, TraceBuffer};

/// The most bytes of a string that a trace keeps, and of a message that a log keeps.
pub const TEXT_BYTES: usize = 256;

/// Cuts `text` at the last character boundary within [`TEXT_BYTES`].
#[must_use]
pub fn cut(text: &str) -> &str {
    &text[..text.floor_char_boundary(TEXT_BYTES)]
}

/// Data of up to so many bytes is always whole, in a record and in the text.
pub const SHORT_DATA_BYTES: usize = 32;

/// How many bytes are kept of data that a record does not have whole, and shown of data longer than
/// [`SHORT_DATA_BYTES`].
pub const LONG_DATA_FIRST: usize = 16;

/// Length of a record's fixed part.
const HEADER_BYTES: usize = 16;

/// Set in the length of data that a record does not have whole. No guest has 2 GiB of memory.
pub const LONG_DATA: u32 = 1 << 31;

/// CRC-32 as in IEEE 802.3, section 3.2.9: what `crc32` on a desk prints.
static CRC32: crc::Crc<u32> = crc::Crc::<u32>::new(&crc::CRC_32_ISO_HDLC);

#[cfg(test)]
mod tests;
