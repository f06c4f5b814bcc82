//! Writing records: called from the generated glue only.

use alloc::vec::Vec;

use super::{CRC32, HEADER_BYTES, LONG_DATA, LONG_DATA_FIRST, SHORT_DATA_BYTES, cut};
use crate::{Function, types::ErrorCode};

/// Collected records, up to a limit.
#[derive(Debug, Clone)]
pub struct TraceBuffer {
    bytes: Vec<u8>,
    limit: usize,
    data_limit: usize,
}

impl TraceBuffer {
    /// An empty buffer that is [full](TraceBuffer::is_full) from `limit` bytes on. Of the data that the guest gives, a
    /// record keeps `data_limit` bytes: those of the profile's largest transfer.
    #[must_use]
    pub fn new(limit: usize, data_limit: usize) -> Self {
        Self { bytes: Vec::new(), limit, data_limit }
    }

    /// Whether no further call may start. The call that reaches the limit is kept whole.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.bytes.len() >= self.limit
    }

    /// The records so far.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Empties the buffer and gives it a new limit. Its memory is kept.
    pub fn restart(&mut self, limit: usize) {
        self.bytes.clear();
        self.limit = limit;
    }
}

/// Where one app's calls are recorded.
#[derive(Debug)]
pub struct Recorder<'t> {
    buffer: &'t mut TraceBuffer,
    app: u8,
}

impl<'t> Recorder<'t> {
    /// A recorder for the calls of app `app`.
    pub fn new(buffer: &'t mut TraceBuffer, app: u8) -> Self {
        Self { buffer, app }
    }

    /// Starts the record of a call that began at `start_ns`. Arguments and outputs follow in order; one of the
    /// finishing methods ends it.
    #[inline]
    pub fn call(self, function: Function, start_ns: u64) -> CallRecord<'t> {
        let bytes = &mut self.buffer.bytes;
        let at = bytes.len();
        let mut header = [0; HEADER_BYTES];
        header[4..6].copy_from_slice(&(function as u16).to_le_bytes());
        header[6] = self.app;
        header[8..16].copy_from_slice(&start_ns.to_le_bytes());
        bytes.extend_from_slice(&header);
        CallRecord { bytes, at, data_left: self.buffer.data_limit }
    }
}

/// A record being written.
#[derive(Debug)]
pub struct CallRecord<'t> {
    bytes: &'t mut Vec<u8>,
    at: usize,
    /// Bytes of the guest's data that are still kept.
    data_left: usize,
}

impl CallRecord<'_> {
    /// A bool, u8, enum or variant case.
    #[inline]
    pub fn u8(&mut self, value: u8) {
        self.bytes.push(value);
    }

    /// A u16.
    #[inline]
    pub fn u16(&mut self, value: u16) {
        self.bytes.extend_from_slice(&value.to_le_bytes());
    }

    /// A u32, s32, handle, flags, buffer length or list count.
    #[inline]
    pub fn u32(&mut self, value: u32) {
        self.bytes.extend_from_slice(&value.to_le_bytes());
    }

    /// A u64 or s64.
    #[inline]
    pub fn u64(&mut self, value: u64) {
        self.bytes.extend_from_slice(&value.to_le_bytes());
    }

    /// A list of bytes. If it is long, and together with those before it more than any transfer has, only its
    /// beginning, length and checksum are kept: a device that has the memory for one transfer has it for any record.
    #[inline]
    pub fn bytes(&mut self, bytes: &[u8]) {
        if bytes.len() > self.data_left {
            return self.beyond_limit(bytes);
        }
        self.data_left -= bytes.len();
        self.output(bytes);
    }

    #[cold]
    fn beyond_limit(&mut self, bytes: &[u8]) {
        self.data_left = 0;
        match bytes.split_first_chunk::<LONG_DATA_FIRST>() {
            Some((first, _)) if bytes.len() > SHORT_DATA_BYTES => {
                self.u32(bytes.len() as u32 | LONG_DATA);
                self.bytes.extend_from_slice(first);
                self.u32(CRC32.checksum(bytes));
            }
            _ => self.output(bytes),
        }
    }

    /// Something written into guest memory: always whole.
    #[inline]
    pub fn output(&mut self, bytes: &[u8]) {
        self.u32(bytes.len() as u32);
        self.bytes.extend_from_slice(bytes);
    }

    /// A string.
    pub fn text(&mut self, text: &str) {
        let kept = cut(text);
        self.output(kept.as_bytes());
        self.u32((text.len() - kept.len()) as u32);
    }

    /// Ends the record of a call that returned nothing.
    #[inline]
    pub fn returned(self) {
        self.finish(0);
    }

    /// Ends the record of a call that returned `value`, zero-extended to 64 bits.
    #[inline]
    pub fn returned_value(mut self, value: u64) {
        self.u64(value);
        self.finish(1);
    }

    /// Ends the record of a call that returned an error.
    #[inline]
    pub fn failed(mut self, code: ErrorCode) {
        self.u64(code as u64);
        self.finish(2);
    }

    /// Ends the record of a call that trapped at argument number `argument`.
    pub fn trapped(mut self, argument: u8) {
        self.u64(argument.into());
        self.finish(3);
    }

    #[inline]
    fn finish(self, status: u8) {
        let record = &mut self.bytes[self.at..];
        let len = record.len() as u32;
        let header = &mut record[..HEADER_BYTES];
        header[..4].copy_from_slice(&len.to_le_bytes());
        header[7] = status;
    }
}
