//! What is noted of the app while it is installed: two sectors, used in turn.
//!
//! Records are added to one sector. When it is full, what still counts is written into the other, whose head is written
//! last. A sector's head is magic (4), format (4), generation (4), CRC-32 of these (4); the higher generation counts.
//!
//! It is own code because what is there to be had (sequential-storage, ekv) is asynchronous and keeps maps of any keys: a
//! multiple of this in the image, for one app's few facts. What is specific here, which record outlives which, would
//! have to be written on top of those all the same.

use crate::{
    SECTOR_BYTES, Slot,
    check::{self, Aligned, CRC32},
    flash::{Flash, FlashError},
    header::{HEADER_BYTES, Header},
    places::Places,
    record::{self, Found, Kind, Place, Record},
};

/// The most bytes of what an app is started with.
pub const AUTOSTART_BYTES: usize = 1024;

const HEAD_BYTES: u32 = 16;
const MAGIC: [u8; 4] = *b"TWBJ";
const FORMAT: [u8; 4] = [1, 0, 0, 0];

/// Bytes of an owner record's content.
const OWNER_BYTES: usize = HEADER_BYTES + 4;

/// How the device's own starts of the app went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Marks {
    /// How many have failed since one went well.
    pub failed: u8,
    /// One has begun of which it is not known how it went.
    pub open: bool,
}

/// What there is to note about the device's own starts of the app.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// One begins.
    Attempt,
    /// It went wrong.
    Failed,
    /// It went well, or the former ones are to be forgotten.
    Proved,
    /// It ended without saying either: somebody ended it.
    Left,
}

/// The app that the records are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Owner {
    pub(crate) header: Header,
    pub(crate) slot: Slot,
    /// It is uninstalled.
    pub(crate) removed: bool,
}

/// What the records say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Notes {
    pub(crate) owner: Option<Owner>,
    pub(crate) autostart: Option<Place>,
    pub(crate) marks: Marks,
}

/// The journal.
#[derive(Debug)]
pub(crate) struct Journal {
    half: Slot,
    generation: u32,
    notes: Notes,
    /// Where the next record goes; `None` if none can be added to this sector.
    end: Option<u32>,
}

impl Journal {
    /// Reads the journal. Where it is unreadable, it says nothing. `room` is the most bytes that an app can have.
    pub(crate) fn open(flash: &mut impl Flash, room: u32) -> Self {
        let generations = Slot::ALL.map(|half| generation(flash, Places::journal(half)));
        let half = if generations[0] >= generations[1] { Slot::A } else { Slot::B };
        let mut journal = Self { half, generation: 0, notes: Notes::default(), end: None };
        if let Some(generation) = generations[half.index()] {
            journal.generation = generation;
            journal.scan(flash, room);
            if generations[half.other().index()].is_some() {
                // The power went when only that was left to do.
                let _ = discard(flash, half.other());
            }
        }
        journal
    }

    /// What it says.
    pub(crate) fn notes(&self) -> &Notes {
        &self.notes
    }

    /// Says that what follows is about this app.
    pub(crate) fn own(
        &mut self,
        flash: &mut impl Flash,
        header: Header,
        slot: Slot,
    ) -> Result<(), FlashError> {
        let mut content = [0; OWNER_BYTES];
        content[..HEADER_BYTES].copy_from_slice(&header.to_bytes());
        content[HEADER_BYTES] = slot as u8;
        let owner = Some(Owner { header, slot, removed: false });
        let notes = Notes { owner, ..Notes::default() };
        self.add(flash, Kind::Owner, &content, notes)
    }

    /// Says that the app is uninstalled.
    pub(crate) fn remove(&mut self, flash: &mut impl Flash) -> Result<(), FlashError> {
        self.add(flash, Kind::Removed, &[], self.notes.after_removal())
    }

    /// Says what the app is to be started with.
    pub(crate) fn set_autostart(&mut self, flash: &mut impl Flash, bytes: &[u8]) -> Result<(), FlashError> {
        let notes = Notes { autostart: None, ..self.notes };
        self.add(flash, Kind::Autostart, bytes, notes)
    }

    /// Says how starts go.
    pub(crate) fn mark(&mut self, flash: &mut impl Flash, mark: Mark) -> Result<(), FlashError> {
        let (kind, marks) = (mark.kind(), self.notes.marks.after(mark));
        self.add(flash, kind, &[], Notes { marks, ..self.notes })
    }

    /// Adds a record; what counts after it is `notes`, but for the place of what it says itself.
    fn add(
        &mut self,
        flash: &mut impl Flash,
        kind: Kind,
        content: &[u8],
        notes: Notes,
    ) -> Result<(), FlashError> {
        let bytes = record::bytes(content.len() as u32);
        let sector_end = Places::journal(self.half) + SECTOR_BYTES;
        if let Some(at) = self.end.take_if(|at| *at + bytes <= sector_end)
            && let Ok(record) = record::write(flash, at, kind, content)
        {
            self.notes = notes;
            self.wrote(record);
            return Ok(());
        }
        // It is full, torn, or bad at that place. What is behind its end was seen to be erased.
        self.renew(flash, kind, content, notes)
    }

    /// Writes what counts into the other sector.
    fn renew(
        &mut self,
        flash: &mut impl Flash,
        kind: Kind,
        content: &[u8],
        notes: Notes,
    ) -> Result<(), FlashError> {
        let mut half = self.half.other();
        if let Err(error) = check::erase(flash, Places::journal(half)) {
            // In place is possible where nothing is lost that counts.
            if self.generation > 0 && kind != Kind::Owner {
                return Err(error);
            }
            half = self.half;
            self.end = None;
            check::erase(flash, Places::journal(half))?;
        }
        let begin = Places::journal(half);
        let mut new = Self { half, generation: self.generation.saturating_add(1), notes, end: None };
        new.end = Some(begin + HEAD_BYTES);
        if let Some(owner) = notes.owner {
            let mut bytes = [0; OWNER_BYTES];
            bytes[..HEADER_BYTES].copy_from_slice(&owner.header.to_bytes());
            bytes[HEADER_BYTES] = owner.slot as u8;
            new.put(flash, Kind::Owner, &bytes)?;
            if owner.removed {
                new.put(flash, Kind::Removed, &[])?;
            }
        }
        if let Some(from) = notes.autostart {
            let record = record::copy(flash, new.place(), Kind::Autostart, from)?;
            new.wrote(record);
        }
        if kind == Kind::Autostart {
            new.put(flash, kind, content)?;
        }
        for _ in 0..notes.marks.failed {
            new.put(flash, Kind::Failed, &[])?;
        }
        if notes.marks.open {
            new.put(flash, Kind::Attempt, &[])?;
        }
        let mut head = [0; HEAD_BYTES as usize];
        head[..12].copy_from_slice([MAGIC, FORMAT, new.generation.to_le_bytes()].as_flattened());
        let sum = CRC32.checksum(&head[..12]);
        head[12..].copy_from_slice(&sum.to_le_bytes());
        check::write(flash, begin, &head)?;
        if half != self.half {
            // If the new one becomes unreadable, the former one should not speak for it. It counts in any case.
            let _ = discard(flash, self.half);
        }
        *self = new;
        Ok(())
    }

    fn put(&mut self, flash: &mut impl Flash, kind: Kind, content: &[u8]) -> Result<(), FlashError> {
        let record = record::write(flash, self.place(), kind, content)?;
        self.wrote(record);
        Ok(())
    }

    fn place(&self) -> u32 {
        self.end.unwrap_or_default()
    }

    fn wrote(&mut self, record: Record) {
        self.end = Some(record.next);
        if record.kind == Kind::Autostart {
            self.notes.autostart = (record.content.len > 0).then_some(record.content);
        }
    }

    /// Reads the records.
    fn scan(&mut self, flash: &mut impl Flash, room: u32) {
        let begin = Places::journal(self.half);
        let mut at = begin + HEAD_BYTES;
        loop {
            match record::read(flash, at, begin + SECTOR_BYTES) {
                Some(Found::Record(record)) => {
                    self.notes.read(flash, &record, room);
                    at = record.next;
                }
                Some(Found::End) => return self.end = Some(at),
                Some(Found::Torn) => return,
                // What it said last is not known: nothing is started by itself.
                None => return self.notes = Notes::default(),
            }
        }
    }
}

impl Notes {
    fn read(&mut self, flash: &mut impl Flash, record: &Record, room: u32) {
        match record.kind {
            Kind::Owner => {
                let owner = read_owner(flash, record.content, room);
                *self = Self { owner, ..Self::default() };
            }
            Kind::Removed => *self = self.after_removal(),
            Kind::Autostart => {
                let fits = (1..=AUTOSTART_BYTES).contains(&(record.content.len as usize));
                self.autostart = fits.then_some(record.content);
            }
            Kind::Attempt => self.marks = self.marks.after(Mark::Attempt),
            Kind::Failed => self.marks = self.marks.after(Mark::Failed),
            Kind::Proved => self.marks = self.marks.after(Mark::Proved),
            Kind::Left => self.marks = self.marks.after(Mark::Left),
        }
    }

    fn after_removal(&self) -> Self {
        Self { owner: self.owner.map(|owner| Owner { removed: true, ..owner }), ..Self::default() }
    }
}

impl Marks {
    pub(crate) fn after(self, mark: Mark) -> Self {
        match mark {
            Mark::Attempt => Self { open: true, ..self },
            Mark::Failed => Self { failed: self.failed.saturating_add(1).min(MOST_FAILED), open: false },
            Mark::Proved => Self::default(),
            Mark::Left => Self { open: false, ..self },
        }
    }
}

impl Mark {
    fn kind(self) -> Kind {
        match self {
            Self::Attempt => Kind::Attempt,
            Self::Failed => Kind::Failed,
            Self::Proved => Kind::Proved,
            Self::Left => Kind::Left,
        }
    }
}

/// So many failures are counted: what counts always fits into a sector.
const MOST_FAILED: u8 = 8;

fn read_owner(flash: &mut impl Flash, content: Place, room: u32) -> Option<Owner> {
    let mut bytes = Aligned([0; OWNER_BYTES]);
    if content.len as usize != OWNER_BYTES {
        return None;
    }
    flash.read(content.at, &mut bytes.0).ok()?;
    let (header, slot) = bytes.0.split_first_chunk()?;
    let header = Header::from_bytes(header, room)?;
    let slot = Slot::ALL.into_iter().find(|&known| [known as u8, 0, 0, 0] == slot)?;
    Some(Owner { header, slot, removed: false })
}

/// The generation of the sector at `at`, if it has a whole head.
fn generation(flash: &mut impl Flash, at: u32) -> Option<u32> {
    let mut head = Aligned([0; HEAD_BYTES as usize]);
    flash.read(at, &mut head.0).ok()?;
    let (said, sum) = head.0.split_first_chunk::<12>()?;
    let whole = said[..4] == MAGIC && said[4..8] == FORMAT && *sum == CRC32.checksum(said).to_le_bytes();
    whole.then(|| u32::from_le_bytes([said[8], said[9], said[10], said[11]]))
}

/// Takes a sector's head away.
fn discard(flash: &mut impl Flash, half: Slot) -> Result<(), FlashError> {
    check::write(flash, Places::journal(half), &[0; HEAD_BYTES as usize])
}

const _: () = assert!(
    HEAD_BYTES
        + record::bytes(OWNER_BYTES as u32)
        + record::bytes(AUTOSTART_BYTES as u32)
        + (MOST_FAILED as u32 + 2) * record::bytes(0)
        <= SECTOR_BYTES,
    "what counts does not fit into a sector"
);
