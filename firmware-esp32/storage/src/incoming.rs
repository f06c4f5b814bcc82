//! An app that is on its way into a slot.

use crate::{
    SECTOR_BYTES, Slot,
    check::{self, Aligned, BLANK, CRC32, whole_words},
    error::StoreError,
    flash::{Flash, FlashError},
    header::{self, Header},
    places::Places,
};

/// Bytes that are written at a time: a page of the usual chips.
pub const PAGE_BYTES: usize = 256;

/// An app that is on its way into a slot, whose header is erased.
#[derive(Debug)]
pub(crate) struct Incoming {
    header: Header,
    slot: Slot,
    places: Places,
    /// What has come and is not written.
    page: Aligned<PAGE_BYTES>,
    received: u32,
    /// So many bytes of the module's place are erased.
    erased: u32,
}

impl Incoming {
    /// Makes the slot ready.
    pub(crate) fn begin(
        flash: &mut impl Flash,
        places: Places,
        slot: Slot,
        header: Header,
    ) -> Result<Self, FlashError> {
        header::erase(flash, places.header(slot))?;
        let page = Aligned([0; PAGE_BYTES]);
        let mut incoming = Self { header, slot, places, page, received: 0, erased: 0 };
        incoming.make_ready(flash)?;
        Ok(incoming)
    }

    pub(crate) fn slot(&self) -> Slot {
        self.slot
    }

    /// Up to where bytes can be taken without erasing first.
    pub(crate) fn ready(&self) -> u32 {
        self.erased.min(self.header.length)
    }

    /// Takes the next bytes of the module.
    pub(crate) fn take(&mut self, flash: &mut impl Flash, mut bytes: &[u8]) -> Result<(), StoreError> {
        let length = self.header.length;
        let received = u64::from(self.received) + bytes.len() as u64;
        if received > length.into() {
            return Err(StoreError::Length { received: u32::try_from(received).unwrap_or(u32::MAX), length });
        }
        while !bytes.is_empty() {
            let at = self.received as usize % PAGE_BYTES;
            let (now, later) = bytes.split_at(bytes.len().min(PAGE_BYTES - at));
            self.page.0[at..at + now.len()].copy_from_slice(now);
            self.received += now.len() as u32;
            bytes = later;
            if (self.received as usize).is_multiple_of(PAGE_BYTES) {
                let written = self.write_page(flash, PAGE_BYTES).and_then(|()| self.make_ready(flash));
                written.map_err(|cause| StoreError::Slot { slot: self.slot, cause })?;
            }
        }
        Ok(())
    }

    /// Writes the rest, looks whether the slot keeps all of it, and writes the header.
    pub(crate) fn finish(mut self, flash: &mut impl Flash) -> Result<(Header, Slot), StoreError> {
        let Header { length, crc32: expected, .. } = self.header;
        if self.received < length {
            return Err(StoreError::Length { received: self.received, length });
        }
        let slot = self.slot;
        let worn = |cause| StoreError::Slot { slot, cause };
        let rest = self.received as usize % PAGE_BYTES;
        self.write_page(flash, rest).map_err(worn)?;
        let mut digest = CRC32.digest();
        check::sum(flash, self.places.module(self.slot), length, &mut digest).map_err(worn)?;
        let found = digest.finalize();
        if found != expected {
            return Err(StoreError::Kept { slot: self.slot, found, expected });
        }
        let at = self.places.header(self.slot);
        if let Err(cause) = self.header.write(flash, at) {
            // It must not turn out to be whole after all, when somebody was told that it is not.
            let _ = header::erase(flash, at);
            return Err(worn(cause));
        }
        Ok((self.header, self.slot))
    }

    /// Erases the next sector, once it is needed.
    fn make_ready(&mut self, flash: &mut impl Flash) -> Result<(), FlashError> {
        if self.received == self.erased && self.erased < self.header.length {
            check::erase(flash, self.places.module(self.slot) + self.erased)?;
            self.erased += SECTOR_BYTES;
        }
        Ok(())
    }

    /// Writes the last `len` bytes that have come, all of them in the page.
    fn write_page(&mut self, flash: &mut impl Flash, len: usize) -> Result<(), FlashError> {
        let at = self.places.module(self.slot) + self.received - len as u32;
        let words = whole_words(len as u32) as usize;
        self.page.0[len..words].fill(BLANK);
        if words > 0 { flash.write(at, &self.page.0[..words]) } else { Ok(()) }
    }
}
