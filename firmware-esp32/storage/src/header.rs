//! What a slot's first sector says of the app in it.

use core::fmt;

use crate::{
    check::{self, Aligned, BLANK, CRC32},
    flash::{Flash, FlashError},
};

/// The most bytes of a profile's name.
pub const PROFILE_BYTES: usize = 23;

/// Bytes of a header.
pub(crate) const HEADER_BYTES: usize = 48;

/// Where in the sector the mark is that the app is replaced or uninstalled: not in the header, because it is written
/// later.
const RETIRED_AT: u32 = 64;

const MAGIC: [u8; 4] = *b"TWBA";
const FORMAT: [u8; 4] = [1, 0, 0, 0];

/// The name of the profile that an app is made for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ProfileName {
    len: u8,
    bytes: [u8; PROFILE_BYTES],
}

impl ProfileName {
    /// The name, if it has at most [`PROFILE_BYTES`].
    #[must_use]
    pub fn new(name: &str) -> Option<Self> {
        let mut bytes = [0; PROFILE_BYTES];
        bytes.get_mut(..name.len())?.copy_from_slice(name.as_bytes());
        Some(Self { len: name.len() as u8, bytes })
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.bytes.get(..self.len.into()).and_then(|name| str::from_utf8(name).ok()).unwrap_or_default()
    }
}

impl fmt::Debug for ProfileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

/// What a slot's first sector says of the app in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Header {
    /// Counts the installs from 1: the highest is the latest.
    pub(crate) sequence: u32,
    /// Bytes of the module.
    pub(crate) length: u32,
    /// CRC-32 of the module.
    pub(crate) crc32: u32,
    pub(crate) profile: ProfileName,
}

/// A header that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) header: Header,
    /// The app is replaced or uninstalled.
    pub(crate) retired: bool,
    /// Half of the mark of that is there: the power went while it was written, or bits are worn.
    pub(crate) half: bool,
}

impl Header {
    pub(crate) fn to_bytes(self) -> [u8; HEADER_BYTES] {
        let mut bytes = [0; HEADER_BYTES];
        let numbers =
            [MAGIC, FORMAT, self.sequence.to_le_bytes(), self.length.to_le_bytes(), self.crc32.to_le_bytes()];
        bytes[..20].copy_from_slice(numbers.as_flattened());
        bytes[20] = self.profile.len;
        bytes[21..44].copy_from_slice(&self.profile.bytes);
        let sum = CRC32.checksum(&bytes[..44]);
        bytes[44..].copy_from_slice(&sum.to_le_bytes());
        bytes
    }

    /// The header, if it is a whole one of an app that has at most `room` bytes.
    pub(crate) fn from_bytes(bytes: &[u8; HEADER_BYTES], room: u32) -> Option<Self> {
        let number = |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        let mut profile = ProfileName { len: bytes[20], bytes: [0; PROFILE_BYTES] };
        profile.bytes.copy_from_slice(&bytes[21..44]);
        let header = Self { sequence: number(8), length: number(12), crc32: number(16), profile };
        let whole = bytes[..4] == MAGIC
            && bytes[4..8] == FORMAT
            && usize::from(profile.len) <= PROFILE_BYTES
            && header.length <= room
            && number(44) == CRC32.checksum(&bytes[..44]);
        whole.then_some(header)
    }

    /// Reads the header of the sector at `at`.
    pub(crate) fn read(flash: &mut impl Flash, at: u32, room: u32) -> Option<Found> {
        let mut bytes = Aligned([0; HEADER_BYTES]);
        flash.read(at, &mut bytes.0).ok()?;
        let header = Self::from_bytes(&bytes.0, room)?;
        let mut mark = Aligned([0; 4]);
        // What cannot be read is not to be started.
        let _ = flash.read(at + RETIRED_AT, &mut mark.0);
        let retired = mark.0 == [0; 4];
        Some(Found { header, retired, half: !retired && mark.0 != [BLANK; 4] })
    }

    /// Writes the header into its sector, which is erased.
    pub(crate) fn write(self, flash: &mut impl Flash, at: u32) -> Result<(), FlashError> {
        check::write(flash, at, &self.to_bytes())
    }
}

impl Found {
    /// Whether the app counts as replaced or uninstalled. Half of a mark is none if the journal still knows the app: then an
    /// uninstall has not got further, or there never was one.
    pub(crate) fn is_gone(&self, journal_has_it: bool) -> bool {
        self.retired || (self.half && !journal_has_it)
    }
}

/// Marks the app of the sector at `at` as replaced or uninstalled.
pub(crate) fn retire(flash: &mut impl Flash, at: u32) -> Result<(), FlashError> {
    check::write(flash, at + RETIRED_AT, &[0; 4])
}

/// Erases the sector at `at`. The header goes first: an erase that ends in between could take the mark and leave the
/// header, and the app would be back.
pub(crate) fn erase(flash: &mut impl Flash, at: u32) -> Result<(), FlashError> {
    // A sector that takes no zeros can still be erased whole.
    let _ = check::write(flash, at, &[0; HEADER_BYTES]);
    check::erase(flash, at)
}
