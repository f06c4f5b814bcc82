//! One record of the journal.

use crate::{
    SECTOR_BYTES,
    check::{self, Aligned, BLANK, CRC32, whole_words},
    flash::{Flash, FlashError, Operation},
};

/// Bytes before a record's content: kind, the parity of kind and length, length (2), CRC-32 of these four and the
/// content (4).
const HEAD_BYTES: u32 = 8;

/// What a record says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Kind {
    /// What follows is about this app: its header, and the slot (4).
    Owner = 1,
    /// That app is uninstalled.
    Removed = 2,
    /// What it is started with; nothing: it waits for a host.
    Autostart = 3,
    /// The device starts it by itself.
    Attempt = 4,
    /// That went wrong.
    Failed = 5,
    /// That went well, or is to be forgotten.
    Proved = 6,
    /// It ended without saying either.
    Left = 7,
}

impl Kind {
    const ALL: [Self; 7] =
        [Self::Owner, Self::Removed, Self::Autostart, Self::Attempt, Self::Failed, Self::Proved, Self::Left];
}

/// A record in the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) kind: Kind,
    /// Where its content is.
    pub(crate) content: Place,
    /// Where the next one begins.
    pub(crate) next: u32,
}

/// A part of the flash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) at: u32,
    pub(crate) len: u32,
}

/// What was found where a record could be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    Record(Record),
    /// Nothing up to the sector's end.
    End,
    /// A record that was being written when the power went, and nothing after it.
    Torn,
}

/// Bytes that a record takes.
pub(crate) const fn bytes(content: u32) -> u32 {
    HEAD_BYTES + whole_words(content)
}

/// Reads the record at `at`; its sector ends at `end`. `None` if what is there cannot be left behind by a journal whose
/// flash is good.
pub(crate) fn read(flash: &mut impl Flash, at: u32, end: u32) -> Option<Found> {
    if at + HEAD_BYTES > end {
        return Some(Found::End);
    }
    let mut head = Aligned([0; HEAD_BYTES as usize]);
    flash.read(at, &mut head.0).ok()?;
    let [kind, odd, low, high, sum @ ..] = head.0;
    let is_headed = odd == parity(kind, [low, high]);
    if head.0 == [BLANK; HEAD_BYTES as usize] {
        return check::is_blank(flash, at, end - at).ok()?.then_some(Found::End);
    }
    let len = u32::from(u16::from_le_bytes([low, high]));
    let next = at + bytes(len);
    if next <= end {
        let mut digest = CRC32.digest();
        digest.update(&head.0[..4]);
        check::sum(flash, at + HEAD_BYTES, len, &mut digest).ok()?;
        if digest.finalize() == u32::from_le_bytes(sum)
            && is_headed
            && let Some(kind) = Kind::ALL.into_iter().find(|&known| known as u8 == kind)
        {
            let content = Place { at: at + HEAD_BYTES, len };
            return Some(Found::Record(Record { kind, content, next }));
        }
    }
    // Kind and length can be half written too: then there is only a part of the first word.
    let rest = if next <= end && is_headed { next } else { at + 4 };
    check::is_blank(flash, rest, end - rest).ok()?.then_some(Found::Torn)
}

/// Tells a length that somebody wrote from one that is half written or worn: where the record ends must be known without
/// its content.
fn parity(kind: u8, [low, high]: [u8; 2]) -> u8 {
    !(kind ^ low ^ high)
}

/// Writes a record. Returns it.
pub(crate) fn write(
    flash: &mut impl Flash,
    at: u32,
    kind: Kind,
    content: &[u8],
) -> Result<Record, FlashError> {
    let too_long = FlashError { operation: Operation::Write, at };
    let len = u16::try_from(content.len()).map_err(|_| too_long)?;
    let [low, high] = len.to_le_bytes();
    let mut head = [kind as u8, parity(kind as u8, [low, high]), low, high, 0, 0, 0, 0];
    let mut digest = CRC32.digest();
    digest.update(&head[..4]);
    digest.update(content);
    head[4..].copy_from_slice(&digest.finalize().to_le_bytes());
    check::write(flash, at, &head)?;
    check::write(flash, at + HEAD_BYTES, content)?;
    let content = Place { at: at + HEAD_BYTES, len: len.into() };
    Ok(Record { kind, content, next: at + bytes(len.into()) })
}

/// Writes a record as it is elsewhere. Returns the copy.
pub(crate) fn copy(flash: &mut impl Flash, at: u32, kind: Kind, from: Place) -> Result<Record, FlashError> {
    let mut head = Aligned([0; HEAD_BYTES as usize]);
    flash.read(from.at - HEAD_BYTES, &mut head.0)?;
    check::write(flash, at, &head.0)?;
    let step = 64;
    for offset in (0..from.len).step_by(step) {
        let mut chunk = Aligned([BLANK; 64]);
        let len = (from.len - offset).min(step as u32) as usize;
        check::read(flash, from.at + offset, &mut chunk.0[..len])?;
        check::write(flash, at + HEAD_BYTES + offset, &chunk.0[..len])?;
    }
    let content = Place { at: at + HEAD_BYTES, len: from.len };
    Ok(Record { kind, content, next: at + bytes(from.len) })
}

const _: () = assert!(bytes(u16::MAX as u32) > SECTOR_BYTES, "a length can say more than a sector holds");
